// The pilot: a few rows, spread over the file, are asked about first, and what they show is told before the rest is paid for.
import { isUndecided, type Decision } from '../../methods/policy.ts'
import { wilson, type Interval } from '../../statistics/intervals.ts'
import { StopRun } from '../../llm/errors.ts'
import type { MethodDefinition, MethodPlan, MethodTally, Survey } from '../../methods/definition.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { labelled, type Row } from '../../rows/row.ts'
import type { CallTotals } from '../totals.ts'

/** Rows of a pilot when nothing is said, and from how many rows on there is one. */
const ROWS = 100
const ABOVE = 1_000

/** What a pilot may show at most, as shares. */
const MOST_TRUNCATED = 0.02
const MOST_UNDECIDED = 0.05
const MOST_SILENT = 0.2
/** Positives that a dataset must have in the pilot before its share says anything. */
const FEWEST_POSITIVES = 20
/** What it must show at least of the passages that were written, where so many were. */
const LEAST_ACCEPTED = 0.2
const FEWEST_WRITTEN = 20

/** A share that was counted, with its 95% interval (Wilson). */
export interface Share {
  hits: number
  of: number
  interval95: Interval
}

export interface PilotReport {
  rows: number
  undecided: Share
  dropped: Share
  /** Of all replies: cut off by their limit, and asking again because an earlier one could not be used. */
  truncated: Share
  reasked: Share
  /** Passages that were accepted, of those written; null for methods that write none. */
  accepted: Share | null
  /** Of the negatives; null where that is told only by the whole file, and for methods that leave labels alone. */
  relabelled: Share | null
  removed: Share | null
  /** Positives in which the method finds nothing; null for methods that do not look. */
  positivesWithoutAnswer: Share | null
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

/** Counts what the rows of a pilot show. */
export class Pilot {
  readonly #plan: MethodPlan
  readonly #tallies = new Map<string, MethodTally>()
  readonly #survey: Survey | undefined
  readonly #definition: MethodDefinition
  readonly #whole: MethodTally
  #rows = 0
  #undecided = 0
  #dropped = 0
  #negatives = 0
  #relabelled = 0
  #removed = 0
  #written = 0
  #added = 0

  /** @param definition of the method, whose survey looks over the pilot's rows as it will over all */
  constructor(definition: MethodDefinition, plan: MethodPlan, options: Record<string, unknown>) {
    this.#plan = plan
    this.#survey = definition.survey?.(options)
    this.#definition = definition
    this.#whole = plan.tally()
  }

  add(row: Row, evidence: Evidence[], decision: Decision): void {
    const dataset = row.dataset ?? ''
    const tally = this.#tallies.get(dataset) ?? this.#plan.tally()
    this.#tallies.set(dataset, tally)
    tally.add(row, evidence)
    this.#whole.add(row, evidence)
    this.#written += evidence.filter(({ kind }) => kind === 'candidate').length
    this.#added += decision.added?.length ?? 0
    this.#survey?.add(row, evidence)
    this.#rows += 1
    if (isUndecided(decision)) this.#undecided += 1
    if (decision.outcome === 'dropped') this.#dropped += 1
    this.#negatives += labelled(row, 'negative').length
    for (const { to } of decision.changes) {
      if (to === 'positive') this.#relabelled += 1
      else this.#removed += 1
    }
  }

  /** @param rowsLeft rows that are still to be asked about */
  report(calls: CallTotals, rowsLeft: number): PilotReport {
    const replies = calls.sum('made') + calls.sum('found')
    const spent = calls.sum('usd') + calls.sum('usdFound')
    const isUnpriced = calls.sum('unpriced') + calls.sum('unpricedFound') > 0
    const surveyed = this.#survey?.conclude()
    // Where the policy rests on a survey of all rows, nobody knows yet what will be moved.
    const { adds = false, describe } = this.#definition
    const moved = (count: number) => (adds || this.#survey?.isNeeded ? null : shareOf(count, this.#negatives))
    const counts = {
      rows: this.#rows,
      undecided: shareOf(this.#undecided, this.#rows),
      dropped: shareOf(this.#dropped, this.#rows),
      truncated: shareOf(calls.sum('truncated'), replies),
      reasked: shareOf(calls.sum('reasked'), replies),
      accepted: adds ? shareOf(this.#added, this.#written) : null,
      relabelled: moved(this.#relabelled),
      removed: moved(this.#removed),
      positivesWithoutAnswer: this.#silence(),
      usdForTheRest: isUnpriced ? null : (spent / Math.max(1, this.#rows)) * rowsLeft,
      notes: surveyed ? describe(surveyed.figures) : adds ? describe(this.#whole.figures()) : [],
    }
    const refused = surveyed?.refusal ? [`${surveyed.refusal.reason}. ${surveyed.refusal.hint}`] : []
    return { ...counts, warnings: [...warningsOf(counts, calls.sum('failed')), ...this.#datasetWarnings(), ...refused] }
  }

  #silence(): Share | null {
    const all = [...this.#tallies.values()].map(silenceOf)
    const known = all.filter((share) => share !== null)
    if (known.length === 0) return null
    const sum = (key: 'hits' | 'of') => known.reduce((total, share) => total + share[key], 0)
    return shareOf(sum('hits'), sum('of'))
  }

  /** A file of many datasets may fit its task as a whole while one of them does not. */
  #datasetWarnings(): string[] {
    if (this.#tallies.size < 2) return []
    return [...this.#tallies].flatMap(([dataset, tally]) => {
      const share = silenceOf(tally)
      if (share === null || share.of < FEWEST_POSITIVES || share.hits / share.of <= MOST_SILENT) return []
      return [`${misfit(share)} of the dataset ${dataset || '(none)'}; ${CHOOSE_TASK}`]
    })
  }
}

function silenceOf(tally: MethodTally): Share | null {
  const { positives, positivesWithoutAnswer } = tally.figures()
  return positives === undefined || positives === null ? null : shareOf(positivesWithoutAnswer ?? 0, positives)
}

const shareOf = (hits: number, of: number): Share => ({ hits, of, interval95: wilson(hits, of) })
const isAbove = ({ hits, of }: Share, most: number) => of > 0 && hits / of > most
const percent = ({ hits, of }: Share) => `${((100 * hits) / Math.max(1, of)).toFixed(1)}%`

const CHOOSE_TASK = 'choose another --task, or write one of your own; where passages do not answer, take --method rlhn'
const misfit = (share: Share) => `${percent(share)} of the positives have no answer by this task`

function warningsOf(
  { truncated, undecided, accepted, positivesWithoutAnswer: silent }: Omit<PilotReport, 'warnings'>,
  failed: number,
): string[] {
  const warnings: string[] = []
  if (isAbove(truncated, MOST_TRUNCATED)) {
    warnings.push(
      `${percent(truncated)} of the replies are cut off by their limit: raise --max-tokens, or keep the model from thinking aloud`,
    )
  }
  if (isAbove(undecided, MOST_UNDECIDED)) {
    const advice =
      failed > 0
        ? `${failed} calls got no reply: see that the server keeps up, or lower --concurrency`
        : 'look at some of them with winnow explain, or take a larger model'
    warnings.push(`${percent(undecided)} of the rows could not be decided: ${advice}`)
  }
  if (accepted !== null && accepted.of >= FEWEST_WRITTEN && accepted.hits / accepted.of < LEAST_ACCEPTED) {
    warnings.push(
      `only ${percent(accepted)} of the passages were accepted: see with winnow explain what speaks against the others, or take another model or --task`,
    )
  }
  if (silent !== null && isAbove(silent, MOST_SILENT)) warnings.push(`${misfit(silent)}; ${CHOOSE_TASK}`)
  return warnings
}

/** @throws StopRun when the pilot shows something that must not be paid for a whole file, unless told to go on */
export function stopAfterPilot({ rows, warnings }: PilotReport, goesOn: boolean): void {
  if (warnings.length === 0 || goesOn) return
  throw new StopRun('pilot', [`after a pilot of ${rows} rows:`, ...warnings.map((each) => `  ${each}`)].join('\n'), {
    hint: 'Change what it says, or go on all the same with --no-stop. What was asked stays in the ledger.',
  })
}
