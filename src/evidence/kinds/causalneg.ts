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
  isCritical: flag('whether a passage that does not fulfil it is irrelevant'),
}
const PERTURBATION = {
  requirement: ordinal('number of the requirement'),
  strategy: oneOf(STRATEGIES, 'the way of breaking it'),
  how: text('how it is broken'),
}

export const ANALYSIS = kind(
  'analysis',
  "what a row's query needs, taken apart, and how each part of it can be broken",
  {
    stage: oneOf(['analyse'], STAGE),
    ...ASKED,
    need: text('the information need, in a sentence'),
    meets: text('how the positives meet it'),
    boundary: text('what counts as answering'),
    requirements: listOf(record(REQUIREMENT, ''), 'what a relevant passage fulfils, numbered from 1 by place'),
    perturbations: listOf(record(PERTURBATION, ''), 'ways to break a requirement'),
  },
)
export type Analysis = EvidenceOf<typeof ANALYSIS>

const FAULT = { gate: text('which gate it was'), detail: text('what it found') }

export const CANDIDATE = kind('candidate', 'a passage that a model wrote for the row, to be a negative', {
  passage: text('hash of title and text, as ids of passages without one are made'),
  stage: oneOf(['write'], STAGE),
  ...ASKED,
  text: text('the passage'),
  title: optional(text('its title, where there is one')),
  strategy: oneOf(STRATEGIES, 'how it was to fail'),
  requirement: ordinal('number of the requirement that it was to break'),
  rewrites: optional(text('id of the mined negative that it was made from, where there is one')),
  attempt: oneOf([1, 2], '2 where it was written anew because the first was refused'),
  fault: optional(record(FAULT, 'the gate that refused it before anybody was asked about it, where one did')),
})
export type Candidate = EvidenceOf<typeof CANDIDATE>

export const VERIFICATION = kind(
  'verification',
  'what a model that did not know what a candidate was to break found in it',
  {
    passage: PASSAGE,
    stage: oneOf(['verify'], STAGE),
    ...ASKED,
    attemptsAnswer: flag('whether the passage answers or tries to, be it wrongly, in part or by denial'),
    requirements: listOf(oneOf(FULFILMENTS, ''), 'one for each requirement of the analysis, in their order'),
    reason: optional(text("the model's words on the passage")),
  },
)
export type Verification = EvidenceOf<typeof VERIFICATION>
