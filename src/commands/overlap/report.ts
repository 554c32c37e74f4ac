// The result of `winnow overlap` as one record: printed, written beside the rows, and returned to programs.
import type { OverlapCounts } from './examination.ts'
import { DROP_CODES, type RemovalOutcome, type DropCode, type RemovableText } from './remove.ts'
import type { JudgedText } from './test-side.ts'
import type { Kind } from './likeness.ts'

export interface OverlapReport extends OverlapCounts {
  winnow: string
  command: 'overlap'
  /** Options as given: pass the report as `--recipe`. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; format: string; badRows: number }
  collection: {
    name: string
    path: string
    split: string
    judged: JudgedText
    /** Judged passages that are missing in its corpus, and those without text: they cannot be searched for and are not counted. */
    missing: number
    empty: number
  }
  /** The weakest likeness that counted, and the least similarity of near-duplicates. */
  match: Kind
  threshold: number
  /** What was left out; null if nothing was to be written. */
  removed: RemovalReport | null
  /** Paths of the written files. */
  outputs: Record<string, string> | null
  seconds: number
}

export interface RemovalReport {
  what: RemovableText
  rows: { kept: number; changed: number; dropped: number }
  dropReasons: Record<DropCode, number>
  /** Passages removed from rows that stay. */
  passages: { positives: number; negatives: number }
}

export class RemovalTally {
  readonly #removed: RemovalReport

  constructor(what: RemovableText) {
    this.#removed = {
      what,
      rows: { kept: 0, changed: 0, dropped: 0 },
      dropReasons: Object.fromEntries(DROP_CODES.map((code) => [code, 0])) as Record<DropCode, number>,
      passages: { positives: 0, negatives: 0 },
    }
  }

  add(cleansed: RemovalOutcome): void {
    const { rows, dropReasons, passages } = this.#removed
    rows[cleansed.outcome] += 1
    if (cleansed.outcome === 'dropped') dropReasons[cleansed.code] += 1
    if (cleansed.outcome !== 'changed') return
    for (const { passage } of cleansed.removals) passages[passage.label === 'positive' ? 'positives' : 'negatives'] += 1
  }

  result(): RemovalReport {
    return this.#removed
  }
}
