// node bench/percpos-dl19.ts [SCORER…]: how well percpos identifies the false negatives among the passages found by BM25, judged by the
// human grades of TREC Deep Learning 2019. BM25 is always measured; SCORER is a value of --scorer. The tables are those of
// bench/results/percpos-dl19.md.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { meanOf } from '../src/statistics/mean.ts'
import { nearestRank } from '../src/statistics/quantiles.ts'
import { percposPolicy, PERCPOS_POLICY_DEFAULTS, standingsIn } from '../src/methods/percpos/policy.ts'
import { intervalOf } from '../src/statistics/bootstrap.ts'
import { areaUnderCurve } from '../src/statistics/intervals.ts'
import { unitHash } from '../src/base/hash.ts'
import type { Evidence } from '../src/evidence/evidence.ts'
import { fittedShare } from '../src/statistics/ratios.ts'
import { bm25Retriever } from '../src/search/bm25/bm25.ts'
import { openScorer } from '../src/encoders/models.ts'
import type { Scorer } from '../src/encoders/scorer.ts'
import { openDocumentStore } from '../src/search/store/document-store.ts'
import { BARS, type Bar } from '../src/mining/positive-bar.ts'
import type { Row } from '../src/rows/row.ts'
import { inFolder } from './folder.ts'

const DRAWS = 20
const SEVERAL = 3
const RELEVANT = 2
const POSITIVE = 3
const TARGETS = [0.05, 0.1, 0.2, 0.3]
const SEED = 1

const data = join(process.env['WINNOW_TEST_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'), 'dl19')
const read = (name: string) => {
  const bytes = readFileSync(join(data, name))
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n')
}
const texts = new Map(read('passages.tsv.gz').map((line) => line.split('\t') as [string, string]))

/** A query with the human grades of its passages, and those of the passages that BM25 finds. */
interface Topic {
  id: string
  text: string
  grades: Map<string, number>
  found: string[]
}

function readTopics(): Topic[] {
  const grades = Map.groupBy(
    read('qrels.human.txt').map((line) => line.split(/\s+/) as [string, string, string, string]),
    ([query]) => query,
  )
  const found = Map.groupBy(
    read('bm25-top100.run').map((line) => line.split(/\s+/) as [string, string, string]),
    ([query]) => query,
  )
  return read('queries.tsv').flatMap((line) => {
    const [id = '', text = ''] = line.split('\t')
    const judged = new Map((grades.get(id) ?? []).map(([, , document, grade]) => [document, Number(grade)]))
    const ids = (found.get(id) ?? []).map(([, , document]) => document).filter((document) => judged.has(document))
    const isUsable = [...judged.values()].includes(POSITIVE) && ids.length > 0
    return isUsable ? [{ id, text, grades: judged, found: ids }] : []
  })
}

/**
 * Returns the rows of a topic: the positives are passages of the highest grade, drawn anew for each row; the negatives are all others that
 * BM25 finds.
 */
function rowsOf({ id, text, grades, found }: Topic, positives: number): Row[] {
  const candidates = [...grades].filter(([, grade]) => grade === POSITIVE).map(([document]) => document)
  const passage = (document: string, label: 'positive' | 'negative') => ({
    id: document,
    text: texts.get(document) ?? '',
    label,
    origin: 'given' as const,
  })
  return Array.from({ length: DRAWS }, (_all, draw) => {
    const drawn = candidates.toSorted((a, b) => drawOf(draw, id, a) - drawOf(draw, id, b)).slice(0, positives)
    const negatives = found.filter((document) => !drawn.includes(document))
    return {
      id: `${id} ${draw}`,
      query: text,
      passages: [
        ...drawn.map((document) => passage(document, 'positive')),
        ...negatives.map((document) => passage(document, 'negative')),
      ],
    }
  })
}

const drawOf = (draw: number, topic: string, document: string) => unitHash(`${SEED} ${draw} ${topic} ${document}`)

/** The policy's decisions about the negatives of a topic, over all its rows. */
interface Outcome {
  suspected: number
  right: number
  relevant: number
  negatives: number
}

interface ScoredTopic {
  topic: Topic
  rows: { row: Row; evidence: Evidence[] }[]
}

async function scoreAll(topics: Topic[], scorer: Pick<Scorer, 'score'>, positives: number): Promise<ScoredTopic[]> {
  const all: ScoredTopic[] = []
  for (const topic of topics) {
    const rows = rowsOf(topic, positives)
    const ids = [...new Set(rows.flatMap(({ passages }) => passages.map(({ id }) => id)))]
    const scores = await scorer.score(
      topic.text,
      ids.map((id) => texts.get(id) ?? ''),
    )
    const about = { stage: 'score', model: 'm', prompt: 'p' }
    const evidence = new Map(
      ids.map((id, at): [string, Evidence] => [
        id,
        { kind: 'score', passage: id, ...about, score: scores[at] as number },
      ]),
    )
    all.push({
      topic,
      rows: rows.map((row) => ({ row, evidence: row.passages.map(({ id }) => evidence.get(id) as Evidence) })),
    })
  }
  return all
}

function outcomeAt({ topic, rows }: ScoredTopic, share: number, bar: Bar = 'min'): Outcome {
  const policy = percposPolicy({ ...PERCPOS_POLICY_DEFAULTS, share, bar, whenNoNegativesLeft: 'keep' })
  const isRelevant = (id: string) => (topic.grades.get(id) ?? 0) >= RELEVANT
  const sum: Outcome = { suspected: 0, right: 0, relevant: 0, negatives: 0 }
  for (const { row, evidence } of rows) {
    const negatives = row.passages.filter(({ label }) => label === 'negative')
    const suspected = policy(row, evidence).changes.map(({ passage }) => passage.id)
    sum.suspected += suspected.length
    sum.right += suspected.filter(isRelevant).length
    sum.relevant += negatives.filter(({ id }) => isRelevant(id)).length
    sum.negatives += negatives.length
  }
  return sum
}

const total = (outcomes: Outcome[], key: keyof Outcome) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0)
const share = (part: keyof Outcome, whole: keyof Outcome) => (outcomes: Outcome[]) =>
  total(outcomes, part) / total(outcomes, whole)

const digits = (value: number) => (Number.isFinite(value) ? value.toFixed(2).replace(/^0/, '') : '–')
function withInterval<T>(units: T[], statistic: (sample: T[]) => number): string {
  const { low = NaN, high = NaN } = intervalOf(units, statistic) ?? {}
  return `${digits(statistic(units))} (${digits(low)}–${digits(high)})`
}

/** Returns the lines of the tables about one scorer. */
async function report(name: string, topics: Topic[], scorer: Pick<Scorer, 'score'>): Promise<string[]> {
  const all = await scoreAll(topics, scorer, 1)
  const several = await scoreAll(topics, scorer, SEVERAL)
  const standings = all.map(({ topic, rows }) => ({
    topic,
    reached: rows.flatMap(({ row, evidence }) =>
      standingsIn(row, evidence, 'min').map((standing) => ({
        score: standing.reached,
        isPositive: (topic.grades.get(standing.passage.id) ?? 0) >= RELEVANT,
      })),
    ),
    areas: rows.flatMap(({ row, evidence }) => {
      const items = standingsIn(row, evidence, 'min').map(({ passage, score }) => ({
        score: score.score,
        isPositive: (topic.grades.get(passage.id) ?? 0) >= RELEVANT,
      }))
      return areaUnderCurve(items) ?? []
    }),
  }))
  const within = standings.filter(({ areas }) => areas.length > 0).map(({ areas }) => meanOf(areas))
  const sorted = Float64Array.from(standings.flatMap(({ reached }) => reached.map(({ score }) => score))).sort()
  const across = (units: typeof standings) => areaUnderCurve(units.flatMap(({ reached }) => reached)) ?? NaN
  const quantiles = [0.1, 0.5, 0.9].map((part) => `${(100 * (nearestRank(sorted, part) ?? NaN)).toFixed(1)}%`)
  const shares = [
    { label: '95%', at: 0.95 },
    ...TARGETS.map((target) => {
      const at = fittedShare(sorted, target) as number
      return { label: `${(100 * at).toFixed(2)}%, fitted to ${100 * target}%`, at }
    }),
  ]
  return [
    `| ${name} | AUC within a query ${withInterval(within, meanOf)} · across queries, of shares ${withInterval(standings, across)} | 10%, 50%, 90% of the negatives reach at most ${quantiles.join(', ')} |`,
    ...shares.map(({ label, at }) =>
      tableLine(
        name,
        label,
        all.map((each) => outcomeAt(each, at)),
      ),
    ),
    ...BARS.map((bar) =>
      tableLine(
        name,
        `95% of the ${bar} of ${SEVERAL} positives`,
        several.map((each) => outcomeAt(each, 0.95, bar)),
      ),
    ),
  ]
}

function tableLine(name: string, label: string, outcomes: Outcome[]): string {
  const cells = [
    digits(share('suspected', 'negatives')(outcomes)),
    withInterval(outcomes, share('right', 'suspected')),
    withInterval(outcomes, share('right', 'relevant')),
  ]
  return `| ${name} | ${label} | ${cells.join(' | ')} |`
}

/** Opens BM25 over the judged passages: each that shares a word with the query has a score, the others have 0. */
async function bm25In(folder: string): Promise<Pick<Scorer, 'score' | 'close'>> {
  const documents = [...texts].map(([id, text]) => ({ id, text }))
  const corpus = {
    path: join(data, 'passages.tsv.gz'),
    async *documents(onBytes?: (bytes: Buffer) => void) {
      onBytes?.(Buffer.from(JSON.stringify(documents)))
      yield documents
    },
  }
  const store = await openDocumentStore(corpus, folder)
  const searcher = await bm25Retriever().open(store)
  const idOf = new Map(documents.map(({ id, text }) => [text, id]))
  return {
    score: async (text, passages) => {
      const [hits = []] = await searcher.search([{ id: 'q', text }], store.size)
      const scores = new Map(hits.map(({ id, score }) => [texts.get(id), score]))
      for (const passage of passages) if (!idOf.has(passage)) throw new Error(`no such passage: ${passage}`)
      return passages.map((passage) => scores.get(passage) ?? 0)
    },
    close: async () => {
      await searcher.close()
      store.close()
    },
  }
}

const topics = readTopics()
const base = topics.map((topic) =>
  outcomeAt({ topic, rows: rowsOf(topic, 1).map((row) => ({ row, evidence: [] })) }, 1),
)
process.stdout.write(
  `${topics.length} topics, ${DRAWS} rows each, ${(total(base, 'negatives') / DRAWS / topics.length).toFixed(1)} negatives a row, ` +
    `of which relevant ${withInterval(base, share('relevant', 'negatives'))}\n`,
)
await inFolder(async (folder) => {
  const scorer = await bm25In(folder)
  process.stdout.write(`${(await report('BM25', topics, scorer)).join('\n')}\n`)
  await scorer.close()
})
for (const spec of process.argv.slice(2)) {
  const scorer = await openScorer(spec)
  process.stdout.write(`${(await report(scorer.name, topics, scorer)).join('\n')}\n`)
  await scorer.close()
}
