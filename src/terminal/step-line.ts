// The live line of a step with a known end: how far it is, and how long the rest takes at its pace.
import { duration } from '../base/format.ts'
import type { Progress } from '../base/hooks.ts'
import { progressText } from './live-line.ts'
import { Rate } from './rate.ts'

/** Seconds below which the time left is not worth a word. */
const WORTH_SECONDS = 3

export class StepLine {
  #what: string | undefined
  #rate = new Rate()

  /** Formats `reranking queries 64/300 · 21.3% · 2 min 10 s left`. */
  text(progress: Progress): string {
    const { what, done, total } = progress
    if (what !== this.#what) {
      this.#what = what
      this.#rate = new Rate()
    }
    const rate = this.#rate.perSecond(done) ?? 0
    const left = rate > 0 ? (total - done) / rate : 0
    return `${progressText(progress)}${left < WORTH_SECONDS ? '' : ` · ${duration(left)} left`}`
  }
}
