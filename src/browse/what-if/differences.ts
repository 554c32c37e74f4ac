// What another policy does with a row that differs from what was done, counted over many rows.
import { labelled } from '../../rows/row.ts'
import type { Decision } from '../../policy/policy.ts'
import type { WhatIf } from '../api.ts'

/** Counts of rows and passages on one side. */
export type Side = WhatIf['before']

/** What becomes of a passage: its label, or that its row is dropped or that it was not added. */
type Fate = string

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
    const [before, after] = [fatesIn(was), fatesIn(is)]
    let differs = was.outcome !== is.outcome || was.wanted !== is.wanted
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [from, to] = [before.get(id) ?? 'not added', after.get(id) ?? 'not added']
      if (from === to) continue
      differs = true
      const key = JSON.stringify([from, to])
      this.#moves.set(key, (this.#moves.get(key) ?? 0) + 1)
    }
    if (!differs) return
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

function fatesIn({ outcome, row }: Decision): Map<string, Fate> {
  return new Map(row.passages.map(({ id, label }) => [id, outcome === 'dropped' ? 'dropped' : label]))
}

/** Counts the passages that are written. Negatives that are to be mined count as mined. */
function sizeOf({ outcome, row, wanted = 0 }: Decision, name: 'positives' | 'negatives'): number {
  if (outcome === 'dropped') return 0
  return name === 'positives' ? labelled(row, 'positive').length : labelled(row, 'negative').length + wanted
}
