// Counts the results of mining: rows, negatives, and why documents did not become negatives.
import type { Reason } from '../../mining/rules.ts'
import { bump } from '../../base/counts.ts'

export class MineTotals {
  readonly rows = { read: 0, written: 0, full: 0, short: 0, dropped: 0 }
  readonly dropReasons: Record<string, number> = {}
  readonly positives = { all: 0, withoutScore: 0 }
  readonly negatives = { mined: 0, filled: 0, kept: 0 }
  /** Documents that were considered for rows and did not become negatives, by reason. */
  readonly against: Record<string, number> = {}

  looked(against: ReadonlyMap<string, Reason>): void {
    for (const reason of against.values()) bump(this.against, reason)
  }

  scored(scores: readonly (number | undefined)[]): void {
    this.positives.all += scores.length
    this.positives.withoutScore += scores.filter((score) => score === undefined).length
  }

  dropped(reason: string): void {
    this.rows.read += 1
    this.rows.dropped += 1
    bump(this.dropReasons, reason)
  }

  written(count: { mined: number; filled: number; kept: number }, wanted: number): void {
    this.rows.read += 1
    this.rows.written += 1
    this.rows[count.mined + count.filled >= wanted ? 'full' : 'short'] += 1
    for (const kind of ['mined', 'filled', 'kept'] as const) this.negatives[kind] += count[kind]
  }
}
