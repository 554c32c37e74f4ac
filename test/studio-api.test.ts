// The data of the studio's page: filters against a look at every row, rows in full, files without decisions, and an index that follows its file.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Filter, Pictures, RowsPage, RowSummary, RowView, RunView } from '../src/browse/api.ts'
import { LISTED } from '../src/browse/index/postings.ts'
import type { Manifest } from '../src/job/manifest.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { small } from './support/mined.ts'
import { runWinnow } from './support/run-winnow.ts'
import { openApp, rowsIn } from './support/studio-app.ts'
import { makeRows } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model } = twoModels()

const HOSTILE = '<script>alert(1)</script> \u202eevil\u202c \u001b[31mred "quoted" \u2028 نص'

/** Rows of three datasets; one is dropped for its many false negatives, one holds a copy, one attacks. */
function variedRows(count: number): object[] {
  const rows = makeRows(count).map((row, index) => ({ ...row, dataset: `set ${index % 3}` }))
  return [
    ...rows,
    { query: 'drops?', pos: ['p'], neg: Array.from({ length: 9 }, (_, at) => `good ${at} #better`), dataset: 'set 0' },
    { query: 'copies?', pos: ['a copy'], neg: ['a copy', 'text 0 of it #worse'] },
    { query: `${HOSTILE}?`, pos: [HOSTILE], neg: [`x ${HOSTILE} #better`, 'text #none'] },
  ]
}

async function cleanedRows(rows: object[], ...options: string[]) {
  const { input, out } = place(rows)
  const { code, stderr } = await clean(input, out, '--screen', model('small'), '--judge', model('large'), ...options)
  if (code !== 0 && code !== 1) throw new Error(stderr)
  return { input, out }
}

describe('an output of clean', () => {
  test('is described as its manifest tells, and its facets count its rows', async () => {
    const { out } = await cleanedRows(variedRows(20))
    const manifest = JSON.parse(readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')) as Manifest
    const studio = await openApp(out)
    const { json: run } = await studio.get<RunView>('/api/run')
    expect(run).toMatchObject({
      kind: 'rows',
      file: 'out.jsonl',
      command: 'clean',
      method: 'rlhn',
      indexing: null,
      noPolicy: null,
    })
    expect(run.rows).toEqual({ all: manifest.rows.read, ...manifest.rows.outcomes })
    expect(run.passages.positives).toEqual([manifest.passages.before.positive, manifest.passages.after.positive])
    expect(run.models).toEqual([
      { stage: 'screen', model: 'small' },
      { stage: 'judge', model: 'large' },
    ])
    const rows = await rowsIn(studio)
    expect(run.facets.map(({ filter }) => filter)).toEqual([...LISTED, 'disagree'])
    for (const name of LOOKED) {
      const { values = [] } = run.facets.find(({ filter }) => filter === name) ?? {}
      const counted = values.map(({ value }) => ({
        value,
        rows: rows.filter((row) => valuesOf(row, name).includes(value)).length,
      }))
      expect([name, values]).toEqual([name, counted])
      expect(values.length).toBeGreaterThan(0)
    }
    // The file as it was typed is shown in commands; no other path is told.
    expect(JSON.stringify({ ...run, path: run.path.replace(out, '') })).not.toContain(dirname(out))
  })

  test('any filter returns the rows that a look at each of them finds, in the order asked for', async () => {
    const { out } = await cleanedRows(variedRows(25))
    const studio = await openApp(out)
    const rows = await rowsIn(studio)
    const values = (name: (typeof LOOKED)[number]) => {
      const seen = [...new Set(rows.flatMap((row) => valuesOf(row, name)))]
      return fc.option(fc.subarray([...seen, 'no such value']), { nil: undefined })
    }
    const filters = fc.record({
      outcome: values('outcome'),
      dataset: values('dataset'),
      to: values('to'),
      stage: values('stage'),
      reason: values('reason'),
      falseNegatives: values('falseNegatives'),
      disagree: fc.option(fc.constant(true), { nil: undefined }),
      text: fc.option(fc.constantFrom('row 0003', '0011', 'text of', 'worse', '" OR *', '-', 'copies'), {
        nil: undefined,
      }),
      sort: fc.constantFrom('line', 'falseNegatives'),
    })
    await fc.assert(
      fc.asyncProperty(filters, async ({ sort, ...filter }) => {
        const { json } = await studio.get<RowsPage>(`/api/rows?${queryFor(filter as Filter)}&sort=${sort}&limit=500`)
        const found = rows.filter((row) => fits(row, filter as Filter))
        const ordered = sort === 'line' ? found : found.toSorted((a, b) => b.falseNegatives - a.falseNegatives)
        expect(json.rows.map(({ line }) => line)).toEqual(ordered.map(({ line }) => line))
        expect(json.total).toBe(found.length)
      }),
      { numRuns: 60 },
    )
  })

  test('pages follow each other, and `around` opens the one with a row', async () => {
    const { out } = await cleanedRows(variedRows(20))
    const studio = await openApp(out)
    const page = async (query: string) => (await studio.get<RowsPage>(`/api/rows?limit=7&${query}`)).json
    const parts = await Promise.all([0, 7, 14, 21].map((offset) => page(`offset=${offset}`)))
    expect(parts.flatMap(({ rows }) => rows.map(({ line }) => line))).toEqual(
      Array.from({ length: 23 }, (_, at) => at + 1),
    )
    expect(await page('around=17')).toMatchObject({ offset: 14, total: 23 })
    expect(await page('around=17&outcome=dropped')).toMatchObject({ offset: 0, total: 1 })
    expect(await page('offset=1000')).toMatchObject({ rows: [], total: 23 })
  })

  test('a row in full is what explain prints, and hostile texts come out as they are', async () => {
    const { out } = await cleanedRows(variedRows(4))
    const studio = await openApp(out)
    for (const line of [1, 2, 5, 6, 7]) {
      const { json } = await studio.get<RowView>(`/api/rows/${line}`)
      const { stdout } = await runWinnow(['explain', out, `line:${line}`, '--json'])
      expect(json.explanation).toEqual(JSON.parse(stdout))
      expect(json.summary.line).toBe(line)
    }
    const { json } = await studio.get<RowView>('/api/rows/7')
    expect(json.summary.query).toBe(`${HOSTILE}?`)
    expect(json.explanation?.passages.map(({ text }) => text)).toContain(`x ${HOSTILE} #better`)
    const found = await studio.get<RowsPage>(`/api/rows?text=${encodeURIComponent(HOSTILE)}`)
    expect(found.json.rows.map(({ line }) => line)).toEqual([7])
    expect((await studio.get('/api/rows/99')).json).toEqual({ error: 'out.jsonl has no row at line 99', hint: null })
  })

  test('pictures add up to what the rows say, and the cost to the number of calls', async () => {
    const { out } = await cleanedRows(variedRows(12))
    const studio = await openApp(out)
    const rows = await rowsIn(studio)
    const { json } = await studio.get<Pictures>('/api/pictures')
    const found = rows.reduce((sum, { falseNegatives }) => sum + falseNegatives, 0)
    const sum = (list: { falseNegatives: number }[]) => list.reduce((all, each) => all + each.falseNegatives, 0)
    expect([sum(json.datasets), sum(json.ranks)]).toEqual([found, found])
    expect(json.perRow.reduce((all, { falseNegatives, rows: many }) => all + falseNegatives * many, 0)).toBe(found)
    const screened = json.positions.filter(({ stage }) => stage === 'screen')
    expect(screened.reduce((all, { passages }) => all + passages, 0)).toBe(
      rows.reduce((all, row) => all + row.negatives, 0) - 1,
    )
    const calls =
      rows.length +
      json.positions
        .filter((each) => each.stage === 'judge' && each.position === 1)
        .reduce((all, each) => all + each.passages, 0)
    expect(json.cost.at(-1)).toMatchObject({ calls })
    expect(json.cost.map((point) => point.calls)).toEqual(
      json.cost.map((point) => point.calls).toSorted((a, b) => a - b),
    )
  })
})

describe('files that decisions are not known about, or only in part', () => {
  test('evidence from a file stands in for a ledger', async () => {
    const { out } = await cleanedRows(variedRows(8), '--write-evidence', 'jsonl')
    const other = join(dirname(out), 'other.jsonl')
    const { input, evidence } = {
      input: join(dirname(out), 'rows.jsonl'),
      evidence: out.replace('.jsonl', '.evidence.jsonl'),
    }
    await runWinnow(['apply', input, '--out', other, '--evidence', evidence, '--worse', 'keep'])
    rmSync(join(dirname(out), '.winnow'), { recursive: true })
    const studio = await openApp(other)
    const { json } = await studio.get<RowView>('/api/rows/3')
    const { stdout } = await runWinnow(['explain', other, 'line:3', '--json'])
    expect(json.explanation).toEqual(JSON.parse(stdout))
    expect((await studio.get<RunView>('/api/run')).json.policy?.find(({ name }) => name === 'worse')?.value).toBe(
      'keep',
    )
  })

  test('without evidence, the lists beside the output tell what was done', async () => {
    const { out } = await cleanedRows(variedRows(8))
    const before = await rowsIn(await openApp(out))
    rmSync(join(dirname(out), '.winnow'), { recursive: true })
    const studio = await openApp(out)
    const rows = await rowsIn(studio)
    expect(rows.map(({ line, outcome, changes }) => ({ line, outcome, changes }))).toEqual(
      before.map(({ line, outcome, changes }) => ({ line, outcome, changes })),
    )
    const { json } = await studio.get<RowView>('/api/rows/1')
    expect(json.explanation).toBeNull()
    expect(json.passages[0]).toMatchObject({ label: 'positive', text: 'the answer of row 0' })
    const { json: run } = await studio.get<RunView>('/api/run')
    expect(run.policy).toBeNull()
    expect(run.noPolicy).toContain('no ledger')
    expect((await studio.post('/api/what-if', {})).status).toBe(400)
  })

  test('an input shows what its run found', async () => {
    const { input, out } = await cleanedRows(variedRows(8))
    const [asInput, asOutput] = [await rowsIn(await openApp(input)), await rowsIn(await openApp(out))]
    expect(asInput).toEqual(asOutput)
  })

  test.each(['.jsonl.gz', '.jsonl.zst', '.parquet'])('rows in %s are read, searched and explained', async (ending) => {
    const { input } = place(makeRows(6))
    const folder = dirname(input)
    const [packed, cleaned] = [join(folder, `packed${ending}`), join(folder, `cleaned${ending}`)]
    await runWinnow(['convert', input, '--to', 'bge', '--out', packed])
    const { code } = await clean(packed, cleaned, '--judge', model('large'))
    expect(code).toBe(0)
    const studio = await openApp(cleaned)
    const { json: run } = await studio.get<RunView>('/api/run')
    expect([run.rows.all, run.rows.changed > 0, run.policy === null]).toEqual([6, true, false])
    const { json } = await studio.get<RowsPage>('/api/rows?text=row+0003')
    const line = json.rows[0]?.line
    const { stdout } = await runWinnow(['explain', cleaned, `line:${line}`, '--json'])
    expect((await studio.get<RowView>(`/api/rows/${line}`)).json.explanation).toEqual(JSON.parse(stdout))
  })

  test('rows that were mined are shown as they are', async () => {
    const { collection, out, run } = small()
    await run(collection, '--share', 'off', '--out', out)
    const studio = await openApp(out)
    expect((await studio.get<RunView>('/api/run')).json).toMatchObject({ command: 'mine', method: null, policy: null })
    const [row] = await rowsIn(studio)
    expect(row).toMatchObject({ outcome: 'kept', changes: [], falseNegatives: 0 })
    const { json } = await studio.get<RowView>(`/api/rows/${row?.line}`)
    expect(json.passages.map(({ label }) => label)).toContain('negative')
  })

  test('a file of which every row was dropped has pages and pictures as well', async () => {
    const { out } = await cleanedRows([{ query: 'q?', pos: ['p'], neg: ['only #better'] }])
    expect(readJsonl(out)).toEqual([])
    const studio = await openApp(out)
    expect((await studio.get<RowsPage>('/api/rows?outcome=dropped')).json.total).toBe(1)
    expect((await studio.get('/api/pictures')).status).toBe(200)
  })
})

test('a report of another command is served as it is', async () => {
  const path = join(tempDir(), 'compare.json')
  const report = { winnow: '0.1.0', command: 'compare', arms: [], started: '2026-01-01T00:00:00.000Z', seconds: 3 }
  writeFileSync(path, JSON.stringify(report))
  const studio = await openApp(path)
  expect((await studio.get('/api/report')).json).toEqual(report)
  expect((await studio.get('/api/run')).json).toMatchObject({ kind: 'compare', file: 'compare.json', seconds: 3 })
  expect((await studio.get('/api/rows')).status).toBe(404)
})

test('JSON that is no report is rows or nothing', async () => {
  const path = writeJsonl(join(tempDir(), 'rows.json'), makeRows(2))
  expect(await rowsIn(await openApp(path))).toHaveLength(2)
  const other = join(tempDir(), 'other.json')
  writeFileSync(other, '{"command": "dance"}')
  await expect(openApp(other)).rejects.toThrow(/other\.json/)
})

const LOOKED = ['outcome', 'dataset', 'to', 'stage', 'reason', 'falseNegatives'] as const

function valuesOf(row: RowSummary, name: (typeof LOOKED)[number]): string[] {
  const { changes, falseNegatives: found } = row
  const looked: Record<(typeof LOOKED)[number], string[]> = {
    outcome: [row.outcome],
    dataset: row.dataset === null ? [] : [row.dataset],
    to: changes.map(({ from, to }) => (from === null ? 'added' : to)),
    stage: changes.map(({ stage }) => stage),
    reason: row.reason ? [row.reason.code] : [],
    falseNegatives: [found < 4 ? `${found}` : found < 8 ? '4-7' : '8+'],
  }
  return looked[name]
}

function fits(row: RowSummary, { disagree, text, ...filter }: Filter): boolean {
  const listed = LOOKED.every((name) => {
    const wanted = filter[name] as string[] | undefined
    return wanted === undefined || wanted.length === 0 || valuesOf(row, name).some((value) => wanted.includes(value))
  })
  return listed && (disagree !== true || row.disagree) && (text === undefined || holds(row, text))
}

/** Whether all words of a text are among those of the row; the last may be a beginning. */
function holds(row: RowSummary, text: string): boolean {
  const wordsIn = (from: string) => from.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const [words, wanted] = [
    wordsIn([row.query, row.reason?.text ?? '', ...row.changes.flatMap((each) => [each.text, each.reason])].join(' ')),
    wordsIn(text),
  ]
  if (wanted.length === 0) return false
  return wanted.every((word, at) =>
    words.some((each) => each === word || (at === wanted.length - 1 && each.startsWith(word))),
  )
}

function queryFor(filter: Filter): string {
  const query = new URLSearchParams()
  for (const name of LISTED) for (const value of filter[name] ?? []) query.append(name, value)
  if (filter.disagree) query.set('disagree', '1')
  if (filter.text !== undefined) query.set('text', filter.text)
  return query.toString()
}
