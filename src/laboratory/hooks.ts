// What a comparison tells besides: what it will train, and how far the trainings have come.
import type { Hooks } from '../base/hooks.ts'
import type { PlanReport } from './plan.ts'

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
