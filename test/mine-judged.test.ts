// Documents judged anywhere are never mined, nor are copies of them: in other splits, under queries with the same text, at any grade.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readJsonl, writeJsonl, type Json } from './support/files.ts'
import { small, type MinedRow } from './support/mined.ts'

const HEAD = 'query-id\tcorpus-id\tscore\n'
const minedIn = (out: string) => readJsonl<MinedRow>(out)[0]?.negative_passages.map(({ docid }) => docid)

describe('a collection', () => {
  test('a judgement of another split holds, and the manifest names its file', async () => {
    const { collection, out, run } = small()
    const mined = ['--split', 'train', '--share', 'off', '--out', out]
    await run(collection, ...mined)
    expect(minedIn(out)).toContain('d2')
    writeFileSync(join(collection, 'qrels', 'dev.tsv'), `${HEAD}q1\td2\t1\n`)
    const ran = await run(collection, ...mined)
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('4  judged for the query')])
    expect(minedIn(out)).toEqual(['d4', 'd5'])
    expect(readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')).toContain('dev.tsv')
  })

  test('so does one of a query of another split that reads the same, and copies of what is relevant for it are none', async () => {
    const { collection, out, run } = small()
    appendFileSync(join(collection, 'queries.jsonl'), '{"_id":"dev1","text":"How do  apples ripen"}\n')
    appendFileSync(join(collection, 'corpus.jsonl'), '{"_id":"d9","text":"Apples ripen in  the sun"}\n')
    writeFileSync(join(collection, 'qrels', 'dev.tsv'), `${HEAD}dev1\td2\t1\ndev1\td4\t0\n`)
    const ran = await run(collection, '--split', 'train', '--share', 'off', '--out', out)
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('1  positives of the same query elsewhere')])
    expect(minedIn(out)).toEqual(['d5'])
  })

  test('a copy of a document of grade 1 is no negative where only grade 2 makes positives; queries without any say so', async () => {
    const { collection, out, run } = small()
    appendFileSync(join(collection, 'corpus.jsonl'), '{"_id":"d9","text":"Apples ripen in  the sun"}\n')
    appendFileSync(join(collection, 'qrels', 'train.tsv'), 'q1\td2\t1\n')
    await run(collection, '--split', 'train', '--share', 'off', '--relevance', '2', '--out', out)
    expect(minedIn(out)).toEqual(['d4', 'd5'])
    const [dropped] = readJsonl<{ row: string; reason: string }>(out.replace('.jsonl', '.dropped.jsonl'))
    expect(dropped).toMatchObject({ row: 'q2', reason: 'no document of grade 2 or more' })
  })
})

describe('rows', () => {
  const COPY = 'Apples ripen in  the sun'
  const NEAR = 'apples ripen in the warm sun of a very long and very late summer day'

  async function mined(rows: object[], ...args: string[]) {
    const { folder, collection, out, run } = small()
    const corpus = join(collection, 'corpus.jsonl')
    appendFileSync(corpus, `${JSON.stringify({ _id: 'd10', text: `${NEAR}!` })}\n`)
    const input = writeJsonl(join(folder, 'in.jsonl'), rows as Json[])
    const ran = await run(input, '--corpus', corpus, '--out', out, '--share', 'off', ...args)
    expect(ran.code, ran.stderr).toBe(0)
    return readJsonl<{ neg: string[] }>(out).map(({ neg }) => neg)
  }

  const row = { id: 'r1', query: 'how do apples ripen', pos: ['apples ripen by ethylene gas'], neg: [] }

  test('copies of a document that --known calls relevant are no negatives', async () => {
    const tevatron = {
      query_id: 'r1',
      query: row.query,
      positive_passages: [{ docid: 'd1', title: '', text: row.pos[0] }],
      negative_passages: [],
    }
    const textsOf = (rows: unknown) =>
      (rows as MinedRow[]).flatMap(({ negative_passages: negatives }) => negatives.map(({ text }) => text))
    const { folder, collection, out, run } = small()
    appendFileSync(join(collection, 'corpus.jsonl'), `${JSON.stringify({ _id: 'd9', text: COPY })}\n`)
    const input = writeJsonl(join(folder, 'in.jsonl'), [tevatron])
    const known = join(folder, 'known.tsv')
    writeFileSync(known, `${HEAD}r1\td2\t1\n`)
    const args = [input, '--corpus', collection, '--share', 'off', '--out', out]
    await run(...args)
    expect(textsOf(readJsonl(out))).toContain('apples ripen in the sun')
    await run(...args, '--known', known)
    const texts = textsOf(readJsonl(out))
    expect(texts).toContain('apples are red')
    expect(texts.filter((text) => text.toLowerCase().includes('sun'))).toEqual([])
  })

  test('near-duplicates of a positive of the same query in another row are none, beyond the limit, too', async () => {
    const other = { ...row, id: 'r2', pos: [NEAR], query: 'How do apples ripen' }
    const [alone] = await mined([row])
    expect(alone).toContain(`${NEAR}!`)
    const both = await mined([row, other])
    expect(both).toHaveLength(2)
    for (const neg of both) expect(neg).not.toContain(`${NEAR}!`)
    expect(both[0]).toContain('apples are red')
    const [limited] = await mined([row, other], '--limit', '1')
    expect(limited).not.toContain(`${NEAR}!`)
  })
})
