// The rows of the experiment and its arms. Three of each row's 18 mined negatives are drawn by its id: only these differ between the files.
import { codeOf, mix } from '../../src/base/hash.ts'
import type { Passage, Row } from '../../src/rows/row.ts'
import type { LossName } from '../../src/train/losses/index.ts'
import { withArtefact } from './surgery.ts'

/**
 * `mined`: without the three. `planted`: with the three as generated ones that carry an artefact. `clean`: with the three labelled as
 * generated but unchanged, so that no passage reveals its source.
 */
export const FILES = ['mined', 'planted', 'clean'] as const
export type FileName = (typeof FILES)[number]

export interface Arm {
  name: string
  file: FileName
  loss: LossName
  weight?: number
}

const weighted = (loss: 'entropy' | 'match', weights: readonly number[], file: FileName = 'planted'): Arm[] =>
  weights.map((weight) => ({
    name: `${file === 'planted' ? '' : `${file}-`}${loss}-${weight}`,
    file,
    loss: `info-nce+${loss}`,
    weight,
  }))

export const ARMS: readonly Arm[] = [
  { name: 'mined', file: 'mined', loss: 'info-nce' },
  { name: 'clean', file: 'clean', loss: 'info-nce' },
  { name: 'mixed', file: 'planted', loss: 'info-nce' },
  ...weighted('entropy', [0.05, 0.5, 2, 8]),
  ...weighted('match', [1, 10, 100]),
  // The effect of a term when the source cannot be detected: the quality that it gains in other ways.
  ...weighted('entropy', [0.05, 2], 'clean'),
  ...weighted('match', [10], 'clean'),
]

const GENERATED = 3
const DRAW = 31

export function rowsOf(rows: readonly Row[], file: FileName): Row[] {
  return rows.map((row) => {
    const chosen = new Set(drawnOf(row))
    const others = row.passages.filter((passage) => !chosen.has(passage))
    const generated = file === 'mined' ? [] : [...chosen].map((passage) => generatedFrom(passage, file))
    return { ...row, passages: [...others, ...generated] }
  })
}

/** Draws three negatives, each by a hash of the row and itself. */
function drawnOf({ id, passages }: Row): Passage[] {
  const keyOf = (passage: Passage) => mix(...codeOf(id), ...codeOf(passage.text), DRAW)
  const negatives = passages.filter(({ label }) => label === 'negative')
  return negatives.toSorted((one, other) => keyOf(one) - keyOf(other)).slice(0, GENERATED)
}

const generatedFrom = (passage: Passage, file: FileName): Passage => ({
  ...passage,
  text: file === 'clean' ? passage.text : withArtefact(passage.text),
  origin: 'generated',
})
