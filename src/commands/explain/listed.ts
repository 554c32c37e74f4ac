// What the lists beside an output say of the passages that were written for one row: how hard they are, and which were too easy.
import { existsSync } from 'node:fs'
import { readLines, textOf } from '../../base/lines.ts'
import type { OutputPaths } from '../../job/outputs.ts'

export interface ListedPassage {
  /** Percentile among the row's mined negatives, 0 to 1; null where it was not measured. */
  hardness: number | null
  /** Why it was discarded; null where it was added. */
  discarded: { code: string; text: string } | null
}

/** By passage id, for the row of a line. */
export async function listedIn({ sidecars }: OutputPaths, line: number): Promise<Map<string, ListedPassage>> {
  const listed = new Map<string, ListedPassage>()
  for (const path of [sidecars.changes, sidecars.discarded]) {
    if (!existsSync(path)) continue
    for await (const lines of readLines(path)) {
      for (const each of lines) {
        const record = JSON.parse(textOf(each)) as PassageRecord
        if (record.line !== line || record.hardness === undefined) continue
        const { passage, hardness, code, reason: text } = record
        // A second passage of the same text, which a gate stopped, says nothing of the first.
        if (listed.has(passage)) continue
        listed.set(passage, { hardness, discarded: code === undefined ? null : { code, text } })
      }
    }
  }
  return listed
}

interface PassageRecord {
  line: number
  passage: string
  /** Not there for changes of labels. */
  hardness?: number | null
  code?: string
  reason: string
}
