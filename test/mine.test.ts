// winnow mine, end to end: what may never be a negative, the same bytes for the same seed, stops in the middle, files of rows.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mine, planMine } from '../src/run/mine.ts'
import type { MineOptions } from '../src/run/mining/options.ts'
import type { ChatMessage } from '../src/llm/chat.ts'
import { scoringIn, scoresText } from '../src/llm/scoring.ts'
import { fold } from '../src/rows/fold.ts'
import { startChatServer } from './support/chat-server.ts'
import { writeCollection, type SmallCollection } from './support/collections.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { linesOf, readJsonl, tempDir, writeJsonl, type Json } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

interface Passage {
  docid: string
  title: string
  text: string
  score?: number | null
  origin?: string
}
interface MinedRow {
  query_id: string
  query: string
  positive_passages: Passage[]
  negative_passages: Passage[]
  miners: { name: string; identity: string }[]
}

const words = fc.constantFrom('cat', 'dog', 'bird', 'fish', 'milk', 'bone', 'seed', 'worm')
const sentence = (least: number) => fc.array(words, { minLength: least, maxLength: 6 }).map((each) => each.join(' '))

/** Worlds small enough that documents are copies of one another, queries of one another, and either of the other. */
const anyCollection: fc.Arbitrary<SmallCollection> = fc
  .record({
    texts: fc.array(sentence(0), { minLength: 6, maxLength: 25 }),
    queries: fc.array(sentence(1), { minLength: 1, maxLength: 5 }),
    judgements: fc.array(fc.tuple(fc.nat(4), fc.nat(24), fc.integer({ min: -1, max: 2 })), {
      minLength: 3,
      maxLength: 14,
    }),
  })
  .map(({ texts, queries, judgements }) => {
    const pairs = new Map(
      judgements.map(([query, document, grade]) => [
        `q${query % queries.length} d${document % texts.length}`,
        [`q${query % queries.length}`, `d${document % texts.length}`, grade] as [string, string, number],
      ]),
    )
    return {
      documents: texts.map((text, index) => ({ _id: `d${index}`, text, ...(index % 4 === 0 && { title: 'cat' }) })),
      queries: queries.map((text, index) => ({ _id: `q${index}`, text })),
      judgements: [...pairs.values()],
    }
  })

const anyOptions: fc.Arbitrary<MineOptions> = fc.record(
  {
    negatives: fc.integer({ min: 1, max: 4 }),
    skip: fc.integer({ min: 0, max: 3 }),
    share: fc.constantFrom<(number | 'off')[]>('off', 0.5, 0.95, 1),
    margin: fc.constantFrom(0, 0.5),
    maxScore: fc.constantFrom(1, 3),
    minScore: fc.constantFrom(0, 0.2),
    bar: fc.constantFrom('min', 'mean', 'max'),
    sample: fc.constantFrom('top', 'random'),
    tooFew: fc.constantFrom('keep', 'drop', 'fill'),
    seed: fc.integer({ min: 0, max: 3 }),
    relevance: fc.constantFrom(1, 2),
    nearDuplicate: fc.constantFrom(0.5, 1),
  },
  { requiredKeys: [] },
)

const contents = ({ title = '', text }: { title?: string; text: string }) =>
  fold(title === '' ? text : `${title} ${text}`)

function expectClean(
  rows: MinedRow[],
  { documents, queries, judgements }: SmallCollection,
  { negatives = 7, relevance = 1 }: MineOptions,
): void {
  const documentOf = new Map(documents.map((each) => [each._id, each]))
  const queryOf = new Map(queries.map(({ _id, text }) => [_id, text]))
  for (const { query_id: id, query, positive_passages: positives, negative_passages: mined } of rows) {
    expect(query).toBe(queryOf.get(id))
    const judged = new Map(judgements.filter(([each]) => each === id).map(([, document, grade]) => [document, grade]))
    const kin = judgements.filter(
      ([each, , grade]) => fold(queryOf.get(each) ?? '') === fold(query) && grade >= relevance,
    )
    expect(positives.length).toBeGreaterThan(0)
    for (const { docid } of positives) expect(judged.get(docid)).toBeGreaterThanOrEqual(relevance)
    expect(mined.length).toBeGreaterThan(0)
    expect(mined.length).toBeLessThanOrEqual(negatives)
    const texts = mined.map(contents)
    expect(new Set(texts).size).toBe(texts.length)
    const never = [query, ...kin.map(([, document]) => contents(documentOf.get(document) ?? { text: '' }))].map(fold)
    for (const [index, { docid, origin }] of mined.entries()) {
      expect(judged.has(docid)).toBe(false)
      expect(kin.map(([, document]) => document)).not.toContain(docid)
      expect(never).not.toContain(texts[index])
      expect(texts[index]).not.toBe('')
      expect(origin).toBe('mined')
      expect(contents(documentOf.get(docid) ?? { text: '' })).toBe(texts[index])
    }
  }
}

test('in any world and by any settings: nothing judged, no positive, no copy of one, and the same seed gives the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(anyCollection, anyOptions, async (world, options) => {
      fc.pre(world.judgements.some(([query]) => world.queries.some(({ _id }) => _id === query)))
      fc.pre((options.minScore ?? -Infinity) <= (options.maxScore ?? Infinity))
      const folder = tempDir()
      const collection = writeCollection(join(folder, 'world'), world)
      const run = (name: string) => {
        const out = join(folder, name, 'rows.jsonl')
        return mine(collection, { split: 'train', index: join(folder, name, 'index'), out, ...options })
      }
      const manifest = await run('one')
      await run('other')
      const bytes = (name: string) => readFileSync(join(folder, name, 'rows.jsonl'), 'utf8')
      expect(bytes('other')).toBe(bytes('one'))
      const rows = readJsonl<MinedRow>(join(folder, 'one', 'rows.jsonl'))
      expectClean(rows, world, options)
      const { read, written, full, short, dropped } = manifest.outcomes
      expect([written, written, read]).toEqual([rows.length, full + short, written + dropped])
      expect(readJsonl(join(folder, 'one', 'rows.dropped.jsonl'))).toHaveLength(dropped)
      const mined = rows.reduce((sum, row) => sum + row.negative_passages.length, 0)
      expect(manifest.chosen.mined + manifest.chosen.filled).toBe(mined)
      if (options.tooFew === 'drop') expect(short).toBe(0)
      const chosen = manifest.thresholds.find(({ isChosen }) => isChosen)
      if (options.tooFew !== 'drop') expect(chosen?.negatives).toBe(manifest.chosen.mined)
      if (options.tooFew !== 'fill') expect(chosen?.full).toBe(full)
    }),
    { numRuns: 25 },
  )
})

const WORLD: SmallCollection = {
  documents: [
    { _id: 'd1', text: 'apples ripen by ethylene gas' },
    { _id: 'd2', text: 'apples ripen in the sun' },
    { _id: 'd3', text: 'apples are red' },
    { _id: 'd4', title: 'Fruit', text: 'apples and pears ripen after the harvest' },
    { _id: 'd5', text: 'bicycles are oiled' },
    { _id: 'd6', text: 'APPLES ripen by  ethylene gas' },
    { _id: 'd7', text: 'how do apples ripen' },
    { _id: 'd8', text: '' },
  ],
  queries: [
    { _id: 'q1', text: 'how do apples ripen' },
    { _id: 'q2', text: 'what is oiled' },
  ],
  judgements: [
    ['q1', 'd1', 2],
    ['q1', 'd3', 0],
    ['q2', 'd5', 1],
  ],
}

function small() {
  const folder = tempDir()
  const collection = writeCollection(join(folder, 'fruit'), WORLD)
  const out = join(folder, 'out', 'rows.jsonl')
  const env = { WINNOW_CACHE: join(folder, 'cache') }
  const run = (...args: string[]) => runWinnow(['mine', ...args], { env })
  return { folder, collection, out, run }
}

describe('a collection', () => {
  test('rows with titles, scores, origins and the miner; a table first, counts and reasons after', async () => {
    const { collection, out, run } = small()
    const ran = await run(collection, '--split', 'train', '--negatives', '2', '--out', out, '--share', 'off')
    expect([ran.code, ran.stdout]).toEqual([0, ''])
    expect(ran.stderr).toMatch(/→ +off +2 +1 \(50\.0%\) +0 \(0\.0%\) +1 \(50\.0%\)/)
    for (const reason of ['2  judged for the query', '1  copies of a positive', '1  with the text of the query']) {
      expect(ran.stderr).toContain(reason)
    }
    const [row, ...others] = readJsonl<MinedRow>(out)
    expect(others).toEqual([])
    expect(row?.negative_passages.map(({ docid, title, origin }) => [docid, title, origin])).toEqual([
      ['d2', '', 'mined'],
      ['d4', 'Fruit', 'mined'],
    ])
    const scores = [...(row?.positive_passages ?? []), ...(row?.negative_passages ?? [])].map(({ score }) =>
      Number(score),
    )
    expect(scores).toEqual(scores.toSorted((one, other) => other - one))
    expect(row?.miners).toEqual([{ name: 'bm25', identity: expect.stringContaining('tokenizer=english') }])
    expect(readJsonl(out.replace('.jsonl', '.dropped.jsonl'))).toEqual([
      { row: 'q2', query: 'what is oiled', positives: ['d5'], reason: 'no negatives' },
    ])
  })

  test('as BGE rows: title and text as one, scores as long as their lists', async () => {
    const { collection, out, run } = small()
    await run(collection, '--split', 'train', '--format', 'bge', '--share', 'off', '--too-few', 'fill', '--out', out)
    const [first, second] = readJsonl<Record<string, unknown[]>>(out)
    expect(first?.['neg']).toContain('Fruit apples and pears ripen after the harvest')
    expect(first?.['neg_scores']).toHaveLength(first?.['neg']?.length ?? 0)
    expect(first?.['pos_scores']).toHaveLength(1)
    // Nothing but its positive has a word of the second query: random documents, which score 0.
    expect(second?.['neg_scores']?.slice(-3)).toEqual([0, 0, 0])
    expect(second?.['neg']).not.toContain('bicycles are oiled')
  })

  test('too few: rows are dropped when that is asked for', async () => {
    const { collection, out, run } = small()
    await run(collection, '--split', 'train', '--negatives', '6', '--share', 'off', '--too-few', 'drop', '--out', out)
    expect(linesOf(out)).toEqual([])
    expect(readJsonl(out.replace('.jsonl', '.dropped.jsonl')).map(({ reason }) => reason)).toEqual([
      'too few negatives',
      'too few negatives',
    ])
  })

  test('--dry-run prints the table and writes nothing; --json prints the manifest, which repeats the run', async () => {
    const { folder, collection, out, run } = small()
    const dry = await run(collection, '--split', 'train', '--dry-run', '--quiet')
    expect([dry.code, dry.stderr]).toEqual([0, ''])
    expect(dry.stdout).toMatch(/share +negatives +rows with 7/)
    expect(existsSync(join(folder, 'out'))).toBe(false)
    const first = await run(
      collection,
      '--split',
      'train',
      '--sample',
      'random',
      '--seed',
      '5',
      '--out',
      out,
      '--json',
      '--quiet',
    )
    const again = out.replace('rows', 'again')
    const manifest = out.replace('.jsonl', '.manifest.json')
    expect(JSON.parse(first.stdout)).toEqual(JSON.parse(readFileSync(manifest, 'utf8')))
    expect((await run(collection, '--recipe', manifest, '--out', again)).code).toBe(0)
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'))
  })

  test('a reranker scores what was found, and its scores, below zero, order and stay in the rows', async () => {
    const { collection, out, run } = small()
    const server = await startChatServer({
      reply: ({ messages }) => {
        const { passages } = scoringIn(messages as ChatMessage[])
        return { text: scoresText(passages.map((each) => (/ethylene/.test(each) ? -1 : -each.length))) }
      },
    })
    onTestFinished(() => server.close())
    const model = `m@${server.url.replace('/v1', '')}/rerank`
    const ran = await run(collection, '--split', 'train', '--rescore', model, '--negatives', '3', '--out', out)
    expect(ran.code, ran.stderr).toBe(0)
    const [row] = readJsonl<MinedRow>(out)
    expect(row?.miners.map(({ name }) => name)).toEqual(['bm25', model])
    expect(row?.positive_passages[0]?.score).toBe(-1)
    const found = row?.negative_passages.map(({ docid, score }) => [docid, score])
    expect(found).toEqual([
      ['d2', -23],
      ['d4', -46],
    ])
    const asked = server.requests.length
    await run(collection, '--split', 'train', '--rescore', model, '--share', '50%', '--out', out)
    expect(server.requests).toHaveLength(asked)
  })
})

describe('rows that exist', () => {
  const bge = { query: 'how do apples ripen', pos: ['apples ripen by ethylene gas'], neg: ['bicycles are oiled'] }

  async function mined(rows: Json[], ...args: string[]) {
    const { folder, collection, out, run } = small()
    const input = writeJsonl(join(folder, 'in.jsonl'), rows)
    const ran = await run(input, '--corpus', collection, '--out', out, '--share', '100%', ...args)
    return { ran, out, rows: readJsonl(out) as Record<string, unknown[]>[] }
  }

  test('get other negatives, whatever other columns they have', async () => {
    const text =
      '{"id":12345678901234567890,"query":"how do apples ripen","pos":["apples ripen by ethylene gas"],"neg":["x"],"w":1.0}\n'
    const { folder, collection, out, run } = small()
    const input = join(folder, 'in.jsonl')
    writeFileSync(input, text)
    await run(input, '--corpus', join(collection, 'corpus.jsonl'), '--out', out, '--share', '100%', '--negatives', '1')
    const [line = ''] = linesOf(out)
    expect(line).toContain('"id":12345678901234567890')
    expect(line).toContain('"w":1.0')
    expect(JSON.parse(line)).toMatchObject({ neg: [expect.stringContaining('apples')], miners: [{ name: 'bm25' }] })
  })

  test('may have none yet, not even the column', async () => {
    const { neg: _neg, ...bare } = bge
    const { ran, rows } = await mined([bare, { ...bare, neg: [] }], '--negatives', '2')
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows.map(({ neg }) => neg)).toEqual([rows[0]?.['neg'], rows[0]?.['neg']])
    expect(rows[0]?.['neg']).toHaveLength(2)
  })

  test('keep those they have with --add, with their scores, and none comes twice', async () => {
    const scored = { ...bge, neg: ['apples ripen in the sun'], pos_scores: [9], neg_scores: [1.5] }
    const { rows } = await mined([scored], '--add', '--negatives', '2')
    const [row] = rows
    expect(row?.['neg']?.[0]).toBe('apples ripen in the sun')
    expect(new Set(row?.['neg']).size).toBe(row?.['neg']?.length)
    expect(row?.['neg_scores']?.[0]).toBe(1.5)
    expect(row?.['pos_scores']).toEqual([9])
    expect(row?.['neg_origins']).toEqual(['given', ...(row?.['neg']?.slice(1).map(() => 'mined') ?? [])])
  })

  test('an id that another corpus has too does not make its document the positive, and no id of another row counts', async () => {
    const row = {
      query_id: 'q1',
      query: 'how do apples ripen',
      positive_passages: [{ docid: 'd2', title: '', text: 'apples ripen by ethylene gas', note: 7 }],
      negative_passages: [{ docid: 'd4', title: '', text: 'of another corpus', note: 8 }],
    }
    const { rows } = await mined([row], '--negatives', '3')
    const [{ positive_passages: positives, negative_passages: negatives } = {}] = rows as unknown as MinedRow[]
    expect(positives?.[0]).toMatchObject({ docid: 'd2', note: 7, score: expect.any(Number) })
    expect(negatives?.map(({ docid }) => docid)).not.toContain('d2')
    expect(negatives?.find(({ docid }) => docid === 'd4')).toEqual({
      docid: 'd4',
      title: 'Fruit',
      text: 'apples and pears ripen after the harvest',
      score: expect.any(Number),
      origin: 'mined',
    })
  })

  test('judgements of any grade and positives of the same query elsewhere are no negatives', async () => {
    const { folder, collection } = small()
    const rows = [
      {
        query_id: 'q1',
        query: 'how do apples ripen',
        positive_passages: [{ docid: 'x', title: '', text: 'apples ripen by ethylene gas' }],
        negative_passages: [],
      },
      {
        query_id: 'q9',
        query: 'How do apples  ripen',
        positive_passages: [{ docid: 'y', title: '', text: 'Apples ripen in the sun' }],
        negative_passages: [],
      },
    ]
    const { ran, rows: written } = await mined(
      rows,
      '--known',
      join(collection, 'qrels', 'train.tsv'),
      '--share',
      'off',
    )
    expect(folder).not.toBe('')
    expect(ran.code, ran.stderr).toBe(0)
    const ids = (written as unknown as MinedRow[]).map(({ negative_passages: all }) => all.map(({ docid }) => docid))
    expect(ids[0]).not.toContain('d3')
    for (const each of ids) for (const id of ['d1', 'd2', 'd6', 'd7']) expect(each).not.toContain(id)
    expect(ids[1]).toContain('d3')
  })

  test('a positive outside the corpus has no score: nothing can be told from its share', async () => {
    const { ran, rows } = await mined([{ ...bge, pos: ['of another corpus'] }])
    expect(rows).toEqual([])
    expect(ran.stderr).toContain('without a positive to compare with')
    const { rows: without } = await mined([{ ...bge, pos: ['of another corpus'] }], '--share', 'off')
    expect(without[0]?.['pos_scores']).toEqual([null])
  })

  test('bad rows stop it, or are set aside', async () => {
    const rows = [bge, { query: 5, pos: [], neg: 'x' }]
    const { ran } = await mined(rows)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('in.jsonl:2')])
    const { ran: skipped, out } = await mined(rows, '--on-bad-row', 'skip')
    expect(skipped.code, skipped.stderr).toBe(0)
    expect(readJsonl(out.replace('.jsonl', '.bad.jsonl'))).toMatchObject([{ line: 2 }])
  })
})

describe('what cannot be', () => {
  test('is told at once, all of it', async () => {
    const { collection, run } = small()
    const ran = await run(collection, '--corpus', 'x', '--add', '--depth', '5', '--min-score', '3', '--max-score', '1')
    expect([ran.code, ran.stderr]).toEqual([
      2,
      'winnow: --corpus: not for a collection, which is a folder; --add: not for a collection, which is a folder; ' +
        '--depth 5 holds no 7 negatives after the first 0 ranks: allowed: 7 or more; ' +
        '--min-score 3 is above --max-score 1; where to write is not said: name it with --out\n',
    ])
    const share = await run(collection, '--share', '120%', '--bar', 'best')
    expect(share.stderr).toContain(
      '--share "120%": allowed: a share from 0 to 1, or from 0% to 100%, or off; --bar "best"',
    )
  })

  test('a file of the collection is never written over', async () => {
    const { collection, run } = small()
    const corpus = join(collection, 'corpus.jsonl')
    const before = readFileSync(corpus, 'utf8')
    const ran = await run(collection, '--split', 'train', '--out', corpus)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('is read by this command')])
    expect(readFileSync(corpus, 'utf8')).toBe(before)
  })
})

describeWithData('scifact', 'SciFact', () => {
  const collection = dataPath('scifact')
  const judgements = () =>
    new Set(linesOf(join(collection, 'qrels', 'train.tsv')).map((line) => line.split('\t').slice(0, 2).join(' ')))

  test(
    'at several settings no document with a judgement for its query is mined, and none repeats',
    { timeout: 120_000 },
    async () => {
      const folder = tempDir()
      const judged = judgements()
      const settings: MineOptions[] = [
        {},
        { share: 'off', negatives: 15, format: 'tevatron' },
        { share: 'off', skip: 5, sample: 'random', seed: 9 },
        { share: 0.8, margin: 2, bar: 'max', tooFew: 'fill', nearDuplicate: 1 },
      ]
      for (const [index, options] of settings.entries()) {
        const out = join(folder, `${index}.jsonl`)
        await mine(collection, { split: 'train', index: join(folder, 'index'), limit: 200, ...options, out })
        const rows = readJsonl<MinedRow>(out)
        expect(rows.length).toBeGreaterThan(150)
        const mined = rows.flatMap(({ query_id: id, negative_passages: all }) =>
          all.map(({ docid }) => `${id} ${docid}`),
        )
        expect(new Set(mined).size).toBe(mined.length)
        expect(mined.filter((each) => judged.has(each))).toEqual([])
      }
    },
  )

  test(
    'killed while it searches and while it writes, it goes on and gives the same bytes',
    { timeout: 120_000 },
    async () => {
      const folder = tempDir()
      const env = { WINNOW_CACHE: join(folder, 'cache') }
      const out = join(folder, 'rows.jsonl')
      const args = ['mine', collection, '--split', 'train', '--out', out, '--quiet']
      /** Kills as soon as a file of this kind stands anywhere below. */
      const killed = async (isThere: (name: string) => boolean) => {
        const ran = await runWinnow(args, {
          env,
          onStart: (child) => {
            const watch = setInterval(() => {
              if (!readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(isThere)) return
              clearInterval(watch)
              child.kill('SIGKILL')
            }, 2)
            child.once('exit', () => clearInterval(watch))
          },
        })
        expect(ran.signal).toBe('SIGKILL')
        expect(existsSync(out)).toBe(false)
      }
      await killed((name) => /found-\d+\.db-wal$/.test(name))
      await killed((name) => name.endsWith('rows.jsonl.part'))
      expect((await runWinnow(args, { env })).code).toBe(0)
      const fresh = join(folder, 'fresh.jsonl')
      await mine(collection, { split: 'train', out: fresh, index: join(folder, 'other') })
      expect(readFileSync(out).equals(readFileSync(fresh))).toBe(true)
    },
  )

  test('Ctrl-C ends it with 130 and leaves what was there', { timeout: 60_000 }, async () => {
    const folder = tempDir()
    const out = join(folder, 'rows.jsonl')
    writeFileSync(out, 'of before\n')
    const ran = await runWinnow(['mine', collection, '--split', 'train', '--out', out, '--quiet'], {
      env: { WINNOW_CACHE: join(folder, 'cache') },
      onStart: (child) => {
        const watch = setInterval(() => {
          if (!readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => name.includes('found-')))
            return
          clearInterval(watch)
          child.kill('SIGINT')
        }, 2)
        child.once('exit', () => clearInterval(watch))
      },
    })
    expect(ran.code, ran.stderr).toBe(130)
    expect(readFileSync(out, 'utf8')).toBe('of before\n')
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('another threshold searches nothing anew', { timeout: 60_000 }, async () => {
    const index = join(tempDir(), 'index')
    const steps: string[] = []
    await planMine(collection, { split: 'train', index, limit: 50 })
    const plan = await planMine(
      collection,
      { split: 'train', index, limit: 50, share: 0.8 },
      { onProgress: ({ what }) => steps.push(what) },
    )
    expect(new Set(steps)).toEqual(new Set(['searching']))
    expect(plan.thresholds.find(({ isChosen }) => isChosen)?.share).toBe(0.8)
  })
})
