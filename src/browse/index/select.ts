// Selects rows by a filter: values of one filter widen, further filters narrow.
import type { Filter } from '../api.ts'
import { LISTED, type Postings } from './postings.ts'

interface Selecting {
  rows: number
  postings: Postings
  /** Returns the rows that hold these words. */
  withWords(text: string): Uint32Array
  /** The rows that another policy decides in another way; undefined if none was tried. */
  whatIf: Uint32Array | undefined
}

/** Returns the numbers of the rows that fit, in their order; undefined if all do. */
export function selectedRows(
  filter: Filter,
  { rows, postings, withWords, whatIf }: Selecting,
): Uint32Array | undefined {
  const lists: Uint32Array[][] = []
  for (const name of LISTED) {
    const values = filter[name]
    if (values !== undefined && values.length > 0) lists.push(values.map((value) => postings.rowsOf(name, value)))
  }
  if (filter.disagree === true) lists.push([postings.rowsOf('disagree', '1')])
  if (filter.text !== undefined && filter.text.trim() !== '') lists.push([withWords(filter.text)])
  if (filter.whatIf === true) lists.push([whatIf ?? new Uint32Array()])
  if (lists.length === 0) return undefined
  const met = new Uint8Array(rows)
  for (const [place, some] of lists.entries()) {
    for (const list of some) for (const row of list) if (met[row] === place) met[row] = place + 1
  }
  const selected = new Uint32Array(rows)
  let count = 0
  for (let row = 0; row < rows; row += 1) if (met[row] === lists.length) selected[count++] = row
  return selected.subarray(0, count)
}
