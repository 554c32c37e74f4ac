// What `winnow overlap` found and did, as one record: printed, written beside the rows, and returned to programs.
import type { OverlapCounts } from './examination.ts'
import { DROP_CODES, type Cleansed, type DropCode, type Removable } from './remove.ts'
import type { Judged } from './test-side.ts'
import type { Kind } from './likeness.ts'

export interface OverlapReport extends OverlapCounts {
  winnow: string
  command: 'overlap'
  /** Options as they were given: pass the report as `--recipe`. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; format: string; badRows: number }
  collection: {
    name: string
    path: string
    split: string
    judged: Judged
    /** Judged passages that its corpus has not, and those without text: they cannot be looked for, and are not counted. */
    missing: number
    empty: number
  }
  /** The weakest likeness that counted, and the least similarity of near-duplicates. */
  match: Kind
  threshold: number
  /** What was left out; null where nothing was to be written. */
  removed: Removed | null
  /** Paths of what was written. */
  outputs: Record<string, string> | null
  seconds: number
}

export interface Removed {
  what: Removable
  rows: { kept: number; changed: number; dropped: number }
  dropReasons: Record<DropCode, number>
  /** Passages taken out of rows that stay. */
  passages: { positives: number; negatives: number }
}

export class RemovedTally {
  readonly #removed: Removed

  constructor(what: Removable) {
    this.#removed = {
      what,
      rows: { kept: 0, changed: 0, dropped: 0 },
      dropReasons: Object.fromEntries(DROP_CODES.map((code) => [code, 0])) as Record<DropCode, number>,
      passages: { positives: 0, negatives: 0 },
    }
  }

  add(cleansed: Cleansed): void {
    const { rows, dropReasons, passages } = this.#removed
    rows[cleansed.outcome] += 1
    if (cleansed.outcome === 'dropped') dropReasons[cleansed.code] += 1
    if (cleansed.outcome !== 'changed') return
    for (const { passage } of cleansed.removals) passages[passage.label === 'positive' ? 'positives' : 'negatives'] += 1
  }

  result(): Removed {
    return this.#removed
  }
}
