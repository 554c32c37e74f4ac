// winnow diagnose, end to end: a phrase planted in the generated negatives is found in the text and in a model trained on them; nothing is
// found if nothing is planted; every kind of input that cannot be diagnosed is refused.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StepDiagnostics } from '../src/train/diagnostics.ts'
import { diagnose } from '../src/commands/diagnose/diagnose.ts'
import type { DiagnosisReport } from '../src/commands/diagnose/report.ts'
import { trainEncoder } from '../src/train/train.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { embeddingsOf, startModelServer } from './support/model-server.ts'
import { planted, rowsWith, withOwnWords } from './support/rows-of-two-sources.ts'
import { runWinnow } from './support/run-winnow.ts'

const FEW = { permutations: 99 }
const figureIn = ({ groups }: DiagnosisReport, code: string) =>
  groups.flatMap(({ figures }) => figures).find((figure) => figure.code === code)
const worryingIn = ({ groups }: DiagnosisReport) =>
  groups.flatMap(({ figures }) => figures.filter(({ isWorrying }) => isWorrying).map(({ code }) => code))

describe('a model that was trained on what is diagnosed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-diagnose-'))
  const [rows, even, model] = [join(folder, 'planted.jsonl'), join(folder, 'even.jsonl'), join(folder, 'model')]
  const own = join(folder, 'own.jsonl')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(async () => {
    writeJsonl(rows, planted())
    writeJsonl(
      even,
      rowsWith((text) => text),
    )
    const common = {
      dimensions: 48,
      batch: 16,
      epochs: 10,
      learningRate: 0.02,
      negatives: 7,
      threads: 2,
      diagnose: true,
    }
    await trainEncoder(rows, { ...common, out: model })
    await trainEncoder(even, { ...common, out: `${model}-even` })
    writeJsonl(own, rowsWith((text) => text).map(withOwnWords))
    await trainEncoder(own, { ...common, out: `${model}-mined`, generated: 0 })
  }, 120_000)

  it('gives a planted phrase away in every way', async () => {
    const html = join(folder, 'page.html')
    const report = await diagnose(rows, { ...FEW, model, html })
    expect(report.model).toMatchObject({
      dimensions: 48,
      temperature: 0.1,
      temperatureFrom: 'training',
      trainedOn: 'these',
    })
    expect(report.similarity?.auc.mean).toBeLessThan(0.35)
    expect(report.text?.mean).toBeGreaterThan(0.95)
    expect(report.similarity?.information.p).toBe(0.01)
    expect(worryingIn(report)).toEqual(expect.arrayContaining(['similarity-auc', 'mutual-information', 'text-auc']))
    const { gradientShare, evenShare } = report.training?.figures ?? {}
    expect(gradientShare?.last ?? NaN).toBeLessThan(gradientShare?.first ?? NaN)
    expect(evenShare?.last).toBeCloseTo(3 / 4, 6)
    expect(report.marks.map(({ words }) => words).join(' ')).toMatch(/researchers|related|noted/)
    const page = readFileSync(html, 'utf8')
    expect(page).toContain('Similarity to the query')
    expect(page).toContain('Marks of the source')
    expect(page).toContain('During training')
    expect(page).not.toMatch(/NaN|undefined|Infinity|<script|https?:/)
  })

  it('finds nothing where the sources do not differ, neither by text nor by a model trained on them', async () => {
    const report = await diagnose(even, { ...FEW, model: `${model}-even` })
    expect(Math.abs((report.similarity?.auc.mean ?? 0) - 0.5)).toBeLessThan(0.05)
    expect(Math.abs((report.text?.mean ?? 0) - 0.5)).toBeLessThan(0.05)
    expect(worryingIn(report)).toEqual([])
    expect(report.marks).toEqual([])
    expect((await diagnose(rows, { ...FEW, model: `${model}-even` })).model?.trainedOn).toBe('other')
  })

  it('calls it no shortcut that a model without generated negatives has learned the mined ones by heart', async () => {
    const report = await diagnose(own, { ...FEW, model: `${model}-mined` })
    expect(report.model?.sawGenerated).toBe(false)
    expect(report.similarity?.auc.mean).toBeGreaterThan(0.6)
    expect(report.similarity?.information.p).toBe(0.01)
    const worrying = worryingIn(report)
    for (const code of ['similarity-auc', 'mutual-information', 'text-auc']) expect(worrying).not.toContain(code)
    expect(report.groups.map(({ title }) => title)).toEqual(['By the model', 'By text'])
  })

  it('lists strategies where passages name them', async () => {
    const named = writeJsonl(
      join(folder, 'named.jsonl'),
      planted().map((row, at) => ({
        ...row,
        negative_passages: (row['negative_passages'] as { origin: string }[]).map((passage) =>
          passage.origin === 'generated'
            ? { ...passage, strategy: at % 3 === 0 ? 'intent_drift' : 'entity_shift', requirement: 'names it' }
            : passage,
        ),
      })),
    )
    const html = join(folder, 'named.html')
    const { stdout, code } = await runWinnow(['diagnose', named, '--model', model, '--html', html])
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    const start = lines.indexOf('By strategy')
    expect(lines[start + 1]).toMatch(/^ {2}entity_shift +\.\d{3} \(\.\d{3} to \.\d{3}\), [\d.]+% dead, of 480$/)
    expect(lines[start + 2]).toMatch(/^ {2}intent_drift .* of 240$/)
    expect(readFileSync(html, 'utf8')).toMatch(/By strategy[^]*entity_shift[^]*intent_drift/)
    const { similarity } = await diagnose(rows, { ...FEW, model })
    expect(similarity?.strategies).toEqual([])
  })

  it('is even to the last digit where the generated are copies of the mined', async () => {
    const copies = writeJsonl(
      join(folder, 'copies.jsonl'),
      rowsWith((_text, mined, at) => mined[at] as string).map((row) => ({
        ...row,
        // As many of each.
        negative_passages: (row['negative_passages'] as { docid: string }[]).filter(({ docid }) => docid !== 'm3'),
      })),
    )
    const { similarity, text } = await diagnose(copies, { ...FEW, model })
    expect([similarity?.auc.mean, text?.mean]).toEqual([0.5, 0.5])
    expect(similarity?.information).toMatchObject({ observed: 0, p: 1 })
    expect(similarity?.dead.generated).toEqual(similarity?.dead.mined)
  })

  it('says the same again, and other things by another seed', async () => {
    const run = async (seed: number) => {
      const {
        started: _s,
        seconds: _t,
        options: _o,
        ...report
      } = await diagnose(rows, { ...FEW, model, seed, sample: 50 })
      return report
    }
    const [one, again, other] = [await run(1), await run(1), await run(2)]
    expect(JSON.stringify(again)).toBe(JSON.stringify(one))
    expect(one.rows).toMatchObject({ withBoth: 240, diagnosed: 50 })
    expect(other.similarity?.auc.mean).not.toBe(one.similarity?.auc.mean)
  })

  it('prints figures, or one document', async () => {
    const { code, stdout } = await runWinnow(['diagnose', rows, '--model', model], { env: { COLUMNS: '100' } })
    expect(code).toBe(0)
    expect(stdout).toContain('240 rows: 240 with negatives of both sources: 960 mined (or of unknown origin) and 720')
    expect(stdout).toMatch(/! AUC by similarity {9}\.\d{3} \(\.\d{3} to \.\d{3}\) over 240 queries$/m)
    // Lines are cut by the length of a path.
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('trained on these rows')
    expect(stdout).toMatch(/→ Problems in \d+ of 10 figures: /)
    const json = await runWinnow(['diagnose', rows, '--json', '--permutations', '19'])
    const report = JSON.parse(json.stdout) as DiagnosisReport
    expect(report).toMatchObject({ command: 'diagnose', model: null, similarity: null, training: null })
    expect(figureIn(report, 'text-auc')?.value).toBeGreaterThan(0.95)
  })

  it('says that texts alone were looked at', async () => {
    const { stdout, code } = await runWinnow(['diagnose', even], { env: { COLUMNS: '100' } })
    expect(code).toBe(0)
    expect(stdout).toContain('Texts only: give an encoder with --model to see whether it uses the source.')
    expect(stdout).toContain('→ No problems in 1 figure.')
  })

  it('reads a log with nothing to divide by, and refuses one that is none', async () => {
    const log = join(`${model}-even`, 'diagnostics.jsonl')
    const before = readFileSync(log, 'utf8')
    const empty: StepDiagnostics = {
      step: 1,
      epoch: 1,
      rows: 0,
      gradientShare: null,
      evenShare: null,
      cosine: null,
      alive: null,
    }
    writeFileSync(log, `${JSON.stringify(empty)}\n`)
    const html = join(folder, 'empty.html')
    const { training } = await diagnose(even, { ...FEW, model: `${model}-even`, html })
    expect(training?.figures.cosine).toEqual({ first: null, last: null })
    expect(readFileSync(html, 'utf8')).not.toMatch(/NaN|undefined|Infinity/)
    writeFileSync(log, `${JSON.stringify(empty)}\n{"loss": 1}\nnot json\n`)
    await expect(diagnose(even, { model: `${model}-even` })).rejects.toThrow(
      /diagnostics\.jsonl:2: not a step.*\n.*diagnostics\.jsonl:3: not a step/,
    )
    writeFileSync(log, before)
  })
})

describe('other encoders', () => {
  it('are servers, whose vectors are kept', async () => {
    const server = await startModelServer(embeddingsOf)
    const folder = tempDir()
    const rows = writeJsonl(
      join(folder, 'rows.jsonl'),
      rowsWith((text) => text, 12),
    )
    const env = { OPENAI_API_KEY: 'k', WINNOW_CACHE: join(folder, 'cache') }
    const args = ['diagnose', rows, '--model', `letters@${server.url}`, '--json', '--permutations', '19']
    const first = await runWinnow(args, { env })
    expect(first.stderr + first.stdout).toContain('"temperatureFrom": "paper"')
    const calls = server.calls.length
    const second = await runWinnow(args, { env })
    // One call tells how long its vectors are.
    expect(server.calls.length).toBe(calls + 1)
    const auc = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as DiagnosisReport).similarity?.auc
    expect(auc(second)).toEqual(auc(first))
  })
})

describe('rows', () => {
  const bge = (neg: string[], origins?: string[]) => ({
    query: neg.join(' '),
    pos: ['p'],
    neg,
    ...(origins && { neg_origins: origins }),
  })
  const fileOf = (rows: readonly object[]) => writeJsonl(join(tempDir(), 'rows.jsonl'), rows)
  const both = (at: number) => bge([`mined ${at}`, `written ${at}`], ['mined', 'generated'])

  it('without one of the sources are counted and left out, as are those that cannot be read', async () => {
    const path = fileOf([
      both(1),
      both(2),
      both(3),
      bge(['only mined']),
      bge(['only written'], ['generated']),
      { query: 'none', pos: ['p'], neg: [] },
      { query: 7, pos: ['p'], neg: ['n'] },
    ])
    const { rows, negatives } = await diagnose(path)
    expect(rows).toEqual({
      all: 6,
      bad: 1,
      withBoth: 3,
      diagnosed: 3,
      withoutGenerated: 1,
      withoutMined: 1,
      withoutNegatives: 1,
    })
    expect(negatives).toEqual({ mined: 3, generated: 3 })
    const { stdout } = await runWinnow(['diagnose', path], { env: { COLUMNS: '200' } })
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Left out: 1 without generated negatives, 1 without mined negatives, 1 without negatives, 1 unreadable.',
    )
  })

  it.each([
    [
      'no generated negative',
      [bge(['a']), bge(['b'])],
      /none of 2 rows has a negative of origin "generated"/,
      /neg_origins/,
    ],
    [
      'no mined one',
      [bge(['a'], ['generated'])],
      /no row has both.*of 1 rows 1 have only generated ones, 0 only mined/,
      /within rows/,
    ],
    ['one row with both', [both(1), bge(['a'])], /only one row has both/, /within rows/],
    ['no row', [{ query: 1, pos: [], neg: [] }], /has no usable row/, /^/],
  ])('%s: refused', async (_, rows, message, hint) => {
    const path = fileOf(rows)
    await expect(diagnose(path)).rejects.toMatchObject({ message: expect.stringMatching(message) as string })
    const { code, stderr, stdout } = await runWinnow(['diagnose', path])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(hint)
  })

  it('are never written over, and a model that is none is refused before they are read', async () => {
    const path = fileOf([both(1), both(2)])
    await expect(diagnose(path, { html: path })).rejects.toThrow(/--html .* is an input of this command/)
    const html = join(tempDir(), 'page.html')
    await expect(diagnose(path, { model: '/nowhere/model/', html })).rejects.toThrow(/\/nowhere\/model/)
    expect(existsSync(html)).toBe(false)
    await expect(diagnose(path, { sample: 1, seed: -1 })).rejects.toThrow(/--sample 1: .*; --seed -1: /)
  })
})
