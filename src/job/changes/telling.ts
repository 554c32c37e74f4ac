// Collects the changes of a run that tell most about it, while its rows are decided.
import type { Row } from '../../rows/row.ts'
import { rankOf, type ListedChange } from './listed-change.ts'
import { shownChange, type ShownChange } from './shown-change.ts'

/** How many changes of each rank are kept; they hold their rows in memory. */
const KEPT = 24

/** Keeps the first changes of each rank, one of each row. */
export class TellingChanges {
  readonly #kept: { change: ListedChange; row: Row }[][] = [[], [], [], []]

  /** @param row as it was before the run */
  add(change: ListedChange, row: Row): void {
    const kept = this.#kept[rankOf(change)] ?? []
    if (kept.length < KEPT && kept.at(-1)?.change.row !== change.row) kept.push({ change, row })
  }

  /**
   * Returns the changes to show first: new positives, then passages that a model added or removed, then the others, at most one of each
   * row, and before others those with marked words. The last one is of another kind, if possible.
   */
  first(count: number): ShownChange[] {
    const sorted = onePerRow(this.#kept.flatMap(markedFirst))
    const first = sorted.slice(0, count - 1)
    const rest = sorted.slice(count - 1)
    const kind = first[0] && rankOf(first[0])
    const last = rest.find((each) => rankOf(each) !== kind && rankOf(each) < 3) ?? rest[0]
    return last === undefined ? first : [...first, last]
  }

  /** Returns all that are kept, in the order in which `first` takes them. */
  all(): ShownChange[] {
    return this.#kept.flatMap(markedFirst)
  }
}

const markedFirst = (kept: readonly { change: ListedChange; row: Row }[]): ShownChange[] => {
  const shown = kept.map(({ change, row }) => shownChange(change, row))
  return [...shown.filter(({ mark }) => mark !== null), ...shown.filter(({ mark }) => mark === null)]
}

function onePerRow(changes: readonly ShownChange[]): ShownChange[] {
  const rows = new Set<string>()
  return changes.filter(({ row }) => !rows.has(row) && rows.add(row))
}
