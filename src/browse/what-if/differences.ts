// What another policy does with a row that differs from what was done, counted over many rows.
import { labelled } from '../../rows/row.ts'
import type { Decision } from '../../policy/policy.ts'
import type { RowWhatIf, WhatIf } from '../api.ts'

/** Counts of rows and passages on one side. */
export type Side = WhatIf['before']

/** What becomes of a passage: its label, or that its row is dropped or that it was not added. */
type Fate = string
const [DROPPED, NOT_ADDED] = ['dropped', 'not added']

export class Differences {
  readonly before: Side
  readonly after: Side
  /** Numbers of the rows that come out otherwise, in their order. */
  #rows = new Uint32Array(256)
  #count = 0
  readonly #moves = new Map<string, number>()

  /** @param before what was done with the whole file */
  constructor(before: Side) {
    this.before = before
    this.after = structuredClone(before)
  }

  get rows(): Uint32Array {
    return this.#rows.subarray(0, this.#count)
  }

  moves(): WhatIf['moves'] {
    const moves = Array.from(this.#moves, ([key, passages]) => {
      const [from, to] = JSON.parse(key) as [string, string]
      return { from, to, passages }
    })
    return moves.toSorted((one, other) => other.passages - one.passages)
  }

  /** Adds a row if the two decisions about it differ. */
  add(number: number, was: Decision, is: Decision): void {
    const moves = movesBetween(was, is)
    if (moves.length === 0 && was.outcome === is.outcome && was.wanted === is.wanted) return
    for (const { from, to } of moves) {
      const key = JSON.stringify([from, to])
      this.#moves.set(key, (this.#moves.get(key) ?? 0) + 1)
    }
    this.#addRow(number)
    this.after[was.outcome] -= 1
    this.after[is.outcome] += 1
    for (const name of ['positives', 'negatives'] as const)
      this.after.passages[name][1] += sizeOf(is, name) - sizeOf(was, name)
  }

  #addRow(number: number): void {
    if (this.#count === this.#rows.length) {
      const larger = new Uint32Array(this.#count * 2)
      larger.set(this.#rows)
      this.#rows = larger
    }
    this.#rows[this.#count++] = number
  }
}

/** Returns the passages of a row that come out otherwise. */
function movesBetween(was: Decision, is: Decision): { passage: string; from: Fate; to: Fate }[] {
  const [before, after] = [fatesIn(was), fatesIn(is)]
  const all = [...new Set([...before.keys(), ...after.keys()])]
  const moves = all.map((passage) => ({
    passage,
    from: before.get(passage) ?? NOT_ADDED,
    to: after.get(passage) ?? NOT_ADDED,
  }))
  return moves.filter(({ from, to }) => from !== to)
}

/** Returns what is done otherwise with one row; null if nothing is. */
export function rowDifference(was: Decision, is: Decision): RowWhatIf | null {
  const moves = movesBetween(was, is)
  if (moves.length === 0 && was.outcome === is.outcome) return null
  const passages = moves.map(({ passage, to }) => ({ passage, label: to === DROPPED || to === NOT_ADDED ? null : to }))
  return { outcome: is.outcome, reason: is.reason ?? null, passages }
}

function fatesIn({ outcome, row }: Decision): Map<string, Fate> {
  return new Map(row.passages.map(({ id, label }) => [id, outcome === 'dropped' ? DROPPED : label]))
}

/** Counts the passages that are written. Negatives that are to be mined count as mined. */
function sizeOf({ outcome, row, wanted = 0 }: Decision, name: 'positives' | 'negatives'): number {
  if (outcome === 'dropped') return 0
  return name === 'positives' ? labelled(row, 'positive').length : labelled(row, 'negative').length + wanted
}
