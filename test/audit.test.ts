// An audit from end to end: rows cleaned, a sample drawn, people's judgements reported, stored, heard by apply, and used as gold.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { openAudit, type Audit } from '../src/audit/audit.ts'
import { drawSample } from '../src/audit/draw.ts'
import { JudgementFile } from '../src/audit/judgement-file.ts'
import type { AuditInput } from '../src/audit/options.ts'
import { reportOf } from '../src/audit/reported.ts'
import { judgementPath, readSample, type SampleItem } from '../src/audit/sample-file.ts'
import { explain } from '../src/browse/explain.ts'
import { clean } from '../src/commands/clean/clean.ts'
import { apply } from '../src/job/apply.ts'
import { readGold } from '../src/judging/gold.ts'
import { readQrels } from '../src/rows/qrels.ts'
import { readJsonl, sharedDir, tempDir, writeJsonl } from './support/files.ts'
import { modelOf } from './support/model-of.ts'
import { runWinnow } from './support/run-winnow.ts'
import { rightReply } from './support/synthetic.ts'

const ROWS = 60

/** Rows of six negatives, the first of which the model calls better and the second worse. */
const rowsOf = () =>
  Array.from({ length: ROWS }, (_row, index) => ({
    query_id: `q${index}`,
    query: `what of ${index}?`,
    positive_passages: [{ docid: 'p', title: '', text: `the answer ${index}` }],
    negative_passages: ['#better', '#worse', '#none', '#none', '#none', '#none'].map((tag, at) => ({
      docid: `n${at}`,
      title: '',
      text: `text ${at} of ${index} ${tag}`,
    })),
  }))

async function cleaned(folder = tempDir()) {
  const input = writeJsonl(join(folder, 'rows.jsonl'), rowsOf())
  const out = join(folder, 'cleaned.jsonl')
  await clean(input, { out, judge: modelOf(rightReply), noCheck: true, writeEvidence: 'jsonl', pilot: 0 })
  return { folder, input, out, ledger: join(folder, '.winnow', 'ledger.db') }
}

/** Lets an assessor judge all that is theirs. */
function judgeAll(
  audit: Audit,
  assessor: string,
  gradeOf: (item: SampleItem) => 0 | 1 | 2 | 3 | 'unsure' | 'skip',
): void {
  const items = new Map(audit.sample.items.map((item) => [item.item, item]))
  for (let turn = audit.next(assessor); turn.item !== null;) {
    const { item } = turn.item
    turn = audit.judge({ assessor, item, grade: gradeOf(items.get(item) as SampleItem), seconds: 2 })
  }
}

const isBetter = ({ text }: SampleItem) => text.includes('#better')

describe('a sample', () => {
  let made: Awaited<ReturnType<typeof cleaned>>
  beforeAll(async () => {
    made = await cleaned(sharedDir())
  })

  const drawn = async (given: AuditInput) => {
    const sample = await drawSample(made.out, { out: join(tempDir(), 'x.audit.jsonl'), ...given })
    return { ...sample, bytes: readFileSync(sample.path, 'utf8') }
  }

  it('stands for the file by its weights, and is the same whenever it is drawn', async () => {
    const { head, items, bytes } = await drawn({ n: 50, strata: ['verdict', 'to'] })
    expect(head.strata).toEqual([
      { values: { verdict: 'better', to: 'positive' }, population: 60, items: 15 },
      { values: { verdict: 'irrelevant', to: 'negative' }, population: 240, items: 20 },
      { values: { verdict: 'worse', to: 'ignored' }, population: 60, items: 15 },
    ])
    expect(items.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(360, 9)
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
      ['negative', 360],
      ['positive', 60],
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
    await drawSample(out, { n: 60, assessors: 'anna,ben' })
    const audit = await openAudit(out, 'cleaned')
    // Anna believes the finds called better and no others; Ben is unsure of one in six.
    judgeAll(audit, 'anna', (item) => (isBetter(item) ? 3 : 0))
    judgeAll(audit, 'ben', (item) => (item.line % 6 === 0 ? 'unsure' : isBetter(item) ? 2 : 1))
    const report = await reportOf(audit.sample.path, {}, {})
    expect(report).toMatchObject({ items: 60, population: 360, stored: { ledger, added: 120 } })
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
      irrelevant: 60 - better.length,
      disputed: 0,
      inDroppedRows: 0,
    })
    expect(manifest.passages.relabelled).toEqual({ human: better.length, judge: 60 - better.length })
    // Worse ones that people call irrelevant stay negatives.
    expect(manifest.passages.removed).toEqual({ judge: 60 - worse.length })
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
    const script = join(import.meta.dirname, 'support/append-judgements.ts')
    const append = (who: string) => promisify(execFile)(process.execPath, [script, path, who, '150'])
    await Promise.all(['anna', 'ben'].map(append))
    const file = new JudgementFile(path)
    expect([file.standing.all().length, file.standing.replaced, file.brokenLines]).toEqual([300, 0, []])
  })
})

describe('apply --human', () => {
  it('says where nobody has spoken, and refuses what has no effect', async () => {
    const { folder, input, ledger } = await cleaned()
    const out = join(folder, 'audited.jsonl')
    const notices: string[] = []
    await apply(input, { out, ledger, human: 'overrides' }, { onNotice: (notice) => notices.push(notice) })
    expect(notices.join()).toMatch(
      /no judgement of people on a negative of these rows, so it has no effect; winnow audit report/,
    )
    await expect(apply(input, { out, ledger, humanRelevant: 'remove' })).rejects.toThrow(
      /no effect without --human overrides/,
    )
    await expect(apply(input, { out, ledger, human: 'overrides', writeScores: 'verdicts' as never })).rejects.toThrow(
      /exclude each other|allowed/,
    )
  })
})

describe('the command', () => {
  it('says what it drew and what to type next, and what is wrong', { timeout: 60_000 }, async () => {
    const { out, folder } = await cleaned()
    const sample = await runWinnow(['audit', 'sample', out, '--n', '30', '--assessors', 'anna,ben'])
    expect(sample.stdout).toContain('30 passages of 360 negatives, drawn apart from each verdict (seed 1).')
    expect(sample.stdout).toContain(`winnow studio ${out}`)
    expect(existsSync(join(folder, 'cleaned.audit.jsonl'))).toBe(true)
    const early = await runWinnow(['audit', 'report', out])
    expect(early).toMatchObject({ code: 2, stdout: '' })
    expect(early.stderr).toContain('nobody has judged anything yet')
    const audit = await openAudit(out, 'cleaned')
    judgeAll(audit, 'anna', (item) => (isBetter(item) ? 3 : 0))
    judgeAll(audit, 'ben', (item) => (isBetter(item) ? 2 : 0))
    const report = await runWinnow(['audit', 'report'], { cwd: folder })
    expect(report.stdout).toContain('60 judgements of 30 passages that stand for 360')
    expect(report.stdout).toMatch(/anna – ben +30 +100% +1.000/)
    const json = await runWinnow(['audit', 'report', out, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ items: 30, stored: { added: 0 } })
    for (const [args, message] of [
      [['audit', 'draw', out], '"draw" is nothing that audit does; allowed: sample, report'],
      [['audit', 'report', out, '--n', '5'], '--n: no effect on winnow audit report'],
      [['audit', 'sample'], 'no rows are named'],
      [['audit', 'report', join(folder, 'rows.jsonl')], 'is not a sample of an audit'],
    ] as const) {
      const refused = await runWinnow([...args])
      expect([refused.code, refused.stdout]).toEqual([2, ''])
      expect(refused.stderr).toContain(message)
    }
  })

  it('passes over what a crash cut off, with a word', async () => {
    const { out } = await cleaned()
    const { path } = await drawSample(out, { n: 10 })
    const audit = await openAudit(out, 'cleaned')
    judgeAll(audit, 'anna', () => 0)
    const file = judgementPath(path)
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"sample":"s`)
    const notices: string[] = []
    const report = await reportOf(path, {}, { onNotice: (notice) => notices.push(notice) })
    expect(notices.join()).toMatch(/its last line has no end, so it does not count/)
    expect([report.assessors[0]?.judged, (await readSample(path)).items.length]).toEqual([10, 10])
  })
})
