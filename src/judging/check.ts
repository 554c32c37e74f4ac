// The check of the judge: how many rows it takes, what it found, and the stop when a judge is not to be believed.
import { StopRun } from '../llm/errors.ts'
import { concludeFrom, type Conclusion, type Thresholds } from './conclusion.ts'
import { canariesFound, findingsOf, type ReadProbe, type StageFindings } from './findings.ts'
import type { Share } from '../statistics/share.ts'

/** The share of a run that its check may cost, and the most rows that it takes. */
const SHARE = 0.05
export const MOST_PROBES = 40
/** Rows that it takes at least, even where that is more than its share: fewer would show nothing for certain. */
const FEWEST_PROBES = 5
/** Rows from which on a file is checked; fewer can be read by a person. */
const FEWEST_ROWS = 20

/** Rows with which a judge is told from chance; asked about where fewer do not speak for it. */
export const TELLING_PROBES = 28

/** Rows that far passages are drawn from, for each that is probed. */
export const SAMPLED = 4

export interface CheckReport {
  /** Why the models were not checked; null when they were. */
  leftOut: string | null
  /** Rows that were shown, those shown twice counted twice. */
  probes: number
  /** Null when left out. */
  result: Conclusion['result'] | null
  stages: StageFindings[]
  /** For each kind of find, how many canaries were found so, and how many of these are relevant. */
  finds: Record<string, Share>
  reasons: string[]
  warnings: string[]
}

/**
 * Returns how many rows are probed; 0 for a file of a few rows.
 * @param cost what a probe costs, in rows
 */
export function probeCount(rows: number, cost: number, asked: number | undefined): number {
  if (asked !== undefined) return asked
  return rows < FEWEST_ROWS ? 0 : Math.min(MOST_PROBES, Math.max(FEWEST_PROBES, Math.floor((SHARE * rows) / cost)))
}

export const leftOut = (why: string): CheckReport => ({
  leftOut: why,
  probes: 0,
  result: null,
  stages: [],
  finds: {},
  reasons: [],
  warnings: [],
})

export function reportOn(read: readonly ReadProbe[], thresholds: Thresholds): CheckReport {
  const stages = findingsOf(read)
  return { leftOut: null, probes: read.length, stages, finds: canariesFound(read), ...concludeFrom(stages, thresholds) }
}

/** @throws StopRun when a judge is not to be believed */
export function stopAfterCheck({ probes, reasons }: CheckReport): void {
  if (reasons.length === 0) return
  const head = `the check of the models, with ${probes} rows in which two passages are known for certain:`
  throw new StopRun('judge', [head, ...reasons.map((reason) => `  ${reason}`)].join('\n'), {
    hint: 'Name a stronger model or another --task, or go on all the same with --no-check. What was asked stays in the ledger.',
  })
}
