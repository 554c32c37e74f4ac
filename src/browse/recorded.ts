// Reads what the lists beside an output say about one row: its changes, and the method's own lists.
import { existsSync } from 'node:fs'
import { readLines, textOf } from '../base/lines.ts'
import { LISTS } from '../methods/index.ts'
import type { OutputPaths } from '../job/outputs.ts'

export interface RowRecords {
  /** Whether there is a list of changes. */
  hasChanges: boolean
  /** The changes first. */
  records: Record<string, unknown>[]
}

/** Returns the records about the row of a line. */
export async function recordsAt({ sidecars }: OutputPaths, line: number): Promise<RowRecords> {
  const paths = ['changes', ...LISTS].map((list) => sidecars[list] as string)
  const lists = await Promise.all(paths.map((path) => recordsIn(path, line)))
  return { hasChanges: existsSync(sidecars.changes), records: lists.flat() }
}

async function recordsIn(path: string, line: number): Promise<Record<string, unknown>[]> {
  if (!existsSync(path)) return []
  const found: Record<string, unknown>[] = []
  for await (const lines of readLines(path)) {
    for (const each of lines) {
      const record = JSON.parse(textOf(each)) as Record<string, unknown>
      if (record['line'] === line) found.push(record)
    }
  }
  return found
}
