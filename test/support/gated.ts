// Rows for the tests of gates: two kinds of passages about French cities, and rows of arbitrary texts.
import type { Passage, Row } from '../../src/rows/row.ts'

export const passage = (label: Passage['label'], text: string, origin: Passage['origin'] = 'given'): Passage => ({
  id: text,
  text,
  label,
  origin,
})
export const rowOf = (query: string, positives: string[], negatives: string[]): Row => ({
  id: 'r',
  query,
  passages: [
    ...positives.map((text) => passage('positive', text)),
    ...negatives.map((text) => passage('negative', text)),
  ],
})

export const POSITIVE =
  'Lyon had 445,452 inhabitants at the census of 1999, which made it the third city of France after Paris and Marseille. The figure is given by the statistical office for the commune alone.'
export const NEGATIVES = [
  'The metropolitan area of Lyon is crossed by two rivers, the Rhône and the Saône, which meet to the south of the old town. Its bridges were rebuilt after the war in steel and concrete.',
  'Marseille is a port on the Mediterranean coast of France. It was founded by Greek settlers and is today the seat of a university, of several museums and of a large hospital.',
]
export const ROW = rowOf('how many people lived in Lyon in 1999?', [POSITIVE], NEGATIVES)
