// clean --when-no-negatives-left refill: rows that have lost all negatives get others from a corpus.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bm25Retriever } from '../src/search/bm25/bm25.ts'
import { startChatServer } from './support/chat-server.ts'
import { linesOf, outputsAt, readJsonl, tempDir, writeJsonl, type Json } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { rightReply } from './support/synthetic.ts'

/** The first loses both negatives, the second one of two, the third loses all and finds nothing, the fourth none. */
const ROWS = [
  {
    query: 'how do apples ripen',
    pos: ['apples ripen by ethylene gas'],
    neg: ['apples ripen when ethylene is near #better', 'apples ripen slowly in the cold #worse'],
  },
  {
    query: 'how do pears ripen',
    pos: ['pears ripen off the tree'],
    neg: ['pears ripen on a window sill #better', 'bicycles are oiled #none'],
  },
  { query: 'quetzalcoatl', pos: ['quetzalcoatl is a god'], neg: ['quetzalcoatl has feathers #better'] },
  { query: 'what is rust', pos: ['rust is iron oxide'], neg: ['paint is not rust #none'] },
]
const TEXTS = [
  'apples ripen by ethylene gas',
  'Apples ripen when ethylene is near #better',
  'apples ripen slowly in the cold #worse',
  'apples are red',
  'apples are sold by weight',
  'pears ripen off the tree',
  'quetzalcoatl is a god',
]
const CORPUS = TEXTS.map((text, index) => ({ _id: `d${index + 1}`, text }))

async function world(given: object[] = ROWS) {
  const folder = tempDir()
  const server = await startChatServer({ reply: (request) => ({ text: rightReply(request) }) })
  onTestFinished(() => server.close())
  const rows = writeJsonl(join(folder, 'rows.jsonl'), given)
  const corpus = writeJsonl(join(folder, 'corpus.jsonl'), CORPUS)
  const out = join(folder, 'out', 'cleaned.jsonl')
  const env = { OPENAI_API_KEY: 'k', WINNOW_CACHE: join(folder, 'cache') }
  const judge = ['--judge', `m@${server.url}`, '--price', '1/1']
  const refill = ['--when-no-negatives-left', 'refill', '--corpus', corpus]
  const clean = (...args: string[]) => runWinnow(['clean', rows, '--out', out, ...judge, ...args], { env })
  const apply = (to: string, ...args: string[]) =>
    runWinnow(['apply', rows, '--out', to, '--ledger', join(folder, 'out', '.winnow', 'ledger.db'), ...args], { env })
  return { folder, out, clean, apply, refill, corpus }
}

const changesOf = (out: string) => readJsonl(out.replace('.jsonl', '.changes.jsonl'))

describe('a row whose negatives are all gone', () => {
  test('gets as many from the corpus as it had, none of which it held before; without any it is dropped', async () => {
    const { out, clean, refill } = await world()
    const ran = await clean(...refill, '--refill-share', 'off')
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringMatching(/^ {2}mined +\+2 {2}for 1 row, by bm25$/m)])
    const [first, second, fourth] = readJsonl<(typeof ROWS)[number]>(out)
    expect(first?.pos).toEqual([ROWS[0]?.pos[0], ROWS[0]?.neg[0]])
    expect(first?.neg.toSorted()).toEqual(['apples are red', 'apples are sold by weight'])
    expect(Object.keys(first ?? {})).toEqual(['query', 'pos', 'neg'])
    expect(second?.neg).toEqual(['bicycles are oiled #none'])
    expect(fourth?.query).toBe('what is rust')
    expect(linesOf(out)[2]).toBe(`${JSON.stringify(ROWS[3])}\n`)

    const added = changesOf(out).filter(({ stage }) => stage === 'refill')
    expect(added.map(({ line, from, to, model, passage }) => [line, from, to, model, passage])).toEqual([
      [1, null, 'negative', 'bm25', expect.stringMatching(/^d[45]$/)],
      [1, null, 'negative', 'bm25', expect.stringMatching(/^d[45]$/)],
    ])
    expect(added[0]?.['reason']).toMatch(/^mined by bm25: rank \d, score \d/)
    const [dropped] = readJsonl(out.replace('.jsonl', '.dropped.jsonl'))
    expect(dropped).toMatchObject({ line: 3, reason: 'no negatives are left, and none could be mined' })
    const [manifest] = [JSON.parse(linesOf(out.replace('.jsonl', '.manifest.json')).join('')) as Json]
    expect(manifest?.['refill']).toMatchObject({
      rows: 1,
      negatives: 2,
      miner: { name: 'bm25' },
      corpus: { documents: 7 },
    })
    expect(manifest).toMatchObject({
      rows: { dropReasons: { 'no negatives left': 1 } },
      passages: { after: { negative: 4 } },
    })
  })

  test('apply does the same, byte for byte, and with another number another thing', async () => {
    const { folder, out, clean, apply, refill } = await world()
    await clean(...refill, '--refill-share', 'off')
    const [same, one] = [join(folder, 'same.jsonl'), join(folder, 'one.jsonl')]
    expect((await apply(same, ...refill, '--refill-share', 'off')).code).toBe(0)
    expect(outputsAt(same)).toEqual(outputsAt(out))
    expect((await apply(one, ...refill, '--refill-share', 'off', '--refill-negatives', '1')).code).toBe(0)
    expect(readJsonl<(typeof ROWS)[number]>(one)[0]?.neg).toHaveLength(1)
  })

  test('the share of the positives holds, of which the lowest counts', async () => {
    const { out, clean, refill } = await world()
    await clean(...refill, '--refill-share', '0%')
    expect(readJsonl(out).map(({ query }) => query)).toEqual(['how do pears ripen', 'what is rust'])
  })

  test('what it held does not come back under its id, whatever words the corpus has for it; scores and miner follow the row', async () => {
    const scored = {
      query_id: 'q1',
      query: 'how do apples ripen',
      positive_passages: [{ docid: 'd1', title: '', text: 'apples ripen by ethylene gas', score: 9.5 }],
      negative_passages: [{ docid: 'd4', title: '', text: 'apples ripen, an older edition #better', score: 8 }],
    }
    const miners = [{ name: 'bm25', identity: bm25Retriever().identity }]
    const { out, clean, refill } = await world([
      { ...scored, miners },
      { ...scored, query_id: 'q2' },
    ])
    await clean(...refill, '--refill-share', 'off', '--refill-negatives', '9')
    const [known, unknown] = readJsonl<{ negative_passages: { docid: string; score: unknown }[] }>(out)
    for (const row of [known, unknown]) {
      expect(row?.negative_passages.map(({ docid }) => docid).toSorted()).toEqual(['d2', 'd3', 'd5', 'd6'])
    }
    expect(known?.negative_passages[0]?.score).toEqual(expect.any(Number))
    expect(unknown?.negative_passages.map(({ score }) => score)).toEqual([null, null, null, null])
    expect(known).toMatchObject({ miners })
    expect(unknown).not.toHaveProperty('miners')
  })

  test('no copy of what --known calls relevant, and no near-duplicate of a positive of the same query in another row', async () => {
    const passage = (docid: string, text: string) => ({ docid, title: '', text })
    const row = (id: string, positive: string, negative: string) => ({
      query_id: id,
      query: 'how do apples ripen',
      positive_passages: [passage(`p${id}`, positive)],
      negative_passages: [passage(`n${id}`, negative)],
    })
    const { folder, out, clean, refill, corpus } = await world([
      row('q1', 'apples ripen by ethylene gas', 'an old text #better'),
      row('q2', 'apples are sold by weights', 'another text #none'),
    ])
    appendFileSync(corpus, '{"_id":"d8","text":"Apples  are red"}\n{"_id":"d9","text":"apples are eaten"}\n')
    const known = join(folder, 'known.tsv')
    writeFileSync(known, 'query-id\tcorpus-id\tscore\nq1\td4\t1\n')
    await clean(...refill, '--refill-share', 'off', '--refill-negatives', '9', '--known', known)
    const [first] = readJsonl<{ negative_passages: { docid: string }[] }>(out)
    expect(first?.negative_passages.map(({ docid }) => docid).toSorted()).toEqual(['d2', 'd3', 'd6', 'd9'])
  })

  test('a positive that is not in the corpus is why nothing is found at a share, and that is said', async () => {
    const row = { query: 'how do apples ripen', pos: ['of another corpus'], neg: ['apples ripen slowly #better'] }
    const { out, clean, refill } = await world([row, ROWS[3] as object])
    const ran = await clean(...refill)
    expect(ran.stderr).toMatch(
      /note: 1 of 1 rows to refill have a positive that is not in the corpus.*--refill-share off/,
    )
    const [dropped] = readJsonl(out.replace('.jsonl', '.dropped.jsonl'))
    expect(dropped?.['reason']).toContain('none could be mined by a share: a positive is not in the corpus')
    const [manifest] = [JSON.parse(linesOf(out.replace('.jsonl', '.manifest.json')).join('')) as Json]
    expect(manifest).toMatchObject({ rows: { dropReasons: { 'positive not in the corpus': 1 } } })
  })

  test('explain shows what was mined', async () => {
    const { out, clean, refill } = await world()
    await clean(...refill, '--refill-share', 'off')
    const ran = await runWinnow(['explain', out, 'line:1'])
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('no negatives left; up to 2 were to be mined')
    expect(ran.stdout.replace(/\s+/g, ' ')).toMatch(/mined d[45], mined by bm25: rank \d, score [\d.]+: apples are/)
    const dropped = await runWinnow(['explain', out, 'line:3'])
    expect(dropped.stdout.replace(/\s+/g, ' ')).toContain('up to 1 were to be mined, none found')
  })
})

test('what does not go together is refused before anything is asked', async () => {
  const { clean, corpus, folder } = await world()
  const withoutCorpus = await clean('--when-no-negatives-left', 'refill')
  expect([withoutCorpus.code, withoutCorpus.stderr]).toEqual([2, expect.stringContaining('Give them with --corpus')])
  const idle = await clean('--corpus', corpus, '--refill-negatives', '3')
  expect(idle.stderr).toContain('--corpus, --refill-negatives: only with --when-no-negatives-left refill')
  const over = await clean('--when-no-negatives-left', 'refill', '--corpus', folder, '--out', corpus)
  expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('is an input of this command')])
  const missing = await clean('--when-no-negatives-left', 'refill', '--corpus', join(folder, 'nowhere'))
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('no such file or folder of documents')])
})
