// Tests whether the texts themselves reveal the source: a probe learns to tell generated from mined on
// some queries and is tested on others.
import { randomFrom } from '../../../base/random.ts'
import { fold } from '../../../likeness/fold.ts'
import { HashTable } from '../../../base/hash-table.ts'
import { aucOf, meanByQuery, type MeanByQuery } from './auc.ts'
import type { Case, BySource } from './case.ts'
import { shuffle, trainLogistic, type Example } from './logistic.ts'
import { featuresOf } from './probe-features.ts'
import { relativesOf } from './relatives.ts'

const FOLDS = 5

export interface ProbeResult extends MeanByQuery {
  rows: number
  /** Rows of folds without anything left to learn from. */
  untested: number
  folds: number
}

interface ProbeText {
  /** Texts that fold to the same text share a number, from 0. */
  content: number
  features: Uint32Array
}

interface ProbeRow extends BySource<ProbeText> {
  query: string
  fold: number
}

/**
 * Returns the mean within-query AUC of a probe's log-odds that a negative is generated. Queries are split into five folds, equal queries
 * into the same one. The probe of a fold learns from the rows of the others, and only from texts that neither occur in the fold nor are
 * related to one that does. In each row, mined and generated negatives have the same total weight.
 * @returns null if nothing could be tested: a single query, or the same texts everywhere
 */
export function probeByText(cases: readonly Case[], seed: number): ProbeResult | null {
  const { rows, relatives } = inFolds(cases, seed)
  const folds = Map.groupBy(rows, (row) => row.fold)
  const tested = [...folds].flatMap(([number, held]) => {
    const examples = examplesFor(knownIn(held, relatives), rows, number)
    if (examples.length === 0) return []
    const scoreOf = trainLogistic(examples, seed + number)
    const scored = (texts: readonly ProbeText[]) => texts.map(({ features }) => scoreOf(features))
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

/** Assigns queries to folds in an order drawn with the seed. */
function inFolds(
  cases: readonly Case[],
  seed: number,
): { rows: ProbeRow[]; relatives: ReturnType<typeof relativesOf> } {
  const queries = cases.map(({ query }) => fold(query))
  const distinct = [...new Set(queries)]
  const order = Uint32Array.from(distinct.keys())
  shuffle(order, randomFrom(seed))
  const foldOf = new Map<string, number>()
  order.forEach((query, at) => foldOf.set(distinct[query] as string, at % FOLDS))
  const { read, texts } = textReader()
  const rows = cases.map(({ mined, generated }, at) => {
    const query = queries[at] as string
    return { query, mined: mined.map(read), generated: generated.map(read), fold: foldOf.get(query) as number }
  })
  return { rows, relatives: relativesOf(texts) }
}

/** Reads each text once; `texts` has one text of each content, in the order of their numbers. */
function textReader(): { read: (text: string) => ProbeText; texts: string[] } {
  const known = new Map<string, ProbeText>()
  const contents = new HashTable()
  const texts: string[] = []
  const read = (text: string) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const content = (contents.setIfNew(fold(text), texts.length + 1) || texts.push(text)) - 1
    const found = { content, features: featuresOf(text) }
    known.set(text, found)
    return found
  }
  return { read, texts }
}

/** Returns the texts that must not be learned from before these rows are tested: their own and related ones. */
function knownIn(held: readonly ProbeRow[], relatives: (content: number) => readonly number[]): Set<number> {
  const contents = new Set(
    held.flatMap(({ mined, generated }) => [...mined, ...generated]).map(({ content }) => content),
  )
  return new Set([...contents].flatMap((content) => [content, ...relatives(content)]))
}

/**
 * Returns the examples of a fold's probe. A row left with only one source is useless for a comparison within its query, and is left out.
 */
function examplesFor(known: ReadonlySet<number>, rows: readonly ProbeRow[], number: number): Example[] {
  return rows.flatMap((row) => {
    if (row.fold === number) return []
    const unknown = (texts: readonly ProbeText[]) => texts.filter(({ content }) => !known.has(content))
    const [mined, generated] = [unknown(row.mined), unknown(row.generated)]
    if (mined.length === 0 || generated.length === 0) return []
    const examplesOf = (texts: readonly ProbeText[], isGenerated: boolean) =>
      texts.map(({ features }) => ({ features, isGenerated, weight: 1 / texts.length }))
    return [...examplesOf(mined, false), ...examplesOf(generated, true)]
  })
}
