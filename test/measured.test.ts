// --policy measured: relabel, remove or keep, by the precision of each kind of find on gold, on canaries, or as given.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { clean } from '../src/commands/clean/clean.ts'
import { explain } from '../src/browse/explain.ts'
import { explainPage } from '../src/commands/explain/page.ts'
import { apply } from '../src/job/apply.ts'
import type { CleanOptions } from '../src/job/job.ts'
import { summaryOf } from '../src/terminal/summary/summary.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { judgedRows, LIKE_GPT4O, RIGHT, scriptedReply, type Decides } from './support/judged.ts'
import { gradedReply, gradedRows } from './support/graded.ts'
import { modelOf } from './support/model-of.ts'
import { ledgerOf, manifestOf } from './support/own-parts.ts'
import { replyWith, rightReply } from './support/synthetic.ts'

/** Rows of four negatives, the first of which the model calls better and the second worse; and gold that agrees in `right` of them. */
function world(rows: number, right: number) {
  const folder = tempDir()
  const input = writeJsonl(
    join(folder, 'rows.jsonl'),
    Array.from({ length: rows }, (_row, index) => ({
      query_id: `q${index}`,
      query: `what of ${index}?`,
      positive_passages: [{ docid: 'p', title: '', text: `the answer ${index}` }],
      negative_passages: ['#better', '#worse', '#none', '#none'].map((tag, at) => ({
        docid: `n${at}`,
        title: '',
        text: `text ${at} of ${index} ${tag}`,
      })),
    })),
  )
  const gold = writeJsonl(
    join(folder, 'gold.jsonl'),
    Array.from({ length: rows }, (_row, index) =>
      ['n0', 'n1', 'n2'].map((passage) => ({
        row: `q${index}`,
        passage,
        relevant: passage !== 'n2' && index < right,
      })),
    ).flat(),
  )
  return { input, gold, out: join(folder, 'out.jsonl') }
}

describe('on gold', () => {
  test.each([
    [40, 40, 'relabel', 'remove'],
    [40, 30, 'remove', 'remove'],
    [40, 8, 'keep', 'keep'],
  ] as const)('of %i finds %i are right: better %s, worse %s', async (rows, right, better, worse) => {
    const { input, gold, out } = world(rows, right)
    const manifest = await clean(input, { out, judge: modelOf(rightReply), noCheck: true, policy: 'measured', gold })
    const { measured, passages } = manifest
    expect(measured).toMatchObject({ source: 'gold', gold, relabelFrom: 0.9, removeFrom: 0.3 })
    expect(measured?.verdicts).toMatchObject({
      better: { finds: rows, right, action: better },
      unconfirmed: { finds: 0, right: 0, atLeast: null, action: 'keep' },
      worse: { finds: rows, right, action: worse },
    })
    expect(passages.relabelled).toEqual(better === 'relabel' ? { judge: rows } : {})
    const removed = Number(better === 'remove') + Number(worse === 'remove')
    expect(passages.removed).toEqual(removed === 0 ? {} : { judge: removed * rows })
    expect(summaryOf(manifest)).toMatch(new RegExp(`better +${right} of ${rows} right, at least \\d.*: ${better}`))
  })

  test('what no other order confirms is removed at most', async () => {
    const { input, gold, out } = world(40, 40)
    const torn = modelOf((request) => (request.source.stage === 'confirm' ? replyWith([], []) : rightReply(request)))
    const { measured, passages } = await clean(input, { out, judge: torn, noCheck: true, policy: 'measured', gold })
    expect(measured?.verdicts['unconfirmed']).toMatchObject({ finds: 40, right: 40, action: 'remove' })
    expect(passages.relabelled).toEqual({})
  })

  test('decides again for nothing, with other bounds, from its manifest, and in the explanation', async () => {
    const { input, gold, out } = world(40, 30)
    const judge = modelOf(rightReply)
    await clean(input, { out, judge, noCheck: true })
    const asked = judge.asked
    const other = { out: out.replace('out.', 'other.'), ledger: ledgerOf(out) }
    const first = await apply(input, { ...other, policy: 'measured', gold })
    expect(first.measured?.verdicts['better']?.action).toBe('remove')
    const bold = await apply(input, { ...other, policy: 'measured', gold, relabelFrom: 0.5 })
    expect(bold.passages.relabelled).toEqual({ judge: 40 })
    const { method: _method, rows: _rows, run: _run, out: _out, ...recipe } = bold.options
    const repeated = await apply(input, { ...recipe, ...other })
    expect(repeated.passages).toEqual(bold.passages)
    expect(judge.asked).toBe(asked)

    const page = async (rows: string, options = {}) =>
      explainPage(
        await explain(rows, 'line:1', options),
        { width: 120, heading: String, faint: String, marked: String },
        false,
      ).join('\n')
    const told = /policy +by precision measured on the gold[^]*better 30 of 40 right, at least [\d.]+% right: relabel/
    expect(await page(other.out)).toMatch(told)
    expect(await page(input, { ledger: ledgerOf(out), policy: 'measured', gold, relabelFrom: 0.5 })).toMatch(told)
  })

  test('arhn: what ranks above the positive, and what answers', async () => {
    const folder = tempDir()
    const rows = gradedRows(40)
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const out = join(folder, 'out.jsonl')
    const judge = modelOf((request) => gradedReply(request))
    const options: CleanOptions = { method: 'arhn', judge, task: 'web-search', noCheck: true, out }
    const plain = await clean(input, options)
    const found = readJsonl<{ row: string; passage: string }>(out.replace('.jsonl', '.changes.jsonl'))
    const gold = writeJsonl(
      join(folder, 'gold.jsonl'),
      found.map(({ row, passage }) => ({ row, passage, relevant: true })),
    )
    const { measured } = await clean(input, { ...options, policy: 'measured', gold })
    const relabelled = Object.values(plain.passages.relabelled).reduce((sum, count) => sum + count, 0)
    expect(measured?.verdicts['above']).toMatchObject({ finds: relabelled, right: relabelled })
    expect(measured?.verdicts['answers']).toMatchObject({ action: 'remove' })
  })
})

describe('without gold', () => {
  const canaries = async (decides: Decides, more: Partial<CleanOptions> = {}) => {
    const rows = judgedRows(100, 1).map(({ query, passages }) => {
      const texts = (wanted: string) => passages.filter(({ label }) => label === wanted).map(({ text }) => text)
      return { query, pos: texts('positive'), neg: texts('negative') }
    })
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const out = join(folder, 'out.jsonl')
    const judge = modelOf((request, call) => scriptedReply({ decides }, request, call))
    return { input, out, manifest: await clean(input, { out, judge, policy: 'measured', checkRows: 40, ...more }) }
  }

  it('goes by the canaries of the check, which bear removal by default, and says what they cannot tell', async () => {
    const { input, out, manifest } = await canaries(LIKE_GPT4O)
    expect(manifest.measured).toMatchObject({ source: 'canaries', gold: null })
    const { finds, right, atLeast, action } = manifest.measured?.verdicts['better'] ?? {}
    expect([manifest.check?.finds['better']?.of, manifest.check?.finds['better']?.hits]).toEqual([finds, right])
    expect(atLeast).toBeGreaterThan(0.3)
    expect(action).toBe('remove')
    expect(manifest.pilot).toBeNull()
    expect(manifest.passages.relabelled).toEqual({})
    expect(summaryOf(manifest)).toContain(
      'canaries of the check, which are easy: they show a bad judge and prove no good one',
    )

    // The recipe says what they bore, so that it can be repeated where none are asked.
    expect(manifest.options['precision']).toEqual([`better=${atLeast}`, `unconfirmed=${atLeast}`])
    const recipe = JSON.parse(readFileSync(manifestOf(out), 'utf8')) as { options: { precision: string[] } }
    const { precision } = recipe.options
    const again = await apply(input, {
      out: out.replace('out.', 'other.'),
      ledger: ledgerOf(out),
      policy: 'measured',
      precision,
    })
    expect(again.measured).toMatchObject({ source: 'given', verdicts: { better: { atLeast, action } } })
    expect(again.passages).toEqual(manifest.passages)
  })

  it('relabels on canaries alone only where there are enough of them', async () => {
    const { manifest } = await canaries(RIGHT)
    expect(manifest.measured?.verdicts['better']).toMatchObject({
      finds: 30,
      right: 30,
      atLeast: 0.8864,
      action: 'remove',
    })
    const more = await canaries(RIGHT, { checkRows: 60 })
    expect(more.manifest.measured?.verdicts['better']).toMatchObject({ finds: 45, right: 45, action: 'relabel' })
  })
})

describe('is refused before anything is asked', () => {
  test.each<[string, Partial<CleanOptions>, string]>([
    [
      'without gold and with too few rows for a check',
      {},
      'there is nothing to measure by (the check is left out: too few rows (12)',
    ],
    [
      'without gold and without a check',
      { noCheck: true },
      'there is nothing to measure by (the check is left out: --no-check)',
    ],
    ['with an action that is fixed', { better: 'remove' }, '--policy measured and --better exclude each other'],
    ['with a preset', { preset: 'rlhn-text' }, '--policy measured and --preset exclude each other'],
    [
      'with a precision of nothing',
      { precision: ['good=.5'] },
      '--precision good=.5: allowed: VERDICT=SHARE, a share from 0 to 1 of one of better, unconfirmed, worse',
    ],
    ['with a precision above 1', { precision: ['better=1.5'] }, '--precision better=1.5: allowed'],
    [
      'without being asked for',
      { policy: 'fixed', precision: ['better=.5'] },
      '--precision: no effect without --policy measured',
    ],
    ['with gold of other rows', { gold: 'other' }, 'none of its 1 labels is of a negative of'],
    [
      'for percpos, which has no verdicts',
      { method: 'percpos', judge: undefined, scorer: 's@http://localhost:1/rerank' },
      '--policy: not an option of the method percpos',
    ],
  ])('%s', async (_what, options, message) => {
    const { input, out } = world(12, 12)
    const gold =
      options.gold && writeJsonl(input.replace('rows.', 'other.'), [{ row: 'else', passage: 'n0', relevant: true }])
    const judge = modelOf(rightReply)
    const run = clean(input, { out, judge, policy: 'measured', ...options, ...(gold && { gold }) })
    await expect(run).rejects.toThrow(message)
    expect(judge.asked).toBe(0)
  })

  test('apply without gold names what it needs', async () => {
    const { input, out } = world(3, 3)
    await clean(input, { out, judge: modelOf(rightReply), noCheck: true })
    const other = { out: out.replace('out.', 'other.'), ledger: ledgerOf(out), policy: 'measured' as const }
    await expect(apply(input, other)).rejects.toThrow('--policy measured: there is nothing to measure by')
  })
})
