// What a comparison tells while it goes on.
import type { PlanReport } from './plan.ts'

export interface CompareHooks {
  signal?: AbortSignal | undefined
  /** Sentences that a person should read. */
  onNotice?: ((sentence: string) => void) | undefined
  /** Rows or documents that were read; `total` is 0 where it is not known. */
  onProgress?: ((progress: { what: string; done: number; total: number }) => void) | undefined
  /** What will be trained and what it can see, before it is trained. */
  onPlan?: ((plan: PlanReport) => void) | undefined
  /** Trainings done of all, the share of the present one that is done, and the time left where it can be told. */
  onTraining?: ((progress: TrainingProgress) => void) | undefined
  /** Environment for the cache; default `process.env`. */
  env?: Record<string, string | undefined> | undefined
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
