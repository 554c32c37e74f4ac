// What was mined for one row of an output, as the list of changes beside it says.
import { existsSync } from 'node:fs'
import { readLines, textOf } from '../../base/lines.ts'

/** A negative that was mined for a row. */
export interface RefilledPassage {
  id: string
  text: string
  reason: string
}

/** What a list of changes says was mined for the row of a line; null when there is no such list. */
export async function refilledIn(changes: string, line: number): Promise<RefilledPassage[] | null> {
  if (!existsSync(changes)) return null
  const found: RefilledPassage[] = []
  for await (const lines of readLines(changes)) {
    for (const each of lines) {
      const record = JSON.parse(textOf(each)) as { line: number; stage: string; passage: string } & RefilledPassage
      if (record.line !== line || record.stage !== 'refill') continue
      found.push({ id: record.passage, text: record.text, reason: record.reason })
    }
  }
  return found
}
