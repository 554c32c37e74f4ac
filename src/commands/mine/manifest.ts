// The record of a mining run: its input, its rules and its results. It is also a recipe.
import { timesSince } from '../../base/clock.ts'
import type { Threshold } from '../../mining/thresholds.ts'
import type { Miner } from '../../rows/miners.ts'
import { VERSION } from '../../base/version.ts'
import type { MineTotals } from './totals.ts'

/** What is known before anything is written. */
export interface MinePlan {
  /** The user's input. */
  input: Record<string, unknown>
  corpus: { path: string; sha256: string; documents: number }
  /** The retriever, and the model that rescored. */
  miners: Miner[]
  rows: number
  /** Negatives wanted for each row. */
  negatives: number
  /** What each share of the positive's score leaves, with the other conditions as given. */
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
  /** Why documents that were considered did not become negatives. */
  against: Record<string, number>
  outputs: { rows: string; manifest: string; dropped: string; bad?: string; script?: string }
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
