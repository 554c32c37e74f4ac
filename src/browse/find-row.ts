// Finds one row of a file by its id or as `line:N`, and suggests similar ids if there is none.
import { UsageError } from '../base/errors.ts'
import { readRows, type RowLine } from '../rows/read.ts'
import type { Input } from '../rows/input.ts'

/** A row, and the number of rows before it. */
export interface FoundRow {
  entry: RowLine
  before: number
}

/** @param wanted the row's id, or `line:N` @throws UsageError naming the file and similar ids */
export async function findRow(input: Input, wanted: string): Promise<FoundRow> {
  const digits = /^line:(\d+)$/.exec(wanted)?.[1]
  const line = digits === undefined ? undefined : Number(digits)
  let before = 0
  let atLine: FoundRow | undefined
  for await (const batch of readRows(input)) {
    for (const entry of batch) {
      if (!('row' in entry)) {
        if (entry.line.number === line) throw badLine(input, line, entry.faults)
        continue
      }
      // A row whose id looks like a line takes precedence over the line.
      if (entry.row.id === wanted) return { entry, before }
      if (entry.line.number === line) atLine = { entry, before }
      before += 1
    }
  }
  if (atLine) return atLine
  if (line !== undefined) throw new UsageError(`${input.name} has no row at line ${line}`)
  throw await noRow(input, wanted)
}

function badLine({ name }: Input, line: number, faults: { message: string }[]): UsageError {
  return new UsageError(`${name}:${line}: not a usable row: ${faults.map(({ message }) => message).join('; ')}`)
}

const SHOWN = 5

async function noRow(input: Input, wanted: string): Promise<UsageError> {
  const near: { id: string; distance: number }[] = []
  const farthest = Math.max(2, Math.floor(wanted.length / 3))
  for await (const batch of readRows(input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      const distance = distanceOf(wanted.toLowerCase(), entry.row.id.toLowerCase(), farthest)
      if (distance > farthest) continue
      near.push({ id: entry.row.id, distance })
      near.sort((a, b) => a.distance - b.distance)
      near.length = Math.min(near.length, SHOWN)
    }
  }
  const ids = near.map(({ id }) => id).join(', ')
  return new UsageError(`${input.name} has no row ${wanted}`, {
    hint:
      near.length > 0
        ? `Similar ids: ${ids}`
        : 'Give the id under "row" in changes.jsonl, or its line in the input, such as line:12.',
  })
}

/**
 * Returns the number of edits from one text to the other, or more than `most` if there are more; 1 if the other text contains the first.
 */
function distanceOf(a: string, b: string, most: number): number {
  if (a.length > 2 && b.includes(a)) return 1
  if (Math.abs(a.length - b.length) > most) return most + 1
  let row = Array.from({ length: b.length + 1 }, (_all, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    if (Math.min(...next) > most) return most + 1
    row = next
  }
  return row[b.length] as number
}
