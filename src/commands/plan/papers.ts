// The seven datasets of the RLHN paper: what they would cost by Winnow's own estimate, beside what the paper says they did.
import { join } from 'node:path'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { flagOf } from '../../options/options.ts'
import type { PlannedStage } from '../../job/plan/report.ts'
import { plan } from './plan.ts'
import type { PlanInput } from './options.ts'

/** A dataset as in table 1 of the paper (arXiv 2505.16967), and its costs there in US dollars, in batch. */
interface PaperDataset {
  name: string
  rows: number
  positives: number
  negatives: number
  /** Share of rows that the screen flags. */
  sent: number
  cost: { screen: number; judge: number }
  /** Words of a query and of a passage on average: the paper does not say, so those of the collections (BEIR, arXiv 2104.08663, table 1); of FiQA, those of the 25 rows that its authors published with replies. */
  words: { query: number; passage: number }
}

const DATASETS: readonly PaperDataset[] = [
  {
    name: 'MS MARCO',
    rows: 485_823,
    positives: 1.1,
    negatives: 25,
    sent: 0.807,
    cost: { screen: 180, judge: 2432 },
    words: { query: 6, passage: 56 },
  },
  {
    name: 'HotpotQA',
    rows: 84_516,
    positives: 2,
    negatives: 20,
    sent: 0.133,
    cost: { screen: 43, judge: 97 },
    words: { query: 18, passage: 46 },
  },
  {
    name: 'NQ',
    rows: 58_568,
    positives: 1,
    negatives: 98.5,
    sent: 0.55,
    cost: { screen: 37, judge: 345 },
    words: { query: 9, passage: 79 },
  },
  {
    name: 'FEVER',
    rows: 29_096,
    positives: 1.3,
    negatives: 20,
    sent: 0.267,
    cost: { screen: 23, judge: 104 },
    words: { query: 8, passage: 85 },
  },
  {
    name: 'SCIDOCSRR',
    rows: 12_655,
    positives: 1.6,
    negatives: 19.7,
    sent: 0.163,
    cost: { screen: 9, judge: 25 },
    words: { query: 9, passage: 176 },
  },
  {
    name: 'FiQA',
    rows: 5_500,
    positives: 2.6,
    negatives: 15,
    sent: 0.66,
    cost: { screen: 4, judge: 40 },
    words: { query: 11, passage: 183 },
  },
]

const MODELS = { screen: 'gpt-4o-mini', judge: 'gpt-4o' }

/** ArguAna is exempt: nothing is asked about its rows. */
const EXEMPT = { name: 'ArguAna', rows: 4_065 }

/** Passages of a row that are judged, at most. */
const JUDGED = 25

interface Costs {
  screen: number
  judge: number
}

export interface PapersReport {
  models: { screen: string; judge: string }
  datasets: {
    name: string
    rows: number
    calls: Costs
    inputPerCall: Costs
    outputPerCall: Costs
    /** In US dollars, in batch: by this estimate, in the paper, and with the models that were named, online and in batch. */
    usd: Costs
    paper: Costs
    yours: { online: number | null; batch: number | null } | null
  }[]
  exempt: typeof EXEMPT
  total: { usd: Costs; paper: Costs; yours: { online: number | null; batch: number | null } | null }
  yours: { screen: string; judge: string } | null
  assumed: string[]
}

/** Options that it takes, besides both models. */
const USED = ['price', 'batch']

/** @throws UsageError if rows are given, or models that cannot be priced */
export async function papers(inputs: readonly string[], options: PlanInput, hooks: Hooks): Promise<PapersReport> {
  if (inputs.length > 0) {
    throw new UsageError(`--papers takes no rows: it works with the counts of the paper, not with ${inputs[0]}`, {
      hint: 'Plan your own rows without --papers.',
    })
  }
  const { screen, judge, papers: _papers, ...others } = options
  const named = typeof screen === 'string' && typeof judge === 'string' ? { screen, judge } : null
  const unused = Object.keys(others).filter((name) => !USED.includes(name))
  if (named === null) unused.push(...['screen', 'judge'].filter((name) => options[name] !== undefined))
  if (unused.length > 0) {
    hooks.onNotice?.(`--papers goes by the counts of the paper: ${unused.map(flagOf).join(', ')} are not used`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'winnow-'))
  try {
    const datasets: PapersReport['datasets'] = []
    for (const dataset of DATASETS) {
      const file = join(folder, `${dataset.name}.jsonl`)
      await writeFile(file, rowsLike(dataset))
      const stagesOf = async (models: { screen: string; judge: string }) => {
        const settings = {
          promptSet: ['paper'],
          price: others['price'],
          batch: others.batch ?? 'openai',
          ledger: join(folder, 'none.db'),
        }
        const { stages } = await plan(
          [file],
          { ...models, ...settings, confirm: 0, noCheck: true },
          { ...hooks, onNotice: undefined },
          { assumesReplies: true },
        )
        return stages
      }
      datasets.push(recomputed(dataset, await stagesOf(MODELS), named && (await stagesOf(named))))
      hooks.onProgress?.({ what: 'recomputing datasets', done: datasets.length, total: DATASETS.length })
    }
    return { models: MODELS, datasets, exempt: EXEMPT, total: totalOf(datasets), yours: named, assumed: ASSUMED }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const ASSUMED = [
  "Rows, positives, negatives and the shares of rows that go to the judge are the paper's; at most 25 negatives of a row are judged.",
  'Words of queries and passages are the averages of the collections in BEIR (table 1 there), of FiQA those of 25 published rows.',
  'Prompts are those of --prompt-set paper, replies as long as the recorded ones of these models (130 tokens and 47 for each passage), without re-asks.',
  "Prices are today's in batch; those of gpt-4o-mini and gpt-4o have not changed since the paper.",
]

function recomputed(
  dataset: PaperDataset,
  stages: readonly PlannedStage[],
  yours: readonly PlannedStage[] | null,
): PapersReport['datasets'][number] {
  const calls = { screen: dataset.rows, judge: Math.round(dataset.rows * dataset.sent) }
  const each = (name: 'screen' | 'judge', list: readonly PlannedStage[]) =>
    perCall(list.find(({ stage }) => stage === name))
  const ofStages = (show: (stage: 'screen' | 'judge') => number): Costs => ({
    screen: show('screen'),
    judge: show('judge'),
  })
  const sum = (list: readonly PlannedStage[], tariff: 'online' | 'batch') => {
    const [screen, judge] = [each('screen', list)[tariff], each('judge', list)[tariff]]
    return screen === null || judge === null ? null : screen * calls.screen + judge * calls.judge
  }
  return {
    name: dataset.name,
    rows: dataset.rows,
    calls,
    inputPerCall: ofStages((stage) => each(stage, stages).input),
    outputPerCall: ofStages((stage) => each(stage, stages).output),
    usd: ofStages((stage) => (each(stage, stages).batch ?? 0) * calls[stage]),
    paper: dataset.cost,
    yours: yours && { online: sum(yours, 'online'), batch: sum(yours, 'batch') },
  }
}

/** The upper end is that of the largest share of rows, so its parts are in proportion. */
function perCall(stage: PlannedStage | undefined) {
  const calls = stage?.calls.high ?? 0
  const of = (figure: { high: number } | null | undefined) => (figure ? figure.high / Math.max(1, calls) : null)
  return {
    input: Math.round(of(stage?.input) ?? 0),
    output: Math.round(of(stage?.output) ?? 0),
    online: of(stage?.usd.online),
    batch: of(stage?.usd.batch),
  }
}

function totalOf(datasets: PapersReport['datasets']): PapersReport['total'] {
  const sum = (show: (dataset: PapersReport['datasets'][number]) => number | null | undefined) =>
    datasets.reduce<number | null>((total, each) => {
      const value = show(each)
      return total === null || value === null || value === undefined ? null : total + value
    }, 0)
  const costs = (name: 'usd' | 'paper') => ({
    screen: sum((each) => each[name].screen) ?? 0,
    judge: sum((each) => each[name].judge) ?? 0,
  })
  const yours = datasets.every((each) => each.yours !== null)
    ? { online: sum((each) => each.yours?.online), batch: sum((each) => each.yours?.batch) }
    : null
  return { usd: costs('usd'), paper: costs('paper'), yours }
}

const ROWS = 20

/** Rows of made-up text with as many passages and words as the dataset has on average. */
function rowsLike({ name, positives, negatives, words }: PaperDataset): string {
  const texts = (count: number, row: string, kind: string) =>
    Array.from({ length: count }, (_each, at) => `${kind} ${at} of ${row}: ${wordsOf(words.passage - 4, at)}`)
  const rows = Array.from({ length: ROWS }, (_each, index) => {
    const row = `${index}`
    const about = (average: number) => Math.floor(average + (index + 0.5) / ROWS)
    return {
      query: `${wordsOf(words.query - 1, index)} ${row}`,
      pos: texts(about(positives), row, 'positive'),
      neg: texts(Math.min(JUDGED, about(negatives)), row, 'negative'),
      dataset: name,
    }
  })
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** Plain English of so many words. */
function wordsOf(count: number, from: number): string {
  const words = PROSE.split(' ')
  return Array.from({ length: Math.max(1, count) }, (_each, at) => words[(from * 7 + at) % words.length]).join(' ')
}

const PROSE =
  'The interest that a bank pays on savings depends on how long the money stays there and on what the central bank charges for loans. ' +
  'When prices rise faster than the rate on deposits, the value of what is saved falls, although the number in the account grows. ' +
  'Many people therefore keep only a reserve for six months in cash and put the rest into funds that follow a broad market index, ' +
  'whose yearly returns vary widely but have been higher over periods of fifteen years or more. Taxes and fees differ between countries.'
