// An audit from end to end: rows cleaned, a sample drawn, people's judgements reported, stored, heard by apply, and used as gold.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { openAudit } from '../src/audit/audit.ts'
import { drawSample } from '../src/audit/draw.ts'
import { JudgementFile } from '../src/audit/judgement-file.ts'
import type { SampleInput } from '../src/audit/options.ts'
import { reportOf } from '../src/audit/reported.ts'
import { judgementPath, type SampleItem } from '../src/audit/sample-file.ts'
import { explain } from '../src/browse/explain.ts'
import { apply } from '../src/job/apply.ts'
import { readGold } from '../src/judging/gold.ts'
import { readQrels } from '../src/rows/qrels.ts'
import { cleaned, isBetter, judgeAll } from './support/audit-rows.ts'
import { readJsonl, sharedDir, tempDir } from './support/files.ts'

describe('a sample', () => {
  let made: Awaited<ReturnType<typeof cleaned>>
  beforeAll(async () => {
    made = await cleaned(sharedDir())
  })

  const drawn = async (given: SampleInput) => {
    const sample = await drawSample(made.out, { out: join(tempDir(), 'x.audit.jsonl'), ...given })
    return { ...sample, bytes: readFileSync(sample.path, 'utf8') }
  }

  it('stands for the file by its weights, and is the same whenever it is drawn', async () => {
    const { head, items, bytes } = await drawn({ n: 50, strata: ['verdict', 'to'] })
    expect(head.strata).toEqual([
      { values: { verdict: 'better', to: 'positive' }, population: 30, items: 15 },
      { values: { verdict: 'irrelevant', to: 'negative' }, population: 120, items: 20 },
      { values: { verdict: 'worse', to: 'ignored' }, population: 30, items: 15 },
    ])
    expect(items.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(180, 9)
    expect(items.filter(({ text }) => text.includes('#none'))).toHaveLength(20)
    expect(items.map(({ item }) => item)).toEqual(items.map(({ item }) => item).toSorted())
    expect((await drawn({ n: 50, strata: ['verdict', 'to'] })).bytes).toBe(bytes)
    expect((await drawn({ n: 50, strata: ['verdict', 'to'], seed: 2 })).bytes).not.toBe(bytes)
  })

  it('keeps what each stage said, and whether the run found it', async () => {
    const { items } = await drawn({ n: 30 })
    for (const { judges, found, text } of items) {
      expect(found).toBe(!text.includes('#none'))
      expect(judges[0]).toMatchObject({ stage: 'judge', relevant: found })
    }
  })

  it('can be drawn from a file of evidence, and with positives', async () => {
    const evidence = join(made.folder, 'cleaned.evidence.jsonl')
    const sample = await drawSample(made.input, {
      evidence,
      n: 40,
      positives: true,
      strata: ['label'],
      out: join(tempDir(), 'x.audit.jsonl'),
    })
    expect(sample.head.strata.map(({ values, population }) => [values.label, population])).toEqual([
      ['negative', 180],
      ['positive', 30],
    ])
    expect(sample.head.ledger).toBeNull()
    expect(sample.items.filter(({ label, found }) => label === 'positive' && found !== null)).toEqual([])
  })

  it('is divided among assessors', async () => {
    const shares = async (overlap?: string) => {
      const { items } = await drawn({ n: 80, assessors: 'anna, ben', ...(overlap && { overlap }) })
      return [null, 'anna', 'ben'].map(
        (who) => items.filter(({ assessors }) => (assessors?.[0] ?? null) === who).length,
      )
    }
    expect(await shares()).toEqual([80, 0, 0])
    expect(await shares('25%')).toEqual([20, 30, 30])
    expect(await shares('10')).toEqual([10, 35, 35])
  })

  it('does not replace one that people have judged', async () => {
    const out = join(tempDir(), 'x.audit.jsonl')
    const audit = await drawSample(made.out, { n: 20, out })
    writeFileSync(
      judgementPath(out),
      `${JSON.stringify({ sample: audit.head.sample, item: 'i', row: 'q', passage: 'p', who: 'anna', when: 'now', grade: 'skip' })}\n`,
    )
    await expect(drawSample(made.out, { n: 20, out })).resolves.toBeDefined()
    await expect(drawSample(made.out, { n: 21, out })).rejects.toThrow(
      /holds another sample, and people have judged 1 of its passages/,
    )
  })

  it.each([
    [{ assessors: 'anna,anna' }, /--assessors "anna,anna": "anna" is there twice/],
    [{ overlap: '20' }, /--overlap: it takes two assessors or more/],
    [{ overlap: 'half', assessors: 'a,b' }, /--overlap "half": allowed: a whole number, or a share/],
    [{ strata: ['mood'] as never }, /"mood" is none of: verdict, dataset, judge/],
  ])('refuses %j', async (given, message) => {
    await expect(drawSample(made.out, given)).rejects.toThrow(message)
  })
})

describe('judgements of people', () => {
  it('are reported, stored once, heard by apply, explained, and used as gold', { timeout: 60_000 }, async () => {
    const { folder, input, out, ledger } = await cleaned()
    await drawSample(out, { n: 30, assessors: 'anna,ben' })
    const audit = await openAudit(out, 'cleaned')
    // Anna believes the finds called better and no others; Ben is unsure of one in six.
    judgeAll(audit, 'anna', (item) => (isBetter(item) ? 3 : 0))
    judgeAll(audit, 'ben', (item) => (item.line % 6 === 0 ? 'unsure' : isBetter(item) ? 2 : 1))
    const report = await reportOf(audit.sample.path, {}, {})
    expect(report).toMatchObject({ items: 30, population: 180, stored: { ledger, added: 60 } })
    expect(report.file?.falseNegatives.value).toBeCloseTo(1 / 6, 9)
    expect(report.pairs[0]?.binary.kappa.value).toBe(1)
    expect((await reportOf(audit.sample.path, {}, {})).stored?.added).toBe(0)

    const better = audit.sample.items.filter(isBetter)
    const worse = audit.sample.items.filter(({ text }) => text.includes('#worse'))
    const ignored = await apply(input, { out: join(folder, 'ignored.jsonl'), ledger })
    expect(ignored.human).toMatchObject({ overrides: false, relevant: better.length })
    expect(readFileSync(join(folder, 'ignored.jsonl'))).toEqual(readFileSync(out))
    const audited = join(folder, 'audited.jsonl')
    const manifest = await apply(input, { out: audited, ledger, human: 'overrides' })
    expect(manifest.human).toEqual({
      overrides: true,
      relevant: better.length,
      irrelevant: 30 - better.length,
      disputed: 0,
      inDroppedRows: 0,
    })
    expect(manifest.passages.relabelled).toEqual({ human: better.length, judge: 30 - better.length })
    // Worse ones that people call irrelevant stay negatives.
    expect(manifest.passages.removed).toEqual({ judge: 30 - worse.length })
    const changes = readJsonl(join(folder, 'audited.changes.jsonl'))
    expect(changes.filter(({ stage }) => stage === 'human')).toHaveLength(better.length)

    const [first] = better as [SampleItem]
    const { passages } = await explain(audited, first.row)
    const shown = passages.find(({ id }) => id === first.passage)
    expect(shown).toMatchObject({ after: 'positive', change: { stage: 'human', verdict: 'relevant' } })
    expect(shown?.evidence.filter(({ kind }) => kind === 'human')).toMatchObject([
      { who: 'anna', verdict: 'relevant', grade: 3 },
      first.line % 6 === 0 ? { who: 'ben', verdict: 'unsure' } : { who: 'ben', verdict: 'relevant', grade: 2 },
    ])

    const notices: string[] = []
    const judgements = judgementPath(audit.sample.path)
    const gold = await readGold(judgements, { onWarning: (notice) => notices.push(notice) })
    expect(gold.assessors).toEqual(['anna', 'ben'])
    expect(gold.verdictOf(first.row, first.passage)).toBe('relevant')
    expect(notices.join()).toMatch(/judgements; passed over: \d+ unsure$/)
    expect((await readQrels(judgements)).isRelevant(first.row, first.passage)).toBe(true)
  })

  it('change when an assessor changes their mind, and the ledger keeps both', async () => {
    const { folder, input, out, ledger } = await cleaned()
    await drawSample(out, { n: 12, assessors: 'anna' })
    const audit = await openAudit(out, 'cleaned')
    judgeAll(audit, 'anna', (item) => (isBetter(item) ? 3 : 0))
    await reportOf(audit.sample.path, {}, {})
    const better = audit.sample.items.filter(isBetter)
    for (const { item } of better) audit.judge({ assessor: 'anna', item, grade: 1, seconds: 1 })
    audit.undo('anna')
    expect((await reportOf(audit.sample.path, {}, {})).stored?.added).toBe(better.length - 1)
    const manifest = await apply(input, { out: join(folder, 'audited.jsonl'), ledger, human: 'overrides' })
    // What was taken back is left to the judge.
    expect(manifest.human).toMatchObject({ relevant: 0, irrelevant: 11 })
  })

  it('travel in a file of evidence', async () => {
    const { folder, input, out, ledger } = await cleaned()
    await drawSample(out, { n: 12, assessors: 'anna' })
    const audit = await openAudit(out, 'cleaned')
    judgeAll(audit, 'anna', (item) => (isBetter(item) ? 3 : 0))
    await reportOf(audit.sample.path, {}, {})
    const [one, other] = ['one', 'other'].map((name) => join(folder, `${name}.jsonl`)) as [string, string]
    for (const writeEvidence of ['jsonl', 'parquet'] as const) {
      await apply(input, { out: one, ledger, human: 'overrides', writeEvidence })
      await apply(input, { out: other, evidence: join(folder, `one.evidence.${writeEvidence}`), human: 'overrides' })
      expect(readFileSync(other)).toEqual(readFileSync(one))
    }
  })

  it('of two processes at once are all there', { timeout: 60_000 }, async () => {
    const path = join(tempDir(), 'x.judgements.jsonl')
    const code = [
      `import { JudgementFile } from ${JSON.stringify(join(import.meta.dirname, '../src/audit/judgement-file.ts'))}`,
      'const [path, who] = process.argv.slice(1)',
      "const said = { sample: 's1', row: 'q', who, when: '2026-11-29T00:00:00Z', grade: 1, relevant: false }",
      'const file = new JudgementFile(path)',
      "for (let at = 0; at < 150; at++) file.append({ ...said, item: `i${at}`, passage: 'x'.repeat(1 + ((at * 37) % 900)) })",
    ].join('\n')
    const append = (who: string) =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code, path, who])
    await Promise.all(['anna', 'ben'].map(append))
    const file = new JudgementFile(path)
    expect([file.standing.all().length, file.standing.replaced, file.brokenLines]).toEqual([300, 0, []])
  })
})
