// The pilot: asks about a few rows, spread over the file, and reports the results before the rest is paid for.
import { StopRun } from '../../llm/errors.ts'
import { withFields, type PilotObserver, type ShareField } from '../../method/brought.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { MethodDefinition, MethodPlan } from '../../method/definition.ts'
import { SHARES, type MethodShares } from '../../methods/index.ts'
import { isUndecided } from '../../policy/policy.ts'
import { labelled } from '../../rows/row.ts'
import { isAbove, percentOf, shareOf, type Share } from '../../statistics/share.ts'
import type { CallTotals } from '../call-totals.ts'

/** Default size of a pilot, and the number of rows above which there is one. */
const ROWS = 100
const ABOVE = 1_000

/** Limits on the results of a pilot, as shares. */
const MOST_TRUNCATED = 0.02
const MOST_UNDECIDED = 0.05

export interface PilotReport extends MethodShares {
  rows: number
  undecided: Share
  dropped: Share
  /** Shares of all replies: those cut off by their limit, and those that ask again because an earlier one could not be used. */
  truncated: Share
  reasked: Share
  /** Shares of the negatives; null if only the whole file can tell, and for methods that do not change labels. */
  relabelled: Share | null
  removed: Share | null
  /** US dollars for the remaining rows at the cost of the pilot's rows, as if none of their replies were in the ledger; null if unknown. */
  usdForTheRest: number | null
  /** Remarks of the method about these rows; whole lines. */
  notes: string[]
  /** Problems found, and the settings to change; empty if there are none. */
  warnings: string[]
}

/** Returns the number of rows of the pilot: as asked for, else 100 if there are more than 1,000; 0 if that would be the whole file. */
export function pilotSize(asked: number | undefined, rows: number): number {
  const size = asked ?? (rows > ABOVE ? ROWS : 0)
  return size < rows ? size : 0
}

/** Returns a test of whether the row at an index belongs to a pilot of `size` rows spread evenly over `rows`. */
export const inPilot = (size: number, rows: number) => (index: number) =>
  Math.floor(((index + 1) * size) / rows) > Math.floor((index * size) / rows)

/** US dollars for calls made and replies found so far. */
export const spentIn = (calls: CallTotals, weightOf: StageWeight = () => 1): number =>
  Object.entries(calls.stages).reduce((sum, [stage, { usd, usdFound }]) => sum + (usd + usdFound) * weightOf(stage), 0)

/** What a call of a stage costs later, as a multiple of its cost in the pilot. */
export type StageWeight = (stage: string) => number

/** Collects the results of the rows of a pilot. */
export class Pilot {
  readonly #look: PilotObserver | undefined
  readonly #shares: readonly ShareField[]
  readonly #isDecidedLater: boolean
  #rows = 0
  #undecided = 0
  #dropped = 0
  #negatives = 0
  #relabelled = 0
  #removed = 0

  /** @param isDecidedLater whether only the whole file tells what becomes of a find */
  constructor(plan: MethodPlan, { shares = [] }: Pick<MethodDefinition, 'shares'>, isDecidedLater = false) {
    this.#isDecidedLater = isDecidedLater
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
   * @param rowsLeft rows still to be asked about
   * @param before US dollars spent before the pilot, weighted
   * @param weightOf undefined if what the rest costs is unknown
   */
  report(
    calls: CallTotals,
    rowsLeft: number,
    before: number,
    weightOf: StageWeight | undefined = () => 1,
  ): PilotReport {
    const replies = calls.sum('made') + calls.sum('found')
    const spent = spentIn(calls, weightOf) - before
    const isUnpriced = weightOf === undefined || calls.sum('unpriced') + calls.sum('unpricedFound') > 0
    const { shares = {}, notes = [], warnings = [], tellsChanges = true } = this.#look?.conclude() ?? {}
    const changed = (count: number) => (tellsChanges && !this.#isDecidedLater ? shareOf(count, this.#negatives) : null)
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
      `${percentOf(truncated)} of the replies were cut off by the token limit: raise --max-tokens, or turn off the model's reasoning`,
    )
  }
  if (isAbove(undecided, MOST_UNDECIDED)) {
    const advice =
      failed > 0
        ? `${failed} calls got no reply: check that the server keeps up, or lower --concurrency`
        : 'inspect some with winnow explain, or use a larger model'
    warnings.push(`${percentOf(undecided)} of the rows are undecided: ${advice}`)
  }
  return warnings
}

/** @throws StopRun if the pilot has warnings, unless the run is told to go on */
export function stopAfterPilot({ rows, warnings }: PilotReport, goesOn: boolean): void {
  if (warnings.length === 0 || goesOn) return
  throw new StopRun(
    'pilot',
    [`stopped after a pilot of ${rows} rows:`, ...warnings.map((each) => `  ${each}`)].join('\n'),
    {
      hint: 'Fix this and run again, or continue anyway with --no-stop. Replies so far are kept in the ledger.',
    },
  )
}
