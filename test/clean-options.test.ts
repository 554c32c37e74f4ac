// The effects of the options of clean and apply: from the command line, against a local server.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readJsonl, tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { cleaned, makeRows, shownIn, type SyntheticRow } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model, requests, forget } = twoModels()

const manifestAt = (out: string) =>
  JSON.parse(readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')) as Record<string, never>

describe('stages', () => {
  test('one model is one stage, with that stage’s prompt', async () => {
    const rows = makeRows(10)
    const { input, out } = place(rows)
    expect((await clean(input, out, '--judge', model('large'))).code).toBe(0)
    expect(readJsonl(out)).toEqual(rows.map(cleaned))
    expect(requests()[0]?.messages[0]?.content).toContain('or just as good')
    forget()
    await clean(input, out, '--screen', model('large'))
    expect(requests()[0]?.messages[0]?.content).toContain('strictly preferable')
  })

  test('a spot check shows the judge what the screen cleared, and measures what it missed', async () => {
    const rows = makeRows(30)
    const { input, out } = place(rows)
    const stages = ['--screen', model('small'), '--judge', model('large')]
    expect((await clean(input, out, ...stages, '--spot-check', '100%', '--confirm', '0')).code).toBe(0)
    const isMissed = ({ neg }: SyntheticRow) =>
      neg.every((text) => !text.endsWith('#better')) && neg.some((text) => text.endsWith('#worse'))
    const isCleared = ({ neg }: SyntheticRow) => neg.every((text) => !text.endsWith('#better'))
    expect(manifestAt(out)['spotCheck']).toMatchObject({
      checked: rows.filter(isCleared).length,
      missed: rows.filter(isMissed).length,
    })
    expect(requests().filter((request) => request.model === 'large')).toHaveLength(30)
    const part = await clean(input, out, ...stages, '--spot-check', '0.5')
    expect(part.stderr).toMatch(
      /spot check: the judge found false negatives in \d+ of \d+ rows cleared by the screen: miss rate/,
    )
    expect((await clean(input, out, '--screen', model('small'), '--spot-check', '1%')).stderr).toContain(
      'needs both --screen and --judge',
    )
  })
})

describe('what is shown', () => {
  const long = (): SyntheticRow => ({
    query: 'long?',
    pos: ['the answer'],
    neg: Array.from({ length: 7 }, (_all, at) => `text ${at} ${at === 6 ? '#better' : '#none'}`),
  })

  test.each([
    ['keep', 3, (row: SyntheticRow) => row.neg],
    ['drop', 3, (row: SyntheticRow) => row.neg.slice(0, 3)],
    ['judge', 7, (row: SyntheticRow) => row.neg.slice(0, 6)],
  ] as const)('--beyond %s', async (beyond, shown, negatives) => {
    const { input, out } = place([long()])
    await clean(input, out, '--judge', model('large'), '--max-passages', '3', '--beyond', beyond)
    expect(requests().flatMap(shownIn)).toHaveLength(shown)
    expect(Math.max(...requests().map((request) => shownIn(request).length))).toBe(3)
    expect(readJsonl<SyntheticRow>(out)[0]?.neg).toEqual(negatives(long()))
  })

  test('--shuffle shows another order and binds verdicts to passages all the same', async () => {
    const rows = makeRows(20)
    const { input, out } = place(rows)
    await clean(input, out, '--judge', model('large'), '--shuffle', '7')
    expect(readJsonl(out)).toEqual(rows.map(cleaned))
    const orders = requests().map((request) => shownIn(request).join())
    expect(orders.some((order) => !rows.some(({ neg }) => neg.join() === order))).toBe(true)
  })

  test('without --shuffle the order is drawn, too; the presets of the paper keep the order of the row', async () => {
    const rows = makeRows(10)
    const { input, out } = place(rows)
    const isOfRows = (request: Parameters<typeof shownIn>[0]) =>
      rows.some(({ neg }) => neg.join() === shownIn(request).join())
    await clean(input, out, '--judge', model('large'))
    expect(readJsonl(out)).toEqual(rows.map(cleaned))
    expect(requests().every(isOfRows)).toBe(false)
    for (const exact of [
      ['--preset', 'rlhn-text'],
      ['--shuffle', 'off'],
    ]) {
      forget()
      await clean(input, join(tempDir(), 'out.jsonl'), '--judge', model('large'), ...exact)
      expect(requests()).toHaveLength(10)
      expect(requests().every(isOfRows)).toBe(true)
    }
  })

  test('copies of positives leave before numbering; --keep-duplicates leaves them', async () => {
    const { input, out } = place([{ query: 'q', pos: ['The Answer'], neg: ['the  answer', 'text #better'] }])
    await clean(input, out, '--judge', model('large'), '--when-no-negatives-left', 'keep')
    expect(requests().map(shownIn)).toEqual([['text #better']])
    expect(readJsonl(out)).toEqual([{ query: 'q', pos: ['The Answer', 'text #better'], neg: [] }])
    forget()
    await clean(input, out, '--judge', model('large'), '--keep-duplicates')
    expect(requests().map(shownIn)).toEqual([['the  answer', 'text #better']])
    expect(readJsonl(out)).toEqual([{ query: 'q', pos: ['The Answer', 'text #better'], neg: ['the  answer'] }])
  })

  test('a row whose negatives are all copies asks nobody', async () => {
    const { input, out } = place([{ query: 'q', pos: ['a'], neg: ['A'] }])
    await clean(input, out, '--judge', model('large'))
    expect(requests()).toHaveLength(0)
    expect(readJsonl(out.replace('.jsonl', '.dropped.jsonl'))).toMatchObject([
      { reason: 'no negatives are left', columns: { neg: ['A'] } },
    ])
  })
})

describe('known positives', () => {
  const rows = [
    { query: 'Same question?', pos: ['one answer'], neg: ['text #none', 'unrelated #none'] },
    { query: 'same  question?', pos: ['other answer'], neg: ['One Answer', 'text #none'] },
  ]
  test.each([
    ['remove', ['other answer'], ['text #none']],
    ['relabel', ['other answer', 'One Answer'], ['text #none']],
    ['keep', ['other answer'], ['One Answer', 'text #none']],
  ] as const)('--known-positives %s', async (action, pos, neg) => {
    const { input, out } = place(rows)
    await clean(input, out, '--judge', model('large'), '--known-positives', action)
    expect(readJsonl<SyntheticRow>(out)[1]).toMatchObject({ pos, neg })
  })

  test('--known takes them from qrels', async () => {
    const row = {
      query_id: '1',
      query: 'q',
      positive_passages: [{ docid: 'p', text: 'p' }],
      negative_passages: [
        { docid: 'a', text: 'a #none' },
        { docid: 'b', text: 'b #none' },
      ],
    }
    const { input, out } = place([row])
    const qrels = join(tempDir(), 'qrels.tsv')
    writeFileSync(qrels, 'query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t0\n')
    await clean(input, out, '--judge', model('large'), '--known', qrels)
    expect(readJsonl(out)).toEqual([{ ...row, negative_passages: [row.negative_passages[1]] }])
    writeFileSync(qrels, '7 0 a 1\n')
    expect((await clean(input, out, '--judge', model('large'), '--known', qrels)).stderr).toContain(
      `--known ${qrels}: no row of ${input} has the id of a query in it`,
    )
    writeFileSync(qrels, '1 0 a one\n')
    expect((await clean(input, out, '--judge', model('large'), '--known', qrels)).stderr).toContain(
      `${qrels}:1: not a relevance judgement`,
    )
  })
})

describe('tasks and prompts', () => {
  test('rows have the task of their dataset; an exempt one is not asked about', async () => {
    const row = (subset: string, index: number) => ({
      query_id: String(index),
      query: `q${index}`,
      positive_passages: [{ docid: 'p', text: 'p' }],
      negative_passages: [{ docid: 'n', text: 'n #better' }],
      subset,
    })
    const rows = ['arguana', 'fever', 'other'].map(row)
    const { input, out } = place(rows)
    const ran = await clean(input, out, '--judge', model('large'), '--when-no-negatives-left', 'keep')
    expect(requests().map(({ messages }) => messages[0]?.content.includes('relevant to a claim'))).toEqual([
      true,
      false,
    ])
    expect(readJsonl(out)[0]).toEqual(rows[0])
    expect(ran.stderr).toContain(
      'argument 1 by dataset, exempt; fact-check 1 by dataset; question-answering 1 by default',
    )
    expect((await clean(input, out, '--judge', model('large'), '--task', 'x', '--tasks', 'y')).code).toBe(2)
  })

  test('rows choose by their type and prompt; classes are left alone, and what a row says against its task is told', async () => {
    const row = (more: object, index: number) => ({ query: `q${index}`, pos: ['p'], neg: ['n #better'], ...more })
    const stars = 'Classify the given Amazon review into its appropriate rating category.'
    const rows = [
      { type: 'symmetric_class', prompt: stars },
      { type: 'normal', prompt: 'Given a claim, retrieve documents that support or refute the claim' },
      { type: 'symmetric_sts', prompt: 'Retrieve semantically similar text.' },
      { type: 'symmetric_class', prompt: stars, dataset: 'msmarco' },
    ].map(row)
    const { input, out } = place(rows)
    const kept = ['--when-no-negatives-left', 'keep']
    const ledger = ['--ledger', join(tempDir(), 'ledger.db')]
    const ran = await clean(input, out, '--judge', model('large'), ...kept, ...ledger)
    expect(requests()).toHaveLength(3)
    expect(readJsonl(out)[0]).toEqual(rows[0])
    expect(ran.stderr).toContain(
      'classification 1 by type, exempt; fact-check 1 by prompt; semantic-similarity 1 by type; web-search 1 by dataset',
    )
    expect(ran.stderr).toMatch(
      /1 row of web-search by the dataset "msmarco", whose type "symmetric_class" says classification \([0-9a-f]{16}\)/,
    )
    expect(manifestAt(out)['rows']).toMatchObject({
      exempt: 1,
      tasks: { classification: 1, 'fact-check': 1, 'semantic-similarity': 1, 'web-search': 1 },
      taskChoices: [
        {
          task: 'classification',
          by: 'type',
          words: 'symmetric_class',
          rows: 1,
          exempt: expect.arrayContaining(['rlhn']),
        },
        { task: 'fact-check', by: 'prompt', rows: 1 },
        { task: 'semantic-similarity', by: 'type', rows: 1 },
        { task: 'web-search', by: 'dataset', words: 'msmarco', rows: 1 },
      ],
      taskConflicts: [{ task: 'web-search', against: { by: 'type', task: 'classification' }, rows: 1 }],
    })
    const told = await runWinnow(['explain', out, 'line:1'])
    expect(told.stdout).toMatch(/task +classification, by its type symmetric_class/)
    expect(told.stdout).toMatch(/outcome +kept: the task classification is exempt from rlhn/)
    // Deciding again takes the same tasks.
    const again = await runWinnow(['apply', input, '--out', `${out}.again.jsonl`, ...ledger, ...kept])
    expect(again.code).toBe(0)
    expect(again.stderr).toContain('classification 1 by type, exempt')
  })

  test('own prompts are used, are versions of their own, and are told to be new', async () => {
    const { input, out } = place(makeRows(3))
    await clean(input, out, '--judge', model('large'))
    const folder = join(tempDir(), 'prompts')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'rlhn.judge.md'),
      'Mind {{task.relevant}}\n---\n<query>\n{{query}}\n</query>\n{{ground_truth}}\n<documents>\n{{documents}}\n',
    )
    forget()
    const ran = await clean(input, out, '--judge', model('large'), '--prompts', folder)
    expect(ran.stderr).toMatch(
      /note: the ledger has no replies of large to own:rlhn\.judge@[0-9a-f]{8}, so every judge call will be made; it has 3 of large to rlhn\.judge@2/,
    )
    expect(requests()).toHaveLength(3)
    expect(requests()[0]?.messages[0]?.content).toMatch(/^Mind It contains/)
    writeFileSync(join(folder, 'rlhn.judge.md'), '{{query}} {{documets}}')
    expect((await clean(input, out, '--judge', model('large'), '--prompts', folder)).stderr).toContain(
      'unknown placeholder {{documets}}; {{ground_truth}} is missing; {{documents}} is missing',
    )
  })
})
