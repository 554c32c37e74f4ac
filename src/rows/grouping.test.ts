// Records of one query are one row, and those of two queries never are: not even if the hashes of the queries are equal.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir, writeJsonl } from '../../test/support/files.ts'
import { HashTable } from '../base/hash-table.ts'
import { textOf } from '../base/lines.ts'
import { formatNamed } from './formats/index.ts'
import { groupRecords } from './grouping.ts'

const triplet = (query: string, negative: string) => ({ query, positive: `p ${query}`, negative })

/** Groups triplets, with a table in which all queries have the same hash if `areEqual`. */
async function grouped(queries: string, areEqual: boolean): Promise<string[] | undefined> {
  const records = [...queries].map((query, at) => triplet(query, String(at)))
  const path = writeJsonl(join(tempDir(), 'triplets.jsonl'), records)
  const table = areEqual ? new HashTable(() => [7, 7]) : new HashTable()
  const grouping = await groupRecords(path, formatNamed('st-triplet'), undefined, table)
  if (grouping === undefined) return undefined
  const rows: string[] = []
  for await (const lines of grouping.lines()) {
    for (const line of lines) {
      const row = JSON.parse(textOf(line)) as { records?: { query: string; negative: string }[]; query: string }
      const all = row.records ?? [row as unknown as { query: string; negative: string }]
      rows.push(all.map(({ query, negative }) => `${query}${negative}`).join(' '))
    }
  }
  grouping.close()
  return rows
}

test.each([
  ['together', 'aabbc', ['a0 a1', 'b2 b3', 'c4']],
  ['apart', 'abacb', ['a0 a2', 'b1 b4', 'c3']],
  ['each alone', 'abc', ['a0', 'b1', 'c2']],
])('queries of one hash stay apart: %s', async (_how, queries, rows) => {
  expect((await grouped(queries, true))?.toSorted()).toEqual(rows)
  expect(await grouped(queries, false)).toEqual(queries === 'abc' ? undefined : rows)
})
