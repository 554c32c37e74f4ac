// The live line of a run over rows: its progress, speed, findings, cost and time left.
import type { RowProgress } from '../job/hooks.ts'
import type { Amount } from './live-line.ts'
import { compact, counted, dollars, duration, plural } from '../base/format.ts'
import { Rate } from './rate.ts'

const PHASES = {
  check: 'checking the models with',
  gather: 'asking',
  batch: 'waiting for batch jobs:',
  survey: 'surveying',
  decide: 'deciding',
}
const TELL_CALLS: ReadonlySet<RowProgress['phase']> = new Set(['check', 'gather', 'batch'])
const TELL_FINDS: ReadonlySet<RowProgress['phase']> = new Set(['gather', 'decide'])
/** Rows that a speed is measured over, at least. */
const LEAST_ROWS = 10
/** Replies and seconds that a forecast needs, and the seconds that are worth one. */
const [LEAST_REPLIES, LEAST_SECONDS, WORTH_SECONDS] = [2, 20, 60]

export class RowLine {
  #progress: RowProgress | undefined
  #started = performance.now()
  #answeredBefore = 0
  #rate = new Rate(LEAST_ROWS)
  #isForecast = false

  /** Takes the progress that is shown from now on. */
  set(progress: RowProgress): void {
    if (progress.phase !== this.#progress?.phase) {
      this.#started = performance.now()
      this.#answeredBefore = answeredIn(progress)
      this.#rate = new Rate(LEAST_ROWS)
      this.#rate.perSecond(progress.rowsDone)
    }
    this.#progress = progress
  }

  /** Whether there is anything to show. */
  get isSet(): boolean {
    return this.#progress !== undefined
  }

  /** Rows of this phase. */
  get amount(): Amount {
    const { rowsDone: done = 0, rowsTotal: total = 0 } = this.#progress ?? {}
    return { done, total }
  }

  /** Returns the text at the moment when it is shown; '' before there is anything to show. */
  text(): string {
    if (this.#progress === undefined) return ''
    const { phase, rowsDone, rowsTotal } = this.#progress
    const rate = this.#rate.perSecond(rowsDone) ?? 0
    const left = rate > 0 ? (rowsTotal - rowsDone) / rate : this.#secondsByCalls()
    return [
      `${PHASES[phase]} ${counted(rowsDone)}/${counted(rowsTotal)} ${phase === 'batch' ? 'requests' : 'rows'}`,
      rate > 0 ? speedText(rate) : `${duration(this.#seconds)} so far`,
      left === undefined ? 'waiting' : `${duration(left)} left`,
      ...(TELL_CALLS.has(phase) ? callParts(this.#progress) : []),
      ...(TELL_FINDS.has(phase) ? foundParts(this.#progress) : []),
    ].join(' · ')
  }

  /** Returns, once, how long the asking will take at the pace of the first replies; undefined if that is unknown or soon over. */
  forecast(): string | undefined {
    if (this.#progress?.phase !== 'gather' || this.#isForecast) return undefined
    const { rowsTotal, callsPerRow = 0 } = this.#progress
    const [left, answered] = [this.#secondsByCalls(), this.#answered]
    if (left === undefined || answered < LEAST_REPLIES || this.#seconds < LEAST_SECONDS) return undefined
    this.#isForecast = true
    if (left < WORTH_SECONDS) return undefined
    const calls = plural(Math.round(rowsTotal * callsPerRow), 'call')
    return (
      `${plural(answered, 'reply', 'replies')} in ${duration(this.#seconds)}; ` +
      `${plural(rowsTotal, 'row')} need at least ${calls}: about ${duration(left)} more at this pace`
    )
  }

  get #seconds(): number {
    return (performance.now() - this.#started) / 1000
  }

  /** Replies in this phase. */
  get #answered(): number {
    return this.#progress === undefined ? 0 : answeredIn(this.#progress) - this.#answeredBefore
  }

  /** Seconds left at the pace of the replies so far; undefined if nothing is known of it. */
  #secondsByCalls(): number | undefined {
    const { rowsTotal, rowsDone, callsPerRow } = this.#progress as RowProgress
    if (callsPerRow === undefined || this.#answered === 0) return undefined
    const left = rowsTotal * callsPerRow - Math.max(this.#answered, rowsDone * callsPerRow)
    return left > 0 ? (left * this.#seconds) / this.#answered : undefined
  }
}

const answeredIn = ({ calls }: RowProgress) => calls.sum('made') + calls.sum('found')

function speedText(rate: number): string {
  if (rate < 0.1) return `${(rate * 60).toFixed(1)} rows/min`
  return `${rate < 10 ? rate.toFixed(1) : counted(Math.round(rate))} rows/s`
}

function callParts({ calls }: RowProgress): string[] {
  const failed = calls.sum('failed')
  return [
    plural(calls.sum('made'), 'call'),
    `${counted(calls.sum('found'))} from ledger`,
    `${compact(calls.sum('inputTokens') + calls.sum('outputTokens'))} tokens`,
    calls.sum('unpriced') > 0 ? 'cost unknown' : dollars(calls.sum('usd')),
    ...(failed > 0 ? [`${counted(failed)} failed`] : []),
  ]
}

function foundParts({ added, falseNegatives, undecided }: RowProgress): string[] {
  const found = added === undefined ? `${counted(falseNegatives)} false negatives` : `${counted(added)} passages added`
  return [found, `${counted(undecided)} undecided`]
}
