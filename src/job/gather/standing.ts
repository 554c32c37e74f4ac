// How far the asking has come: counts of rows, findings and calls, as progress shows them.
import { isUndecided, type Decision } from '../../policy/policy.ts'
import type { CallTotals } from '../call-totals.ts'
import type { RowProgress } from '../hooks.ts'

export class Standing {
  readonly #rowsTotal: number
  readonly #calls: CallTotals
  readonly #addsPassages: boolean
  readonly #begun = { rows: 0, calls: 0 }
  readonly #found = { falseNegatives: 0, added: 0, undecided: 0 }
  rowsDone = 0

  constructor(rowsTotal: number, calls: CallTotals, addsPassages: boolean) {
    this.#rowsTotal = rowsTotal
    this.#calls = calls
    this.#addsPassages = addsPassages
  }

  /** Counts a row that is begun, and the calls that it is expected to make. */
  begin(calls: number): void {
    this.#begun.rows += 1
    this.#begun.calls += calls
  }

  /** Counts a row that is done. */
  add(decision: Decision): void {
    this.rowsDone += 1
    this.#found.falseNegatives += decision.falseNegatives
    this.#found.added += decision.added?.length ?? 0
    if (isUndecided(decision)) this.#found.undecided += 1
  }

  progress(): RowProgress {
    return {
      phase: 'gather',
      rowsTotal: this.#rowsTotal,
      rowsDone: this.rowsDone,
      calls: this.#calls,
      callsPerRow: this.#begun.calls / Math.max(1, this.#begun.rows),
      ...this.#found,
      added: this.#addsPassages ? this.#found.added : undefined,
    }
  }
}
