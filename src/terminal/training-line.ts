// The live lines of trainings: the steps of one, and how many of several are done.
import type { TrainingProgress } from '../laboratory/hooks.ts'
import type { TrainHooks } from '../train/prepare.ts'
import { counted, duration, percent } from '../base/format.ts'
import { Rate } from './rate.ts'

type StepProgress = Parameters<NonNullable<TrainHooks['onStep']>>[0]

export class StepLine {
  readonly #steps = new Rate()
  readonly #rows = new Rate()
  #rowsDone = 0

  /** Counts the rows of a step; must be called for every step. */
  add({ rows }: StepProgress): void {
    this.#rowsDone += rows
  }

  /** Returns the text at the moment when it is shown. */
  textOf({ step, steps, loss }: StepProgress): string {
    const [stepRate, rowRate] = [this.#steps.perSecond(step), this.#rows.perSecond(this.#rowsDone)]
    return [
      `step ${counted(step)}/${counted(steps)}`,
      `loss ${loss.toFixed(3)}`,
      ...(stepRate === undefined || rowRate === undefined
        ? []
        : [`${counted(Math.round(rowRate))} rows/s`, `${duration((steps - step) / stepRate)} left`]),
    ].join(' · ')
  }
}

/** Describes the current one of several trainings. */
export function trainingText({ arm, seed, done, total, share, secondsLeft }: TrainingProgress): string {
  return [
    `training ${done + 1}/${total}`,
    `${arm}, seed ${seed}`,
    percent(share, 0),
    ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
  ].join(' · ')
}
