// Facts about a row or a passage that need no model.
import { oneOf, optional, text } from '../../base/fields.ts'
import { kind, PASSAGE, type EvidenceOf } from '../kind.ts'

export const KNOWN = kind('known', 'a passage that the data itself shows to be positive', {
  passage: PASSAGE,
  stage: oneOf(['duplicate', 'known'], 'a copy of a positive of the row, or known from another row or from qrels'),
  reason: text('why it is known'),
})
export type Known = EvidenceOf<typeof KNOWN>

export const UNJUDGED = kind('unjudged', 'a passage the method did not ask about', {
  passage: PASSAGE,
  reason: text('why no model was asked'),
  stage: optional(text('the stage that did not see it because its gate held the row back')),
})
export type Unjudged = EvidenceOf<typeof UNJUDGED>

export const EXEMPT = kind('exempt', 'a row that its task exempts from the method', {
  reason: text('why no model was asked'),
})
