// Gives every row and passage an id that is the same in every run and on every machine.
import { sha256 } from '../base/hash.ts'
import type { ParsedRow } from './formats/format.ts'
import { HashTable } from '../base/hash-table.ts'
import type { Passage, Row } from './row.ts'

const DIGITS = 16

/** Assigns row ids during one pass over a file, and keeps them unique. */
export class RowIds {
  #given = new HashTable()
  #counts = new HashTable()

  /** Records a given id. Returns the line that had it first, or 0 if it is new. */
  firstLineOf(id: string, line: number): number {
    return this.#given.setIfNew(id, line)
  }

  /** Makes the id of a row that has none: a hash of its query, then `#2`, `#3` for repeated queries. */
  madeFrom(query: string): string {
    const id = sha256(query, DIGITS)
    const count = this.#counts.count(id)
    return count === 1 ? id : `${id}#${count}`
  }
}

/** Makes the id of a passage that has none. */
export const contentId = ({ title = '', text }: { title?: string | undefined; text: string }): string =>
  sha256(`${title}\n${text}`, DIGITS)

/** Completes a parsed row with its id and the ids of its passages; a repeated one gets `#2`, `#3`. */
export function withIds(read: ParsedRow, id: string): Row {
  const taken = new Set<string>()
  /** The highest number used for each repeated id. */
  const counts = new Map<string, number>()
  const passages = read.passages as Passage[]
  for (const passage of passages) {
    const base = passage.id ?? contentId(passage)
    passage.id = base
    while (taken.has(passage.id)) {
      const count = (counts.get(base) ?? 1) + 1
      counts.set(base, count)
      passage.id = `${base}#${count}`
    }
    taken.add(passage.id)
  }
  const row: Row = { id, query: read.query, passages, extra: read.extra }
  if (read.dataset !== undefined) row.dataset = read.dataset
  if (read.prompt !== undefined) row.prompt = read.prompt
  return row
}
