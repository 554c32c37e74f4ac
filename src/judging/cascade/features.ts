// What is known about a row before its judge sees it, as numbers: how near its negatives come to the query and to the positives in their
// words, the scores that the file or a scorer gives them, and what the screen said.
import type { Evidence } from '../../evidence/evidence.ts'
import { fold } from '../../likeness/fold.ts'
import { labelled, titleAndText, type Row } from '../../rows/row.ts'

export const FEATURES = [
  'best-query',
  'best-positive',
  'best-both',
  'best-margin',
  'negatives',
  'best-file-score',
  'file-score-margin',
  'best-score',
  'score-margin',
  'screen-better',
  'screen-worse',
] as const

/** Returns one number per feature; 0 for what a row does not have. */
export function featuresOf(row: Row, evidence: readonly Evidence[]): number[] {
  return [...wordFeatures(row), ...fileFeatures(row), ...scoreFeatures(row, evidence), ...screenFeatures(evidence)]
}

/** Letters and digits, and each ideograph or syllable of scripts that are written without spaces. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu
/** Letters of a word that count: they stand for its stem, in any language. */
const STEM = 7
const wordsOf = (text: string): Set<string> =>
  new Set((fold(text).match(WORD) ?? []).map((word) => word.slice(0, STEM)))

/** Words of every passage of the row tell little, and those of few passages tell much: the weights of BM25 within the row. */
function wordFeatures(row: Row): number[] {
  const query = wordsOf(row.query)
  const positives = labelled(row, 'positive').map((each) => wordsOf(titleAndText(each)))
  const negatives = labelled(row, 'negative').map((each) => wordsOf(titleAndText(each)))
  const passages = [...positives, ...negatives]
  const holders = new Map<string, number>()
  for (const words of passages) for (const word of words) holders.set(word, (holders.get(word) ?? 0) + 1)
  const weightOf = (word: string) => {
    const held = holders.get(word) ?? 0
    return Math.log(1 + (passages.length - held + 0.5) / (held + 0.5))
  }
  const weigh = (words: Iterable<string>) => {
    let sum = 0
    for (const word of words) sum += weightOf(word)
    return sum
  }
  const total = weigh(query)
  const toQuery = (words: Set<string>) => (total === 0 ? 0 : weigh(query.intersection(words)) / total)
  const weights = new Map(passages.map((words) => [words, weigh(words)]))
  const toPositive = (words: Set<string>) =>
    highest(
      positives.map((positive) => {
        const product = (weights.get(words) ?? 0) * (weights.get(positive) ?? 0)
        return product === 0 ? 0 : weigh(positive.intersection(words)) / Math.sqrt(product)
      }),
    )
  const near = negatives.map((words) => ({ query: toQuery(words), positive: toPositive(words) }))
  const bestQuery = highest(near.map(({ query: each }) => each))
  return [
    bestQuery,
    highest(near.map(({ positive }) => positive)),
    highest(near.map((each) => each.query + each.positive)),
    bestQuery - highest(positives.map(toQuery)),
    Math.log1p(negatives.length),
  ]
}

const highest = (values: readonly number[]) => (values.length === 0 ? 0 : Math.max(...values))

/** The scores that the file brings for its passages, if it does for all of them. */
function fileFeatures(row: Row): number[] {
  const scores = (label: 'positive' | 'negative') => labelled(row, label).map(({ score }) => score)
  const [positives, negatives] = [scores('positive'), scores('negative')]
  if ([...positives, ...negatives].some((score) => score === undefined)) return [0, 0]
  const best = highest(negatives as number[])
  return [best, best - highest(positives as number[])]
}

function scoreFeatures(row: Row, evidence: readonly Evidence[]): number[] {
  const scores = new Map(evidence.flatMap((item) => (item.kind === 'score' ? [[item.passage, item.score]] : [])))
  if (scores.size === 0) return [0, 0]
  const of = (label: 'positive' | 'negative') => highest(labelled(row, label).flatMap(({ id }) => scores.get(id) ?? []))
  return [of('negative'), of('negative') - of('positive')]
}

const SCREEN = 'screen'

function screenFeatures(evidence: readonly Evidence[]): number[] {
  const said = (verdict: string) =>
    evidence.filter((item) => item.kind === 'verdict' && item.stage === SCREEN && item.verdict === verdict).length
  return [said('better'), said('worse')]
}
