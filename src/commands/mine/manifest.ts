// The record of a mining run: what went in, by which rules, what came out. It is a recipe, too.
import { timesSince } from '../../base/clock.ts'
import type { Threshold } from '../../mining/thresholds.ts'
import type { Miner } from '../../rows/miners.ts'
import { VERSION } from '../../base/version.ts'
import type { MineTotals } from './totals.ts'

/** What is known before anything is written. */
export interface MinePlan {
  /** What the user named. */
  input: Record<string, unknown>
  corpus: { path: string; sha256: string; documents: number }
  /** What searched, and what scored anew. */
  miners: Miner[]
  rows: number
  /** Negatives wanted for each row. */
  negatives: number
  /** What each share of the positive's score leaves, the other conditions as they were given. */
  thresholds: Threshold[]
}

export interface MineManifest extends MinePlan {
  winnow: string
  command: 'mine'
  /** Options that repeat this command: pass the manifest as `--recipe`. */
  options: Record<string, unknown>
  outcomes: MineTotals['rows']
  dropReasons: Record<string, number>
  positives: MineTotals['positives']
  chosen: MineTotals['negatives']
  /** Why documents that were looked at did not become negatives. */
  against: Record<string, number>
  outputs: { rows: string; manifest: string; dropped: string; bad?: string }
  started: string
  seconds: number
}

export function mineManifestOf(
  plan: MinePlan,
  totals: MineTotals,
  options: Record<string, unknown>,
  outputs: MineManifest['outputs'],
  startedMs: number,
): MineManifest {
  const inOrder = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).toSorted(([, one], [, other]) => other - one))
  return {
    winnow: VERSION,
    command: 'mine',
    options,
    ...plan,
    outcomes: totals.rows,
    dropReasons: inOrder(totals.dropReasons),
    positives: totals.positives,
    chosen: totals.negatives,
    against: inOrder(totals.against),
    outputs,
    ...timesSince(startedMs),
  }
}
