// Facts about a row or a passage that need no model.
import { oneOf, text } from '../../base/fields.ts'
import { kind, PASSAGE, type EvidenceOf } from '../kind.ts'

export const KNOWN = kind('known', 'a passage known to be positive from the data itself', {
  passage: PASSAGE,
  stage: oneOf(['duplicate', 'known'], 'a copy of a positive of the row, or known from another row or from qrels'),
  reason: text('why it counts as known'),
})
export type Known = EvidenceOf<typeof KNOWN>

export const UNJUDGED = kind('unjudged', 'a passage that the method did not ask about', {
  passage: PASSAGE,
  reason: text('why nobody was asked'),
})
export type Unjudged = EvidenceOf<typeof UNJUDGED>

export const EXEMPT = kind('exempt', 'a row that its task exempts from the method', {
  reason: text('why nobody was asked'),
})
