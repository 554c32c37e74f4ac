// Hooks of a comparison: the plan of its trainings, and their progress.
import type { Hooks } from '../base/hooks.ts'
import type { Components } from '../statistics/crossed.ts'

export interface CompareHooks extends Hooks {
  /** Receives what will be trained, and which differences it can detect, before training starts. */
  onPlan?: ((plan: PlanReport) => void) | undefined
  /** Receives the trainings done, the share of the current one that is done, and the time left if it can be estimated. */
  onTraining?: ((progress: TrainingProgress) => void) | undefined
}

export interface TrainingProgress {
  arm: string
  seed: number
  done: number
  total: number
  /** Share of the current training that is done, 0 to 1. */
  share: number
  secondsLeft: number | undefined
}

/** The effects that an experiment can detect, before anything is trained. */
export interface PlanReport {
  sets: { name: string; queries: number; documents: number; components: Components }[]
  seeds: number
  steps: number
  /** Number of trainings; `kept` of them need not be repeated. */
  trainings: number
  arms: string[]
  /** The smallest difference of the mean over the sets that is found at p < .05 with a probability of 80%. */
  smallestEffect: number
  /** Seeds needed to detect a difference of 0.01; null if more queries are needed. */
  seedsForOnePoint: number | null
  /** Where the expected spread comes from. */
  basis: string
}
