// winnow mine over a collection, from the command line.
import { appendFileSync, existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ChatMessage } from '../src/llm/chat.ts'
import { scoringIn, scoresText } from '../src/llm/scoring.ts'
import { startChatServer } from './support/chat-server.ts'
import { linesOf, readJsonl } from './support/files.ts'
import { small, type MinedRow } from './support/mined.ts'
import { writeCollection, type SmallCollection } from './support/small-collection.ts'

// So that only what was mined is in the rows.
const KEPT = ['--share', 'off', '--too-few', 'keep'] as const

describe('a collection', () => {
  test('rows with titles, scores, origins and the miner; a table first, counts and reasons after', async () => {
    const { collection, out, run } = small()
    const ran = await run(collection, '--split', 'train', '--negatives', '2', '--out', out, ...KEPT)
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
    expect(row).toMatchObject({ query_id: 'q1', subset: 'fruit' })
    expect(row?.miners).toEqual([{ name: 'bm25', identity: expect.stringContaining('tokenizer=english') }])
    expect(readJsonl(out.replace('.jsonl', '.dropped.jsonl'))).toEqual([
      { row: 'q2', query: 'what is oiled', positives: ['d5'], reason: 'no negatives left' },
    ])
  })

  test('the train queries unless others are named, and test queries only if they are named', async () => {
    const { collection, out, run } = small()
    const usual = await run(collection, '--share', 'off', '--out', out)
    expect([usual.code, readJsonl<MinedRow>(out)[0]?.query_id]).toEqual([0, 'q1'])
    renameSync(join(collection, 'qrels', 'train.tsv'), join(collection, 'qrels', 'test.tsv'))
    const refused = await run(collection, '--share', 'off', '--out', out)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('only test queries, which are not trained on')
    expect(refused.stderr).toContain('--split test')
    const named = await run(collection, '--split', 'test', '--share', 'off', '--out', out)
    expect(named.code, named.stderr).toBe(0)
    expect(named.stderr).toContain('these are test queries; what these rows train must not be evaluated on them')
  })

  test('a query with the text and positives of an earlier one makes no second row; with other positives it does', async () => {
    const { collection, out, run } = small()
    const text = JSON.parse(linesOf(join(collection, 'queries.jsonl'))[0] ?? '').text as string
    const more = ['q8', 'q9'].map((id) => `${JSON.stringify({ _id: id, text })}\n`).join('')
    appendFileSync(join(collection, 'queries.jsonl'), more)
    const [own = []] = [linesOf(join(collection, 'qrels', 'train.tsv')).filter((line) => line.startsWith('q1\t'))]
    appendFileSync(
      join(collection, 'qrels', 'train.tsv'),
      own.map((line) => line.replace('q1', 'q8')).join('\n') + '\nq9\td5\t1\n',
    )
    const ran = await run(collection, '--share', 'off', '--out', out)
    expect(ran.code, ran.stderr).toBe(0)
    expect(readJsonl<MinedRow>(out).map(({ query_id: id }) => id)).toEqual(['q1', 'q2', 'q9'])
    expect(readJsonl(out.replace('.jsonl', '.dropped.jsonl'))).toContainEqual(
      expect.objectContaining({ row: 'q8', reason: 'same query and positives as an earlier row' }),
    )
  })

  test('judgements of documents that the corpus has not are told of, and a query with no other is dropped', async () => {
    const { collection, out, run } = small()
    appendFileSync(join(collection, 'qrels', 'train.tsv'), 'q1\td98\t1\nq3\td99\t1\n')
    appendFileSync(join(collection, 'queries.jsonl'), '{"_id":"q3","text":"apples"}\n')
    const ran = await run(collection, '--split', 'train', '--share', 'off', '--out', out)
    expect(ran.stderr).toContain(
      'train.tsv:5: the document "d98" is not in the corpus; 2 judgements of 2 such documents',
    )
    expect(readJsonl<MinedRow>(out)[0]?.positive_passages.map(({ docid }) => docid)).toEqual(['d1'])
    const dropped = readJsonl(out.replace('.jsonl', '.dropped.jsonl'))
    expect(dropped).toContainEqual({ row: 'q3', query: 'apples', reason: 'no positive in the corpus' })
  })

  test('where documents are made of the queries, the one with the id of its query is none', async () => {
    const { folder, out, run } = small()
    const documents = [
      { _id: 'q1', text: 'apples ripen slowly' },
      { _id: 'd2', text: 'apples ripen fast' },
      { _id: 'd3', text: 'what ripens' },
    ]
    const world = { documents, queries: [{ _id: 'q1', text: 'apples ripen' }], judgements: [['q1', 'd3', 1]] }
    const mined = async (name: string) => {
      const collection = writeCollection(join(folder, name), world as SmallCollection)
      await run(collection, '--split', 'train', '--share', 'off', '--out', out)
      return readJsonl<MinedRow>(out)[0]?.negative_passages.map(({ docid }) => docid)
    }
    expect((await mined('set'))?.toSorted()).toEqual(['d2', 'q1'])
    expect(await mined('arguana')).toEqual(['d2'])
  })

  test('as BGE rows: title and text as one, scores as long as their lists', async () => {
    const { collection, out, run } = small()
    await run(collection, '--split', 'train', '--format', 'bge', '--share', 'off', '--out', out)
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
    const dropping = ['--negatives', '6', '--share', 'off', '--too-few', 'drop']
    const ran = await run(collection, '--split', 'train', ...dropping, '--out', out)
    expect(ran.stderr).toContain('too few negatives: mine more with a higher --share (or off) or a larger --depth')
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
    const ran = await run(collection, '--split', 'train', '--rescore', model, '--too-few', 'keep', '--out', out)
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
    await run(collection, '--split', 'train', '--rescore', model, '--share', '50%', '--too-few', 'keep', '--out', out)
    expect(server.requests).toHaveLength(asked)
  })
})

test('queries in a script without spaces between words are told of once', async () => {
  const { collection, out, run } = small()
  appendFileSync(join(collection, 'qrels', 'train.tsv'), 'q3\td1\t1\n')
  appendFileSync(join(collection, 'queries.jsonl'), '{"_id":"q3","text":"苹果成熟"}\n')
  const notice = '1 of 3 queries is in a script without spaces: use --tokenizer characters'
  const { stderr } = await run(collection, '--split', 'train', '--out', out)
  expect(stderr.split(notice)).toHaveLength(2)
  const better = await run(collection, '--split', 'train', '--out', out, '--tokenizer', 'characters')
  expect(better.stderr).not.toContain('without spaces')
})

describe('what cannot be', () => {
  test('is told at once, all of it', async () => {
    const { collection, run } = small()
    const ran = await run(collection, '--corpus', 'x', '--add', '--depth', '5', '--min-score', '3', '--max-score', '1')
    expect([ran.code, ran.stderr]).toEqual([
      2,
      'winnow: --corpus: not for a collection, which is a folder; --add: not for a collection, which is a folder; ' +
        '--depth 5 is too small for 7 negatives after the first 0 ranks: allowed: 7 or more; ' +
        '--min-score 3 is above --max-score 1; no output file: give one with --out\n',
    ])
    const share = await run(collection, '--share', '120%', '--bar', 'best')
    expect(share.stderr).toContain(
      '--share "120%": allowed: a share from 0 to 1, or from 0% to 100%, or off; --bar "best"',
    )
  })

  test('what is not there', async () => {
    const { collection, out, run } = small()
    expect((await run(`${collection}-no`, '--out', out)).stderr).toContain('no such file or folder')
    expect((await run(collection, '--split', 'dev', '--out', out)).stderr).toContain('available: train')
    expect((await run(collection, '--retriever', 'bm26', '--out', out)).stderr).toContain('retriever "bm26"')
  })

  test('an option without effect', async () => {
    const { collection, out, run } = small()
    const ran = await run(collection, '--split', 'train', '--rrf-k', '9', '--out', out)
    expect([ran.code, ran.stderr]).toEqual([
      2,
      'winnow: --rrf-k: no effect, bm25 is a single retriever, so there are no ranks to fuse\n',
    ])
  })

  test('a file of the collection is never written over', async () => {
    const { collection, run } = small()
    const corpus = join(collection, 'corpus.jsonl')
    const before = readFileSync(corpus, 'utf8')
    const ran = await run(collection, '--split', 'train', '--out', corpus)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('is an input of this command')])
    expect(readFileSync(corpus, 'utf8')).toBe(before)
  })
})
