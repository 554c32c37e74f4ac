// Graded output: every passage of a row gets a score on a stated scale, in the fields that trainers read, or none of the row does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply, clean, type CleanOptions } from '../src/index.ts'
import type { Evidence } from '../src/evidence/evidence.ts'
import { ARHN_POLICY_OPTIONS, ARHN_GATHER_OPTIONS } from '../src/methods/arhn/options.ts'
import { ARHN_SCALES } from '../src/methods/arhn/scales.ts'
import { RLHN_POLICY_OPTIONS } from '../src/methods/rlhn/options.ts'
import { RLHN_SCALES } from '../src/methods/rlhn/scale.ts'
import { readOptions } from '../src/options/options.ts'
import type { Row } from '../src/rows/row.ts'
import { startChatServer } from './support/chat-server.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { modelOf } from './support/model-of.ts'
import { ledgerOf } from './support/own-parts.ts'
import { runWinnow } from './support/run-winnow.ts'
import { scoredReply, scoredRows } from './support/scored.ts'
import { makeRows, rightReply, type SyntheticRow } from './support/synthetic.ts'

interface Scored extends SyntheticRow {
  pos_scores: (number | null)[] | null
  neg_scores: (number | null)[] | null
}

const RLHN: CleanOptions = { judge: modelOf(rightReply), noCheck: true, confirm: 0, task: 'web-search' }

/** What the verdicts of the synthetic judge are worth; a positive of the row has 2. */
const worth = (text: string) => (text.endsWith('#better') ? 3 : text.endsWith('#worse') ? 1 : 0)

async function cleaned(rows: object[], options: CleanOptions) {
  const input = writeJsonl(join(tempDir(), 'rows.jsonl'), rows)
  const out = `${input}.out.jsonl`
  const manifest = await clean(input, { out, ...options })
  return { input, out, manifest, written: readJsonl<Scored>(out) }
}

describe('verdicts of rlhn', () => {
  test('stay with their passages, whatever moves, and whatever scores the rows came with', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.constantFrom('relabel', 'remove', 'keep'), async (hasScores, better) => {
        const rows = makeRows(12).map((row) =>
          hasScores ? { ...row, pos_scores: row.pos.map(() => 0.7), neg_scores: row.neg.map(() => -0.7) } : row,
        )
        const { manifest, written } = await cleaned(rows, { ...RLHN, better, writeScores: true })
        for (const { pos, neg, pos_scores, neg_scores } of written) {
          expect(pos_scores).toEqual(pos.map((text) => (/#\w+$/.test(text) ? worth(text) : 2)))
          expect(neg_scores).toEqual(neg.map(worth))
        }
        expect(manifest.scores).toMatchObject({
          scale: 'verdict',
          range: '0 to 3',
          fields: 'pos_scores, neg_scores',
          rows: written.length,
          without: {},
          replaced: hasScores ? written.length : 0,
        })
      }),
      { numRuns: 6 },
    )
  })

  test('apply writes the same ones for nothing', async () => {
    const { input, out, written } = await cleaned(makeRows(12), { ...RLHN, writeScores: 'verdict' })
    const again = `${out}.again.jsonl`
    await apply(input, { out: again, ledger: ledgerOf(out), writeScores: true })
    expect(readJsonl(again)).toEqual(written)
    const plain = `${out}.plain.jsonl`
    const { scores } = await apply(input, { out: plain, ledger: ledgerOf(out) })
    expect(scores).toBeUndefined()
    expect(readFileSync(plain, 'utf8')).not.toContain('_scores')
  })

  test.each([
    ['better', 3],
    ['worse', 1],
    ['irrelevant', 1],
  ])('of a find that another order calls %s', (again, expected) => {
    const said = { kind: 'verdict', passage: 'a', stage: 'judge', model: 'm', prompt: 'rlhn.judge@2' } as const
    const evidence: Evidence[] = [
      { ...said, verdict: 'better' },
      { ...said, stage: 'confirm', order: 2, verdict: again },
    ]
    const passages = [{ id: 'a', text: 'a', label: 'negative', origin: 'given' } as const]
    const options = { ...readOptions(RLHN_POLICY_OPTIONS, {}), confirm: 1, beyond: 'keep' }
    const scores = RLHN_SCALES[0]?.scorer(options)({ id: 'r', query: 'q', passages }, evidence)
    expect([...(scores ?? [])]).toEqual([['a', expected]])
  })

  test('a row that cannot be read has null, which is counted, or is dropped', async () => {
    const rows = makeRows(6)
    const judge = modelOf((request) =>
      JSON.stringify(request.messages).includes('row 0002') ? 'hm' : rightReply(request),
    )
    const kept = await cleaned(rows, { ...RLHN, judge, writeScores: true })
    expect(kept.written[2]).toEqual({ ...rows[2], pos_scores: null, neg_scores: null })
    expect(kept.manifest.scores).toMatchObject({ rows: 5, without: { undecided: 1 } })
    const dropped = await cleaned(rows, { ...RLHN, judge, writeScores: true, unscored: 'drop' })
    expect(dropped.written).toEqual(kept.written.filter((_row, index) => index !== 2))
    expect(readJsonl(dropped.out.replace(/\.jsonl$/, '.dropped.jsonl'))).toHaveLength(1)
    expect(dropped.manifest.rows.outcomes.undecided).toBe(0)
  })
})

test('percpos writes its scores as they came', async () => {
  const server = await startChatServer({ reply: (request) => ({ text: scoredReply(request) }) })
  const scorer = `reranker@${server.url}/rerank`
  const { written, manifest } = await cleaned(scoredRows(5), {
    method: 'percpos',
    scorer,
    noCheck: true,
    writeScores: true,
  })
  await server.close()
  expect(manifest.scores).toMatchObject({ scale: 'scorer', rows: 5 })
  for (const { pos, neg, pos_scores, neg_scores } of written) {
    const scoreIn = (text: string) => Number(/#(-?\d+)$/.exec(text)?.[1]) / 100
    expect([...(pos_scores ?? []), ...(neg_scores ?? [])].map((score) => (score as number).toFixed(4))).toEqual(
      [...pos, ...neg].map((text) => scoreIn(text).toFixed(4)),
    )
  }
})

describe('rankings of arhn', () => {
  const passage = (id: string, label: 'positive' | 'negative') =>
    ({ id, text: `text of ${id}`, label, origin: 'given' }) as const
  const row: Row = {
    id: 'r',
    query: 'q',
    passages: [passage('p', 'positive'), passage('a', 'negative'), passage('b', 'negative'), passage('c', 'negative')],
  }
  const said = { stage: 'extract', model: 'm', prompt: 'arhn.extract@2' }
  const extracted = (id: string, verdict: string): Evidence => ({ kind: 'verdict', passage: id, ...said, verdict })
  const ranking = (order: number, ...ids: string[]): Evidence[] =>
    ids.map((id, index) => ({
      kind: 'rank',
      passage: id,
      ...said,
      stage: 'rank',
      prompt: 'arhn.rank@2',
      order,
      window: '1',
      rank: index + 1,
    }))
  const evidence = [
    ...['p', 'a', 'b'].map((id) => extracted(id, 'answers')),
    extracted('c', 'no-answer'),
    ...ranking(1, 'a', 'p', 'b'),
    ...ranking(2, 'p', 'a', 'b'),
  ]
  const options = {
    ...readOptions(ARHN_GATHER_OPTIONS, { judge: 'm', permutations: 2, confirm: 0 }),
    ...readOptions(ARHN_POLICY_OPTIONS, {}),
  }
  test.each([
    ['rank', { p: 2.5 / 3, a: 2.5 / 3, b: 1 / 3, c: 0 }],
    ['votes', { p: 0.5, a: 0.5, b: 0, c: 0 }],
    ['verdict', { p: 2, a: 1, b: 1, c: 0 }],
  ] as const)('%s', (name, expected) => {
    const scale = ARHN_SCALES.find((each) => each.name === name)
    const scores = scale?.scorer(options)(row, evidence) as ReadonlyMap<string, number>
    expect(Object.keys(expected).map((id) => scores.get(id))).toEqual(
      Object.values(expected).map((score) => expect.closeTo(score, 9) as number),
    )
  })

  test('a passage that could not be read has no score, and so its row has none', () => {
    const [scale] = ARHN_SCALES
    const unread: Evidence = { kind: 'unread', ...said, passages: ['c'], why: 'malformed', detail: '' }
    const read = evidence.filter((item) => !('passage' in item && item.passage === 'c'))
    expect(
      scale
        ?.scorer(options)(row, [...read, unread])
        .has('c'),
    ).toBe(false)
  })
})

describe('is refused', () => {
  test.each([
    [['--write-scores', 'votes'], '--write-scores votes: rlhn has no such scale, but verdict'],
    [['--unscored', 'drop'], '--unscored: only with --write-scores'],
    [['--write-scores=marks'], '--write-scores'],
  ])('%j', async (flags, message) => {
    const input = writeJsonl(join(tempDir(), 'rows.jsonl'), makeRows(2))
    const ran = await runWinnow(['clean', input, '--out', `${input}.out`, '--judge', 'gpt-4o', ...flags], {
      env: { OPENAI_API_KEY: 'sk-test' },
    })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(message)
  })

  test('for rows whose trainers read no scores, with the formats whose trainers do', async () => {
    const rows = [
      {
        messages: [{ role: 'user', content: 'q' }],
        positive_messages: [[{ role: 'user', content: 'a b' }]],
        negative_messages: [[{ role: 'user', content: 'c d' }]],
      },
    ]
    await expect(cleaned(rows, { ...RLHN, writeScores: true })).rejects.toThrow('rows read no scores')
  })
})
