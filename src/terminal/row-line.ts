// The live line of a run over rows: its progress, speed, findings and cost so far.
import type { RowProgress } from '../job/hooks.ts'
import { compact, counted, dollars, duration } from '../base/format.ts'
import { Rate } from './rate.ts'

const PHASES = { check: 'checking the models with', gather: 'asking', survey: 'surveying', decide: 'deciding' }

export class RowLine {
  readonly #started = performance.now()
  #phase = ''
  #rate = new Rate()

  /** Returns the text at the moment when it is shown. */
  textOf(progress: RowProgress): string {
    const { phase, rowsDone, rowsTotal } = progress
    if (phase !== this.#phase) {
      this.#phase = phase
      this.#rate = new Rate()
    }
    const rate = this.#rate.perSecond(rowsDone) ?? (rowsDone * 1000) / (performance.now() - this.#started)
    return [
      `${PHASES[phase]} ${counted(rowsDone)}/${counted(rowsTotal)} rows`,
      `${rate < 10 ? rate.toFixed(1) : counted(Math.round(rate))} rows/s`,
      rate > 0 ? `${duration((rowsTotal - rowsDone) / rate)} left` : 'waiting',
      ...(phase === 'check' || phase === 'gather' ? callParts(progress) : []),
      ...(phase === 'check' || phase === 'survey' ? [] : foundParts(progress)),
    ].join(' · ')
  }
}

function callParts({ calls }: RowProgress): string[] {
  const failed = calls.sum('failed')
  return [
    `${counted(calls.sum('made'))} calls`,
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
