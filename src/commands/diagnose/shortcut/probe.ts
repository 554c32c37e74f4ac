// Tests whether the texts themselves reveal the source: a probe learns to tell generated from mined on
// some queries and is tested on others.
import { randomFrom } from '../../../base/random.ts'
import { fold } from '../../../likeness/fold.ts'
import { aucOf, meanByQuery, type MeanByQuery } from './auc.ts'
import type { BySource } from './case.ts'
import type { Cases } from './case-store.ts'
import { shuffle, trainLogistic, type Example } from './logistic.ts'
import { ProbeTexts } from './probe-texts.ts'
import { relativesOf } from './relatives.ts'

const FOLDS = 5

export interface ProbeResult extends MeanByQuery {
  rows: number
  /** Rows of folds without anything left to learn from. */
  untested: number
  folds: number
}

/** A row, with the numbers of its texts. */
interface ProbeRow extends BySource<number> {
  query: string
  fold: number
}

/**
 * Returns the mean within-query AUC of a probe's log-odds that a negative is generated. Queries are split into five folds, equal queries
 * into the same one. The probe of a fold learns from the rows of the others, and only from texts that neither occur in the fold nor are
 * related to one that does. In each row, mined and generated negatives have the same total weight.
 * @returns null if nothing could be tested: a single query, or the same texts everywhere
 */
export function probeByText(cases: Cases, seed: number): ProbeResult | null {
  const texts = new ProbeTexts()
  try {
    return probe(rowsInFolds(cases, texts, seed), texts, relativesOf(contentsIn(cases, texts), texts.characters), seed)
  } finally {
    texts.close()
  }
}

function probe(rows: ProbeRow[], texts: ProbeTexts, relatives: Relatives, seed: number): ProbeResult | null {
  const folds = Map.groupBy(rows, (row) => row.fold)
  const tested = [...folds].flatMap(([number, held]) => {
    const examples = examplesFor(knownIn(held, texts, relatives), rows, texts, number)
    if (examples.length === 0) return []
    const scoreOf = trainLogistic(examples, (text) => texts.featuresOf(text), seed + number)
    const scored = (of: readonly number[]) => of.map((text) => scoreOf(texts.featuresOf(text)))
    return held.map(({ query, mined, generated }) => ({
      query,
      auc: aucOf({ mined: scored(mined), generated: scored(generated) }),
    }))
  })
  if (tested.length === 0) return null
  const [queries, values] = [tested.map(({ query }) => query), tested.map(({ auc }) => auc)]
  return {
    ...meanByQuery(queries, values),
    rows: tested.length,
    untested: rows.length - tested.length,
    folds: folds.size,
  }
}

type Relatives = ReturnType<typeof relativesOf>

/** Assigns queries to folds in an order drawn with the seed, and numbers the texts. */
function rowsInFolds(cases: Cases, texts: ProbeTexts, seed: number): ProbeRow[] {
  const rows = Array.from(cases, ({ query, mined, generated }) => {
    const numbers = (of: readonly string[]) => of.map((text) => texts.add(text))
    return { query: fold(query), mined: numbers(mined), generated: numbers(generated), fold: 0 }
  })
  const distinct = [...new Set(rows.map(({ query }) => query))]
  const order = Uint32Array.from(distinct.keys())
  shuffle(order, randomFrom(seed))
  const foldOf = new Map<string, number>()
  order.forEach((query, at) => foldOf.set(distinct[query] as string, at % FOLDS))
  for (const row of rows) row.fold = foldOf.get(row.query) as number
  return rows
}

/** Yields a text of each content, in the order of their numbers. */
function* contentsIn(cases: Cases, texts: ProbeTexts): Generator<string> {
  let next = 0
  for (const { mined, generated } of cases) {
    for (const text of [...mined, ...generated]) {
      if (texts.contentOf(texts.add(text)) !== next) continue
      yield text
      next += 1
    }
  }
}

/** Returns the texts that must not be learned from before these rows are tested: their own and related ones. */
function knownIn(held: readonly ProbeRow[], texts: ProbeTexts, relatives: Relatives): Set<number> {
  const all = held.flatMap(({ mined, generated }) => [...mined, ...generated])
  const contents = new Set(all.map((text) => texts.contentOf(text)))
  return new Set([...contents].flatMap((content) => [content, ...relatives(content)]))
}

/**
 * Returns the examples of a fold's probe. A row left with only one source is useless for a comparison within its query, and is left out.
 */
function examplesFor(
  known: ReadonlySet<number>,
  rows: readonly ProbeRow[],
  texts: ProbeTexts,
  number: number,
): Example[] {
  return rows.flatMap((row) => {
    if (row.fold === number) return []
    const unknown = (of: readonly number[]) => of.filter((text) => !known.has(texts.contentOf(text)))
    const [mined, generated] = [unknown(row.mined), unknown(row.generated)]
    if (mined.length === 0 || generated.length === 0) return []
    const examplesOf = (of: readonly number[], isGenerated: boolean) =>
      of.map((text) => ({ text, isGenerated, weight: 1 / of.length }))
    return [...examplesOf(mined, false), ...examplesOf(generated, true)]
  })
}
