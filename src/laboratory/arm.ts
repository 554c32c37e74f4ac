// An arm: a set of rows that is trained repeatedly with different seeds.
import type { TrainingSet } from '../train/training-set.ts'

export interface Arm {
  name: string
  /** The baseline, an arm compared with it, or a random control. */
  kind: 'baseline' | 'given' | 'changed-at-random' | 'dropped-at-random'
  /** Decides, with the seed, which rows are used for training. */
  identity: string
  rows: number
  setOf(seed: number): TrainingSet
}
