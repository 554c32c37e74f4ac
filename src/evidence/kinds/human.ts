// Evidence from people: what assessors said of passages in an audit.
import { oneOf, optional, text, whole } from '../../base/fields.ts'
import { kind, PASSAGE, type EvidenceOf } from '../kind.ts'

export const HUMAN = kind('human', 'what a person says of a passage in an audit', {
  passage: PASSAGE,
  stage: oneOf(['human'], 'who was asked'),
  who: text('name of the assessor'),
  verdict: oneOf(['relevant', 'irrelevant', 'unsure', 'skip'], 'the word of the assessor, by the scale of the audit'),
  grade: optional(whole('grade on the scale of the audit, if any')),
  at: text('date and time, ISO 8601'),
})
export type Human = EvidenceOf<typeof HUMAN>
