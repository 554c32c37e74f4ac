// What a comparison tells besides: what it will train, and how far the trainings have come.
import type { Hooks } from '../base/hooks.ts'
import type { Components } from '../statistics/crossed.ts'

export interface CompareHooks extends Hooks {
  /** What will be trained and what it can see, before it is trained. */
  onPlan?: ((plan: PlanReport) => void) | undefined
  /** Trainings done of all, the share of the present one that is done, and the time left where it can be told. */
  onTraining?: ((progress: TrainingProgress) => void) | undefined
}

export interface TrainingProgress {
  arm: string
  seed: number
  done: number
  total: number
  /** Of the present training, 0 to 1. */
  share: number
  secondsLeft: number | undefined
}

/** What an experiment can see, before anything is trained. */
export interface PlanReport {
  sets: { name: string; queries: number; documents: number; components: Components }[]
  seeds: number
  steps: number
  /** Trainings, of which `kept` need not be done again. */
  trainings: number
  arms: string[]
  /** The difference of the mean over the sets that is found at p < .05 with a chance of 80%. */
  smallestEffect: number
  /** Seeds with which a difference of 0.01 can be seen; null where more queries are needed. */
  seedsForOnePoint: number | null
  /** Where the expected spread comes from. */
  basis: string
}
