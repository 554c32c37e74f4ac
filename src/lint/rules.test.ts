// Every rule finds its own example, and what is mended is no longer found.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readJsonl, tempDir, writeJsonl } from '../../test/support/files.ts'
import { openSink } from '../base/sink.ts'
import { lintFile, mendFile, surveyOf, type LintRequest } from './lint.ts'
import { rulesOf } from './rules/index.ts'
import { LINT_TRAINERS, LOSSES, type LintTrainer } from './targets.ts'

const codesIn = ({ targets }: { targets: { findings: { code: string }[] }[] }) =>
  targets.flatMap(({ findings }) => findings.map(({ code }) => code))

function requestFor(path: string, trainer: LintTrainer, loss: string, more: Partial<LintRequest> = {}): LintRequest {
  return { path, file: path, targets: [{ trainer, loss }], negatives: undefined, ...more }
}

async function lintRecords(records: readonly object[], trainer: LintTrainer, loss: string = LOSSES[trainer][0]) {
  const path = writeJsonl(join(tempDir(), 'rows.jsonl'), [...records])
  const request = requestFor(path, trainer, loss, { block: 60 })
  return { request, linted: await lintFile(request, await surveyOf(request, {}), {}) }
}

async function mended(request: LintRequest) {
  const out = join(tempDir(), 'out.jsonl')
  const sink = await openSink(out)
  const result = await mendFile(request, await surveyOf(request, {}), sink, out, {})
  await sink.commit()
  return { ...result, out }
}

describe.each(LINT_TRAINERS)('rules of %s', (trainer) => {
  const rules = rulesOf(trainer)

  test('have codes of their own, and losses that there are', () => {
    const codes = rules.map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
    for (const { code, losses = [], example } of rules) {
      expect(code).toMatch(/^[A-Z]{2}\d{3}$/)
      expect(losses.filter((loss) => !(LOSSES[trainer] as readonly string[]).includes(loss))).toEqual([])
      if (!['DT101', 'FE113'].includes(code)) expect(example.length, code).toBeGreaterThan(0)
    }
  })

  test.each(rules.filter(({ example }) => example.length > 0).map((rule) => [rule.code, rule] as const))(
    '%s finds its example',
    async (code, { example, losses, fix, severity }) => {
      for (const loss of losses ?? [LOSSES[trainer][0]]) {
        const { linted, request } = await lintRecords(example, trainer, loss)
        const found = linted.targets[0]?.findings.find((finding) => finding.code === code)
        expect(found, `${trainer}:${loss}`).toMatchObject({ severity })
        expect(found?.examples[0]?.note.length).toBeGreaterThan(0)
        if (fix === undefined) continue
        const result = await mended(fix.includes('--negatives') ? { ...request, negatives: 3 } : request)
        expect(result.counts[code], code).toBeGreaterThan(0)
        expect(codesIn(result), `${code} after --fix`).not.toContain(code)
      }
    },
  )
})

describe('a clean file', () => {
  test.each<[LintTrainer, string, object]>([
    ['sentence-transformers', 'mnrl', { query: 'q', positive: 'p', negative_1: 'n', negative_2: 'm' }],
    ['sentence-transformers', 'triplet', { anchor: 'q', positive: 'p', negative: 'n' }],
    ['sentence-transformers', 'cosent', { sentence1: 'q', sentence2: 'p', score: 0.5 }],
    ['sentence-transformers', 'margin-mse', { query: 'q', positive: 'p', negative: 'n', scores: [3, 1] }],
    ['sentence-transformers', 'angle', { query: 'q', positive: 'p', negative: 'n' }],
    ['cross-encoder', 'bce', { query: 'q', passage: 'p', label: 1 }],
    ['cross-encoder', 'listnet', { query: 'q', docs: ['p', 'n'], labels: [1, 0] }],
    ['flagembedding', 'embedder', { query: 'q', pos: ['p'], neg: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }],
    [
      'tevatron',
      'contrastive',
      {
        query_id: '1',
        query: 'q',
        positive_passages: [{ text: 'p' }],
        negative_passages: [...'abcdefg'].map((text) => ({ text })),
      },
    ],
    [
      'tevatron',
      'contrastive',
      { query_id: '1', query_text: 'q', positive_document_ids: ['1'], negative_document_ids: [...'abcdefg'] },
    ],
    [
      'ms-swift',
      'infonce',
      { messages: [{ role: 'user', content: 'q' }], positive_messages: [[{ role: 'user', content: 'p' }]] },
    ],
    ['automodel', 'bi-encoder', { query: 'q', pos_doc: 'p', neg_doc: ['a', 'b', 'c', 'd'] }],
    [
      'automodel',
      'bi-encoder',
      { question: 'q', corpus_id: 'c', pos_doc: [{ id: 1 }], neg_doc: [...'abcd'].map((id) => ({ id })) },
    ],
    ['winnow', 'train', { query: 'q', pos: ['p'], neg: ['n'] }],
  ])('has nothing for %s:%s', async (trainer, loss, record) => {
    expect(codesIn((await lintRecords([record], trainer, loss)).linted)).toEqual([])
  })
})

describe('--fix', () => {
  test('keeps the bytes of rows without a fault, and of lines that are none', async () => {
    const path = join(tempDir(), 'rows.jsonl')
    const lines = ['{"query":"q" , "pos":["p"],"neg":["n"],"big":12345678901234567890}', '{"query":', '[1]']
    const alone = '{"query":"r","pos":"p","neg":["n"],"pos_scores":1.0,"neg_scores":[2.50],"big":1}'
    writeFileSync(path, `${[...lines, alone].join('\r\n')}\r\n`)
    const result = await mended(requestFor(path, 'flagembedding', 'embedder'))
    expect(readLines(result.out)).toEqual([
      ...lines,
      '{"query":"r","pos":["p"],"neg":["n"],"pos_scores":[1.0],"neg_scores":[2.50],"big":1}',
    ])
    expect(result.counts).toEqual({ FE102: 1 })
    expect(result.targets[0]?.findings.find(({ code }) => code === 'DT101')).toMatchObject({ rows: 2 })
  })

  test('changes no label and no text: negatives are repeated with their scores', async () => {
    const { request } = await lintRecords(
      [
        { query: 'q', positive: 'p', negative_1: 'a', negative_2: 'b', scores: [9, 1, 2] },
        { query: 'r', positive: 'p2', negative_1: 'c', negative_2: null, scores: [8, 3, null] },
      ],
      'sentence-transformers',
      'margin-mse',
    )
    expect(readJsonl((await mended({ ...request, negatives: 3 })).out)).toEqual([
      { query: 'q', positive: 'p', negative_1: 'a', negative_2: 'b', negative_3: 'a', scores: [9, 1, 2, 1] },
      { query: 'r', positive: 'p2', negative_1: 'c', negative_2: 'c', negative_3: 'c', scores: [8, 3, 3, 3] },
    ])
  })

  test('puts columns in order and leaves out those that would be read as passages', async () => {
    const record = { id: 7, positive: 'p', source: 'web', query: 'q', negative: 'n', label: 1, score: 0.5 }
    const { request } = await lintRecords([record], 'sentence-transformers')
    const { out } = await mended(request)
    expect(readLines(out)).toEqual(['{"query":"q","positive":"p","negative":"n","label":1}'])
  })

  test('removes null with its score', async () => {
    const { request } = await lintRecords(
      [{ query: 'q', pos: ['p'], neg: ['a', null, 'b'], pos_scores: [1], neg_scores: [3, 4, 5] }],
      'flagembedding',
    )
    expect(readJsonl((await mended(request)).out)).toEqual([
      { query: 'q', pos: ['p'], neg: ['a', 'b'], pos_scores: [1], neg_scores: [3, 5] },
    ])
  })
})

test('numbers that are written with a point are decimal', async () => {
  const rows = (scores: string[]) =>
    scores.map((score) => `{"sentence1":"${'a'.repeat(70)}","sentence2":"b","score":${score}}`)
  const found = async (scores: string[]) => {
    const path = join(tempDir(), 'rows.jsonl')
    writeFileSync(path, `${rows(scores).join('\n')}\n`)
    const request = requestFor(path, 'sentence-transformers', 'cosent', { block: 60 })
    return codesIn(await lintFile(request, await surveyOf(request, {}), {}))
  }
  expect(await found(['1.0', '0.0', '0.5'])).toEqual([])
  expect(await found(['1', '0', '0.5'])).toEqual(['DT104'])
})

const readLines = (path: string) => readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean)
