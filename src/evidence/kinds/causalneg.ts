// Evidence of causalneg: the requirements of a query, the passages written for it, and how a verifier judged them.
import { flag, listOf, oneOf, optional, ordinal, record, text } from '../../base/fields.ts'
import { kind, MODEL, PASSAGE, PROMPT, STAGE, type EvidenceOf } from '../kind.ts'

/** The ways in which a passage can be made to fail (CausalNeg, arXiv 2606.01304). */
export const STRATEGIES = [
  'entity_shift',
  'intent_drift',
  'constraint_violation',
  'attribute_shift',
  'relation_break',
  'upstream_downstream',
] as const
export type Strategy = (typeof STRATEGIES)[number]

/** Whether a text fulfils a requirement: it does, it contradicts it, or it does not mention it. */
export const FULFILMENTS = ['holds', 'violated', 'absent'] as const
export type Fulfilment = (typeof FULFILMENTS)[number]

const ASKED = { model: MODEL, prompt: PROMPT }

const REQUIREMENT = {
  text: text('the requirement, in words'),
  isCritical: flag('whether a passage that does not meet it is irrelevant'),
}
const PERTURBATION = {
  requirement: ordinal('number of the requirement'),
  strategy: oneOf(STRATEGIES, 'the strategy that violates it'),
  how: text('how it is violated'),
}

export const ANALYSIS = kind('analysis', "the requirements of a row's query, and how to violate each", {
  stage: oneOf(['analyse'], STAGE),
  ...ASKED,
  need: text('the information need, in one sentence'),
  meets: text('how the positives meet it'),
  boundary: text('what counts as answering'),
  requirements: listOf(record(REQUIREMENT, ''), 'the requirements of a relevant passage, numbered from 1'),
  perturbations: listOf(record(PERTURBATION, ''), 'ways to violate a requirement'),
})
export type Analysis = EvidenceOf<typeof ANALYSIS>

const FAULT = { gate: text('name of the gate'), detail: text('what it found') }

export const CANDIDATE = kind('candidate', 'a negative written for the row', {
  passage: text('hash of title and text, like the id of a passage without one'),
  stage: oneOf(['write'], STAGE),
  ...ASKED,
  text: text('the passage'),
  title: optional(text('its title, if any')),
  strategy: oneOf(STRATEGIES, 'strategy it was written with'),
  requirement: ordinal('number of the requirement to violate'),
  rewrites: optional(text('id of the mined negative it is based on, if any')),
  attempt: oneOf([1, 2], '2 if rewritten after the first was rejected'),
  fault: optional(record(FAULT, 'the gate that rejected it before verification, if any')),
})
export type Candidate = EvidenceOf<typeof CANDIDATE>

export const VERIFICATION = kind(
  'verification',
  'the findings of a verifier that did not know which requirement the candidate violates',
  {
    passage: PASSAGE,
    stage: oneOf(['verify'], STAGE),
    ...ASKED,
    attemptsAnswer: flag('whether the passage answers or tries to, even wrongly, partly or by denial'),
    requirements: listOf(oneOf(FULFILMENTS, ''), 'one per requirement of the analysis, in order'),
    reason: optional(text("the model's reason")),
  },
)
export type Verification = EvidenceOf<typeof VERIFICATION>
