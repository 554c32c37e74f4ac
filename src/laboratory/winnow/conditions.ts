// The conditions that all trainings by Winnow's own engine share.
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { Development } from '../../train/development.ts'
import type { Engine } from '../../train/engine/engine.ts'
import type { Laboratory } from '../laboratory.ts'
import type { BagSet } from './collections.ts'
import type { Materials } from './materials.ts'

export interface Conditions {
  sets: BagSet[]
  measure: Measure
  /** The same for all arms. */
  steps: number
  /** Numbers of the texts of --corpus. */
  pool?: Uint32Array | undefined
  /** The development queries of --dev. */
  development?: Development | undefined
}

/** Everything that one training needs. */
export interface Bench extends Materials, Conditions {
  engine: Engine
}

export interface OwnLaboratory extends Bench, Pick<Laboratory, 'trainer' | 'identity' | 'folder'> {}
