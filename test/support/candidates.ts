// Made-up evidence about passages written for a row, for tests of the policy.
import type { Analysis, Candidate, Evidence, Fulfilment, Verification } from '../../src/evidence/evidence.ts'
import type { Row } from '../../src/rows/row.ts'

export const ROW: Row = {
  id: 'r',
  query: 'q',
  passages: [
    { id: 'p', text: 'the positive', label: 'positive', origin: 'given' },
    { id: 'n', text: 'the negative', label: 'negative', origin: 'mined' },
    { id: 'i', text: 'the ignored', label: 'ignored', origin: 'given' },
  ],
}
const asked = { model: 'm', prompt: 'x@1' }
export const ANALYSIS: Analysis = {
  kind: 'analysis',
  stage: 'analyse',
  ...asked,
  need: 'n',
  meets: 'm',
  boundary: 'b',
  requirements: ['one', 'two', 'three', 'minor'].map((text) => ({ text, isCritical: text !== 'minor' })),
  perturbations: [],
}
export const candidate = (passage: string, more: Partial<Candidate> = {}): Candidate => ({
  kind: 'candidate',
  stage: 'write',
  passage,
  text: `text of ${passage}`,
  ...asked,
  strategy: 'entity_shift',
  requirement: 1,
  attempt: 1,
  ...more,
})
const LETTERS: Record<string, Fulfilment> = { h: 'holds', v: 'violated', a: 'absent' }
/** Expands letters such as `vhhh`: the first requirement is violated, the others hold. */
const found = (letters: string) => [...letters].map((letter) => LETTERS[letter] as Fulfilment)
export const verified = (passage: string, letters: string, attemptsAnswer = false): Verification => ({
  kind: 'verification',
  stage: 'verify',
  passage,
  ...asked,
  attemptsAnswer,
  requirements: found(letters),
})
export const judged = (passage: string, verdict: string): Evidence => ({
  kind: 'verdict',
  passage,
  stage: 'judge',
  ...asked,
  verdict,
})
export const unread = (stage: string, passages: string[], why = 'malformed'): Evidence => ({
  kind: 'unread',
  stage,
  model: 'm',
  passages,
  why,
  detail: 'it was odd',
  raw: 'odd',
})
