import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { bytesIn } from './convert.ts'
import { formatNamed } from './formats/index.ts'
import { readRows, type RowLine } from './read.ts'
import type { Row } from './row.ts'

async function entryOf(text: string, format: string): Promise<RowLine> {
  const path = join(tempDir(), 'rows.jsonl')
  writeFileSync(path, text)
  for await (const [entry] of readRows({ path, format: formatNamed(format) })) return entry as RowLine
  throw new Error('nothing there')
}

const generation = { strategy: 'entity_shift', requirement: 'names the river' }
const grown = ({ row }: RowLine): Row => {
  const [positive, ...negatives] = row.passages
  const written = { id: 'g', text: 'generated', label: 'negative', origin: 'generated', generation } as const
  return { ...row, passages: [positive as (typeof row.passages)[number], written, ...negatives] }
}

const LINE =
  '{"query_id": 7, "query": "q", "positive_passages": [{"docid": "p", "title": "P", "text": "p"}], ' +
  '"negative_passages": [{"docid": "n", "title": "", "text": "n"}], "subset": "fiqa", "positive_passage_ids": ["p"], ' +
  '"big": 12345678901234567890, "query_text": 1.0}\r\n'

test('mined negatives come first, then the generated ones; nobody loses what has a place', async () => {
  const [from, to] = [formatNamed('tevatron'), formatNamed('ms-swift')]
  const entry = await entryOf(LINE, 'tevatron')
  expect(bytesIn(to, entry, grown(entry), { format: from }).toString()).toBe(
    `${[
      '{"messages":[{"role":"user","content":"q"}]',
      '"positive_messages":[[{"role":"user","content":"P p"}]]',
      '"negative_messages":[[{"role":"user","content":"n"}],[{"role":"user","content":"generated"}]]',
      '"dataset":"fiqa","positive_origins":["given"],"positive_strategies":[""],"positive_requirements":[""]',
      '"negative_origins":["given","generated"],"negative_strategies":["","entity_shift"]',
      '"negative_requirements":["","names the river"],"big":12345678901234567890,"query_text":1.0}',
    ].join(',')}\r\n`,
  )
})

test('scores go along where there are any, and come back', async () => {
  const [bge, tevatron] = [formatNamed('bge'), formatNamed('tevatron')]
  const entry = await entryOf('{"query":"q","pos":["p"],"neg":["n"],"pos_scores":[2.5],"neg_scores":[1.0]}\n', 'bge')
  const written = bytesIn(tevatron, entry, grown(entry), { format: bge }).toString()
  const { row } = await entryOf(written, 'tevatron')
  const said = row.passages.map(({ text, score, origin, generation: its }) => ({ text, score, origin, its }))
  expect(said).toEqual([
    { text: 'p', score: 2.5, origin: 'given', its: undefined },
    { text: 'n', score: 1, origin: 'given', its: undefined },
    { text: 'generated', score: undefined, origin: 'generated', its: generation },
  ])
  expect(Object.keys(JSON.parse(written) as object)).not.toContain('neg_scores')
})
