// winnow judges on TREC DL 2019: GPT-4o's recorded labels, BM25 and an encoder against human grades, with known answers.
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { judges } from '../src/commands/judges/judges.ts'
import type { JudgeReport } from '../src/commands/judges/report.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { staticFolder } from './support/static-folder.ts'

/** All judged passages of each query; the best of them is its positive. */
function rowsOf(qrels: readonly string[][]) {
  const read = (name: string) => readFileSync(dataPath('dl19', name))
  const table = (text: string) =>
    new Map(
      text
        .trim()
        .split('\n')
        .map((line) => line.split('\t') as [string, string]),
    )
  const queries = table(read('queries.tsv').toString())
  const texts = table(gunzipSync(read('passages.tsv.gz')).toString())
  const passage = (docid: string) => ({ docid, title: '', text: texts.get(docid) as string })
  return [...Map.groupBy(qrels, ([query = '']) => query)].map(([query_id, judged]) => {
    const [best = '', ...others] = judged
      .toSorted(([, , , one], [, , , other]) => Number(other) - Number(one))
      .map(([, , docid = '']) => docid)
    return {
      query_id,
      query: queries.get(query_id) as string,
      positive_passages: [passage(best)],
      negative_passages: others.map(passage),
    }
  })
}

const ENCODER = process.env['WINNOW_TEST_ENCODER']

describeWithData('dl19', 'judges on TREC DL 2019', () => {
  const gold = dataPath('dl19', 'qrels.human.txt')
  const qrels = readFileSync(gold, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
  const common = { gold, relevanceLevel: 2 }
  const labels = `labels:${dataPath('dl19', 'labels.gpt-4o.txt')}`
  const place = () => {
    const folder = tempDir()
    return {
      folder,
      input: writeJsonl(join(folder, 'rows.jsonl'), rowsOf(qrels)),
      env: { ...process.env, WINNOW_CACHE: join(folder, 'cache') },
    }
  }

  it('reproduces the kappa of GPT-4o, and puts BM25 far below it', { timeout: 120_000 }, async () => {
    const { input, env } = place()
    const run = `run:${dataPath('dl19', 'bm25-top100.run')}`
    const report = await judges(input, { ...common, judge: [labels, 'bm25', run], positives: true, n: 10_000 }, { env })
    const [gpt, bm25, retrieved] = report.judges as [JudgeReport, JudgeReport, JudgeReport]
    expect(report.sample).toMatchObject({ rows: 43, passages: 9260, relevant: 2501 })
    expect(gpt.figures.kappa.value).toBeCloseTo(0.5244, 4)
    const { low, high } = gpt.figures.kappa as { low: number; high: number }
    // Queries differ much: an interval over passages alone would be a fifth as wide.
    expect(low > 0.35 && low < 0.45 && high > 0.58 && high < 0.66, `${low} to ${high}`).toBe(true)
    expect(gpt.verdicts).toMatchObject([{ verdict: 'relevant', passages: 1987, action: 'remove' }])
    expect(bm25.figures.kappa.value).toBeCloseTo(0.063, 3)
    expect(retrieved.figures.kappa.value).toBeCloseTo(0.131, 3)
    expect(report.proposal.judge).toBe(gpt.name)
  })

  it(
    'judges negatives only unless told otherwise, and estimates the same from a sample',
    { timeout: 120_000 },
    async () => {
      const { input } = place()
      const whole = await judges(input, { ...common, judge: [labels], n: 10_000 })
      expect(whole.sample.passages).toBe(9260 - 43)
      const part = await judges(input, { ...common, judge: [labels], n: 4000 })
      expect(part.sample.rows).toBeLessThan(30)
      const { low, high } = (part.judges[0] as JudgeReport).figures.f1 as { low: number; high: number }
      const f1 = (whole.judges[0] as JudgeReport).figures.f1.value as number
      expect(low < f1 && f1 < high).toBe(true)
    },
  )

  it('measures an encoder with a threshold that was chosen on other queries', { timeout: 600_000 }, async () => {
    const { input, env, folder } = place()
    // Few queries, since an encoder in this process takes its time.
    const lines = readFileSync(input, 'utf8').split('\n').slice(0, 6)
    const few = join(folder, 'few.jsonl')
    writeFileSync(few, `${lines.join('\n')}\n`)
    const encoder = ENCODER === undefined ? staticFolder() : `hf:${ENCODER}`
    if (ENCODER === undefined)
      process.stderr.write('judges on dl19: a static encoder stands for MiniLM: set WINNOW_TEST_ENCODER\n')
    const report = await judges(few, { ...common, judge: [labels, encoder], positives: true }, { env })
    const [gpt, scorer] = report.judges as [JudgeReport, JudgeReport]
    expect(scorer.kind).toBe('scorer')
    expect(scorer.unread.hits).toBe(0)
    expect(scorer.usdPerThousand).toBe(0)
    expect(scorer.threshold?.isGiven).toBe(false)
    expect(gpt.figures.f1.value).toBeGreaterThan(0)
    if (ENCODER !== undefined) expect(scorer.figures.kappa.value).toBeGreaterThan(0.1)
  })
})
