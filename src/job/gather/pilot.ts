// The pilot: a few rows, spread over the file, are asked about first, and what they show is told before the rest is paid for.
import { StopRun } from '../../llm/errors.ts'
import { withFields, type PilotObserver, type ShareField } from '../../methods/brought.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { MethodDefinition, MethodPlan } from '../../methods/definition.ts'
import { SHARES, type MethodShares } from '../../methods/index.ts'
import { isUndecided } from '../../policy/policy.ts'
import { labelled } from '../../rows/row.ts'
import { isAbove, percentOf, shareOf, type Share } from '../../statistics/share.ts'
import type { CallTotals } from '../call-totals.ts'

/** Rows of a pilot when nothing is said, and from how many rows on there is one. */
const ROWS = 100
const ABOVE = 1_000

/** What a pilot may show at most, as shares. */
const MOST_TRUNCATED = 0.02
const MOST_UNDECIDED = 0.05

export interface PilotReport extends MethodShares {
  rows: number
  undecided: Share
  dropped: Share
  /** Of all replies: cut off by their limit, and asking again because an earlier one could not be used. */
  truncated: Share
  reasked: Share
  /** Of the negatives; null where that is told only by the whole file, and for methods that leave labels alone. */
  relabelled: Share | null
  removed: Share | null
  /** US dollars for the rows that are left, as those of the pilot have cost, were none of it in the ledger; null when unknown. */
  usdForTheRest: number | null
  /** What the method has to say of these rows; whole lines. */
  notes: string[]
  /** What is not as it should be, and what to change; nothing when all is well. */
  warnings: string[]
}

/** How many rows the pilot has: as asked for, else 100 of more than 1,000; none when that is all there is. */
export function pilotSize(asked: number | undefined, rows: number): number {
  const size = asked ?? (rows > ABOVE ? ROWS : 0)
  return size < rows ? size : 0
}

/** Whether a row, by its index, belongs to a pilot of `size` rows spread evenly over `rows`. */
export const inPilot = (size: number, rows: number) => (index: number) =>
  Math.floor(((index + 1) * size) / rows) > Math.floor((index * size) / rows)

/** US dollars for calls made and replies found so far. */
export const spentIn = (calls: CallTotals): number => calls.sum('usd') + calls.sum('usdFound')

/** Counts what the rows of a pilot show. */
export class Pilot {
  readonly #look: PilotObserver | undefined
  readonly #shares: readonly ShareField[]
  #rows = 0
  #undecided = 0
  #dropped = 0
  #negatives = 0
  #relabelled = 0
  #removed = 0

  constructor(plan: MethodPlan, { shares = [] }: Pick<MethodDefinition, 'shares'>) {
    this.#look = plan.pilot?.()
    this.#shares = [...SHARES, ...shares]
  }

  add(decided: DecidedRow): void {
    const { entry, decision } = decided
    this.#look?.add(decided)
    this.#rows += 1
    if (isUndecided(decision)) this.#undecided += 1
    if (decision.outcome === 'dropped') this.#dropped += 1
    this.#negatives += labelled(entry.row, 'negative').length
    for (const { to } of decision.changes) {
      if (to === 'positive') this.#relabelled += 1
      else this.#removed += 1
    }
  }

  /**
   * @param rowsLeft rows that are still to be asked about
   * @param before US dollars that were spent before the pilot
   */
  report(calls: CallTotals, rowsLeft: number, before: number): PilotReport {
    const replies = calls.sum('made') + calls.sum('found')
    const spent = spentIn(calls) - before
    const isUnpriced = calls.sum('unpriced') + calls.sum('unpricedFound') > 0
    const { shares = {}, notes = [], warnings = [], tellsChanges = true } = this.#look?.conclude() ?? {}
    const changed = (count: number) => (tellsChanges ? shareOf(count, this.#negatives) : null)
    const undecided = shareOf(this.#undecided, this.#rows)
    const truncated = shareOf(calls.sum('truncated'), replies)
    const general: Omit<PilotReport, keyof MethodShares> = {
      rows: this.#rows,
      undecided,
      dropped: shareOf(this.#dropped, this.#rows),
      truncated,
      reasked: shareOf(calls.sum('reasked'), replies),
      relabelled: changed(this.#relabelled),
      removed: changed(this.#removed),
      usdForTheRest: isUnpriced ? null : (spent / Math.max(1, this.#rows)) * rowsLeft,
      notes,
      warnings: [...warningsOf(truncated, undecided, calls.sum('failed')), ...warnings],
    }
    return withFields(general, this.#shares, shares)
  }
}

function warningsOf(truncated: Share, undecided: Share, failed: number): string[] {
  const warnings: string[] = []
  if (isAbove(truncated, MOST_TRUNCATED)) {
    warnings.push(
      `${percentOf(truncated)} of the replies are cut off by their limit: raise --max-tokens, or keep the model from thinking aloud`,
    )
  }
  if (isAbove(undecided, MOST_UNDECIDED)) {
    const advice =
      failed > 0
        ? `${failed} calls got no reply: see that the server keeps up, or lower --concurrency`
        : 'look at some of them with winnow explain, or take a larger model'
    warnings.push(`${percentOf(undecided)} of the rows could not be decided: ${advice}`)
  }
  return warnings
}

/** @throws StopRun when the pilot shows something that must not be paid for a whole file, unless told to go on */
export function stopAfterPilot({ rows, warnings }: PilotReport, goesOn: boolean): void {
  if (warnings.length === 0 || goesOn) return
  throw new StopRun('pilot', [`after a pilot of ${rows} rows:`, ...warnings.map((each) => `  ${each}`)].join('\n'), {
    hint: 'Change what it says, or go on all the same with --no-stop. What was asked stays in the ledger.',
  })
}
