// What is judged anywhere is never mined: in other splits, under queries that read the same, at any grade, nor is a copy of it.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readJsonl } from './support/files.ts'
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
    expect(minedIn(out)).toEqual(['d4'])
    expect(readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')).toContain('dev.tsv')
  })

  test('so does one of a query of another split that reads the same, and copies of what is relevant for it are none', async () => {
    const { collection, out, run } = small()
    appendFileSync(join(collection, 'queries.jsonl'), '{"_id":"dev1","text":"How do  apples ripen"}\n')
    appendFileSync(join(collection, 'corpus.jsonl'), '{"_id":"d9","text":"Apples ripen in  the sun"}\n')
    writeFileSync(join(collection, 'qrels', 'dev.tsv'), `${HEAD}dev1\td2\t1\ndev1\td4\t0\n`)
    const ran = await run(collection, '--split', 'train', '--share', 'off', '--too-few', 'fill', '--out', out)
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('1  positives of the same query elsewhere')])
    expect(minedIn(out)).toEqual(['d5'])
  })

  test('a copy of a document of grade 1 is no negative where only grade 2 makes positives; queries without any say so', async () => {
    const { collection, out, run } = small()
    appendFileSync(join(collection, 'corpus.jsonl'), '{"_id":"d9","text":"Apples ripen in  the sun"}\n')
    appendFileSync(join(collection, 'qrels', 'train.tsv'), 'q1\td2\t1\n')
    await run(collection, '--split', 'train', '--share', 'off', '--relevance', '2', '--out', out)
    expect(minedIn(out)).toEqual(['d4'])
    const [dropped] = readJsonl<{ row: string; reason: string }>(out.replace('.jsonl', '.dropped.jsonl'))
    expect(dropped).toMatchObject({ row: 'q2', reason: 'no document of grade 2 or more' })
  })
})
