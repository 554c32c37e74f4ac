// How an experiment opens a laboratory, step by step, whichever engine trains in it.
import type { OpenedCollection } from '../collections/open.ts'
import type { Measure } from '../evaluate/measures/measure.ts'
import type { Row } from '../rows/row.ts'
import type { Texts } from '../train/texts.ts'
import type { TrainingSet } from '../train/training-set.ts'
import type { CompareHooks } from './hooks.ts'
import type { Laboratory } from './laboratory.ts'
import type { Workplace } from './workplace.ts'

/** An engine with its options, before any row is read. */
export interface Setup {
  /** Whether rows must have negatives. */
  needsNegatives: boolean
  /** Receives each row in a first pass over the files. Absent if the engine needs no such pass. */
  show?: ((row: Row) => void) | undefined
  /** Returns the number of steps of every training. @param rows of the baseline */
  stepsOf(rows: number): number
  /** Runs `work` with numbered texts. */
  withTexts<T>(place: Workplace, hooks: CompareHooks, work: (room: Room) => Promise<T>): Promise<T>
}

/** Where rows become numbers of texts. */
export interface Room {
  texts: Texts
  /** Runs `work` with the laboratory, once the rows of all arms are read. */
  withLaboratory<T>(
    conditions: SharedConditions,
    hooks: CompareHooks,
    work: (lab: Laboratory) => Promise<T>,
  ): Promise<T>
}

/** Conditions shared by all arms. */
export interface SharedConditions {
  collections: readonly OpenedCollection[]
  /** The collection of --dev. */
  development: OpenedCollection | undefined
  measure: Measure
  steps: number
  /** The rows of the baseline. */
  rows: TrainingSet
}
