// What is trained, time and again with other seeds.
import type { TrainingSet } from '../train/training-set.ts'

export interface Arm {
  name: string
  /** What the others are compared with, what is compared with it, or a control that chance alone made. */
  kind: 'baseline' | 'given' | 'changed-at-random' | 'dropped-at-random'
  /** Decides, with the seed, which rows are trained on. */
  identity: string
  rows: number
  setOf(seed: number): TrainingSet
}
