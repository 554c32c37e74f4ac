// node bench/cascade.ts [ENCODER]: what --recall .95 saves of the judge's calls, and how often its promise is kept; with ENCODER, by its
// scores. The labels are those of real
// judges: GPT-4o's replies in data/rlhn, and its grades of the passages of TREC Deep Learning 2019. ENCODER is a value of --gate-model. The
// tables are those of bench/results/cascade.md.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { codeOf } from '../src/base/hash.ts'
import { randomFrom } from '../src/base/random.ts'
import { openEncoder } from '../src/encoders/models.ts'
import type { Evidence } from '../src/evidence/evidence.ts'
import { featuresOf, FEATURES } from '../src/judging/cascade/features.ts'
import { fitLogistic, logOdds } from '../src/judging/cascade/logistic.ts'
import { readReasoned } from '../src/methods/rlhn/reasoned.ts'
import { rlhnPrompt } from '../src/methods/rlhn/prompt.ts'
import type { CascadePlan } from '../src/method/cascade.ts'
import { labelled, type Passage, type Row } from '../src/rows/row.ts'
import { meanOf } from '../src/statistics/mean.ts'
import { takeThrough, type GatedRow } from '../test/support/gated-file.ts'

const RECALL = 0.95
const FILES = 5
const SIZES = [2_000, 10_000, 40_000]

const folder = process.env['WINNOW_TEST_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
const linesOf = (...path: string[]): string[] => {
  const bytes = readFileSync(join(folder, ...path))
  return (path.at(-1)?.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n')
}
const passageOf = (id: string, text: string, label: 'positive' | 'negative'): Passage => ({
  id,
  text,
  label,
  origin: 'given',
})

interface Shown {
  file: string
  gate: CascadePlan['gate']
  hasScorer: boolean
  draw: (size: number, random: () => number) => GatedRow[]
}

/** Prints a line for each size of a file: means over files that are drawn anew. */
async function show({ file, gate, hasScorer, draw }: Shown): Promise<void> {
  for (const size of SIZES) {
    const taken: Awaited<ReturnType<typeof takeThrough>>[] = []
    for (let index = 0; index < FILES; index++) {
      const rows = draw(size, randomFrom(codeOf(`${file} ${size} ${index}`)[0]))
      const plan: CascadePlan = {
        recall: RECALL,
        gate,
        hasScorer,
        stage: 'judge',
        rows: undefined,
        seed: index,
        isFlagged,
      }
      taken.push(await takeThrough(rows, plan))
    }
    const mean = (of: (each: (typeof taken)[number]) => number) => meanOf(taken.map(of)).toFixed(3)
    const promised = taken.filter(({ record }) => record.bar !== null)
    const kept = promised.filter(({ recall }) => recall >= RECALL)
    const cells = [
      file,
      size.toLocaleString('en'),
      mean((each) => each.flagged),
      `${promised.length} of ${FILES}`,
      `${kept.length} of ${promised.length}`,
      mean(({ recall }) => recall),
      mean(({ first }) => first),
      mean(({ sent }) => sent),
    ]
    process.stdout.write(`| ${cells.join(' | ')} |\n`)
  }
}

const isFlagged = (evidence: readonly Evidence[]) =>
  evidence.some((item) => item.kind === 'verdict' && item.stage === 'judge' && item.verdict !== 'irrelevant')

const verdict = (stage: string, passage: string, said: string): Evidence => {
  return { kind: 'verdict', stage, model: 'm', prompt: 'p', passage, verdict: said }
}
const scoreOf = (passage: string, score: number): Evidence => {
  return { kind: 'score', stage: 'score', model: 'm', prompt: 'p', passage, score }
}

interface Recorded {
  query_id: string
  query: string
  response: string
  positive_passages: { docid: string; text: string }[]
  negative_passages: { docid: string; text: string }[]
}

/** The rows of data/rlhn with what their screen and judge said. A row that the screen cleared was never shown to the judge: it counts as not flagged. */
function rlhnRows(): GatedRow[] {
  const read = (name: string) => linesOf('rlhn', name).map((line) => JSON.parse(line) as Recorded)
  const judged = new Map(read('fiqa.stage_2.gpt-4o.jsonl').map((row) => [row.query_id, row]))
  return read('fiqa.stage_1.gpt-4o-mini.jsonl').map((recorded) => {
    const row: Row = {
      id: recorded.query_id,
      query: recorded.query,
      passages: [
        ...recorded.positive_passages.map(({ docid, text }) => passageOf(docid, text, 'positive')),
        ...recorded.negative_passages.map(({ docid, text }) => passageOf(docid, text, 'negative')),
      ],
    }
    const second = judged.get(row.id)
    const found = second ? verdictsIn(row, second.response, 'judge') : []
    return { row, before: verdictsIn(row, recorded.response, 'screen'), isFlagged: isFlagged(found) }
  })
}

function verdictsIn(row: Row, response: string, stage: 'screen' | 'judge'): Evidence[] {
  const documents = labelled(row, 'negative')
  const { better, worse } = readReasoned(response, documents, rlhnPrompt(stage).form)
  return documents.map(({ id }, at) =>
    verdict(stage, id, better.includes(at + 1) ? 'better' : worse.includes(at + 1) ? 'worse' : 'irrelevant'),
  )
}

/** Files of rows like those, drawn with repetition. The score of each comes from a gate that was fitted to the 24 others. */
async function showRlhn(): Promise<void> {
  const rows = rlhnRows()
  const examples = rows.map(({ row, before, isFlagged: isPositive }) => ({
    features: featuresOf(row, before),
    isPositive,
  }))
  const scores = examples.map(({ features }, at) =>
    logOdds(fitLogistic(examples.toSpliced(at, 1), FEATURES.length), features),
  )
  const drawFrom = (beforeOf: (at: number) => Evidence[]) => (size: number, random: () => number) =>
    Array.from({ length: size }, (_all, index): GatedRow => {
      const at = Math.floor(random() * rows.length)
      const { row, isFlagged: is } = rows[at] as GatedRow
      const [negative] = labelled(row, 'negative') as [Passage]
      return { row: { ...row, id: `${row.id} ${index}`, passages: [negative] }, before: beforeOf(at), isFlagged: is }
    })
  const negativeOf = (at: number) => (labelled((rows[at] as GatedRow).row, 'negative') as [Passage])[0].id
  const learned = drawFrom((at) => [scoreOf(negativeOf(at), scores[at] as number)])
  const screened = drawFrom((at) => (rows[at] as GatedRow).before)
  await show({ file: 'data/rlhn, learned', gate: 'scorer', hasScorer: true, draw: learned })
  await show({ file: 'data/rlhn, screen', gate: 'screen', hasScorer: false, draw: screened })
}

/** How the negatives of a row are drawn: how many are of the query's own candidates, by chance, and how many of other queries'. */
interface Mixture {
  own: (random: () => number) => number
  all: number
}

const MIXTURES: Record<string, Mixture> = {
  'DL19, one BM25 negative in 28% of the rows': { own: (random) => (random() < 0.28 ? 1 : 0), all: 4 },
  'DL19, four BM25 negatives in every row': { own: () => 4, all: 4 },
}

interface Topic {
  id: string
  query: string
  positives: string[]
  candidates: string[]
  relevant: Set<string>
}

const textOf = new Map(linesOf('dl19', 'passages.tsv.gz').map((line) => line.split('\t') as [string, string]))

/** @returns topics whose candidates are the passages that BM25 finds and that were judged */
function topicsOf(): Topic[] {
  const grades = (name: string) =>
    Map.groupBy(
      linesOf('dl19', name).map((line) => line.split(/\s+/) as [string, string, string, string]),
      ([query]) => query,
    )
  const [human, judge, found] = [grades('qrels.human.txt'), grades('labels.gpt-4o.txt'), grades('bm25-top100.run')]
  return linesOf('dl19', 'queries.tsv').flatMap((line) => {
    const [id = '', query = ''] = line.split('\t')
    const judged = new Map((judge.get(id) ?? []).map(([, , passage, grade]) => [passage, Number(grade)]))
    const positives = (human.get(id) ?? []).flatMap(([, , passage, grade]) => (grade === '3' ? [passage] : []))
    const candidates = (found.get(id) ?? []).map(([, , passage]) => passage).filter((each) => judged.has(each))
    const relevant = new Set([...judged].flatMap(([passage, grade]) => (grade >= 2 ? [passage] : [])))
    return positives.length > 0 && candidates.length > 0 ? [{ id, query, positives, candidates, relevant }] : []
  })
}

const topics = topicsOf()

function drawTopics({ own, all }: Mixture, scores: Map<string, number> | undefined) {
  return (size: number, random: () => number) =>
    Array.from({ length: size }, (_all, index): GatedRow => {
      const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
      const topic = one(topics)
      const positive = one(topic.positives)
      const negatives = new Set<string>()
      const many = own(random)
      const isFree = (id: string) => id !== positive && !negatives.has(id)
      for (let tries = 0; negatives.size < many && tries < 1_000; tries++) {
        const id = one(topic.candidates)
        if (isFree(id)) negatives.add(id)
      }
      while (negatives.size < all) {
        const other = one(topics)
        const id = one(other.candidates)
        if (other !== topic && isFree(id) && !topic.relevant.has(id)) negatives.add(id)
      }
      const ids = [positive, ...negatives]
      const row: Row = {
        id: String(index),
        query: topic.query,
        passages: ids.map((id, at) => passageOf(id, textOf.get(id) ?? '', at === 0 ? 'positive' : 'negative')),
      }
      const before = [...negatives].flatMap((id) => {
        const score = scores?.get(`${topic.id} ${id}`)
        return score === undefined ? [] : [scoreOf(id, score)]
      })
      return { row, before, isFlagged: [...negatives].some((id) => topic.relevant.has(id)) }
    })
}

/** The score of every passage for every topic, by an encoder. */
async function scoresBy(name: string): Promise<Map<string, number>> {
  const encoder = await openEncoder(name)
  const lengthOf = (id: string) => textOf.get(id)?.length ?? 0
  const ids = [...new Set(topics.flatMap(({ candidates }) => candidates))].toSorted((a, b) => lengthOf(a) - lengthOf(b))
  const vectorsOf = async (texts: string[], kind: 'query' | 'passage') => {
    const vectors: Float32Array[] = []
    for (let start = 0; start < texts.length; start += 64) {
      const some = texts.slice(start, start + 64)
      const flat = await encoder.encode(some, kind)
      some.forEach((_text, at) => vectors.push(flat.subarray(at * encoder.dimensions, (at + 1) * encoder.dimensions)))
    }
    return vectors
  }
  const passages = await vectorsOf(
    ids.map((id) => textOf.get(id) ?? ''),
    'passage',
  )
  const queries = await vectorsOf(
    topics.map(({ query }) => query),
    'query',
  )
  await encoder.close()
  const product = (one: Float32Array, other: Float32Array) =>
    one.reduce((sum, each, at) => sum + each * (other[at] ?? 0), 0)
  return new Map(
    topics.flatMap(({ id }, topic) =>
      passages.map((passage, at): [string, number] => [
        `${id} ${ids[at]}`,
        product(queries[topic] as Float32Array, passage),
      ]),
    ),
  )
}

process.stdout.write('| file | rows | flagged | promised | kept | recall | judged first | sent in all |\n')
process.stdout.write('| --- | --: | --: | --: | --: | --: | --: | --: |\n')
const [encoder] = process.argv.slice(2)
if (encoder === undefined) {
  await showRlhn()
  for (const [name, mixture] of Object.entries(MIXTURES)) {
    await show({ file: `${name}, learned`, gate: 'learned', hasScorer: false, draw: drawTopics(mixture, undefined) })
  }
} else {
  const scores = await scoresBy(encoder)
  for (const [name, mixture] of Object.entries(MIXTURES)) {
    const draw = drawTopics(mixture, scores)
    await show({ file: `${name}, scorer`, gate: 'scorer', hasScorer: true, draw })
    await show({ file: `${name}, learned with the scorer`, gate: 'learned', hasScorer: true, draw })
  }
}
