// How well a judge agrees with gold labels: precision, recall, F1, kappa, PABAK and AC1, each with an interval over rows.
import { agreementOf, type Agreement } from '../statistics/agreement.ts'
import { clusteredIntervals, type FigureOf } from '../statistics/clustered.ts'
import { wilson, type Interval } from '../statistics/intervals.ts'

/** What gold and a judge say of one passage. */
export interface JudgedPassage {
  /** Rows are numbered from 0; the passages of a row are drawn together. */
  row: number
  /** How many rows of the gold its row stands for. */
  weight: number
  isRelevant: boolean
  /** Undefined if the judge's reply could not be read. */
  isCalledRelevant: boolean | undefined
}

/** A figure with its 95% interval. The value is null where it is undefined, the ends also where there are too few rows. */
export interface Figure {
  value: number | null
  low: number | null
  high: number | null
}

export const FIGURES = ['precision', 'recall', 'f1', 'kappa', 'pabak', 'ac1'] as const
export type FigureName = (typeof FIGURES)[number]
export type Figures = Record<FigureName, Figure>

/** Counts: relevant and called so, called relevant wrongly, relevant and missed, rightly passed over. */
type Counts = ArrayLike<number>
const [HITS, FALSE_CALLS, MISSED, PASSED] = [0, 1, 2, 3]

const agreement = (counts: Counts): Agreement =>
  agreementOf([
    [counts[HITS] as number, counts[FALSE_CALLS] as number],
    [counts[MISSED] as number, counts[PASSED] as number],
  ])

/** The share that a figure grows with, and the figure for another value of that share. */
interface Underlying {
  hits(counts: Counts): number
  of(counts: Counts): number
  figure(share: number, counts: Counts): number
}

const sum = (counts: Counts, ...which: number[]) => which.reduce((total, each) => total + (counts[each] as number), 0)

const shareAmong = (of: number[], figure: Underlying['figure'] = (share) => share): Underlying => ({
  hits: (counts) => sum(counts, HITS),
  of: (counts) => sum(counts, ...of),
  figure,
})

const ofAgreement = (figure: Underlying['figure']): Underlying => ({
  hits: (counts) => sum(counts, HITS, PASSED),
  of: (counts) => sum(counts, HITS, FALSE_CALLS, MISSED, PASSED),
  figure,
})

/** Agreement by chance where judge and gold agree on everything, so that both use the categories alike. */
const CHANCE = {
  kappa: (counts: Counts) => 1 - 2 * useIn(counts) * (1 - useIn(counts)),
  ac1: (counts: Counts) => 2 * useIn(counts) * (1 - useIn(counts)),
}

const useIn = (counts: Counts) => (counts[HITS] as number) / sum(counts, HITS, PASSED)

/** Kappa and AC1 for another share of agreement, with chance as it is. */
const beyondChance = (name: 'kappa' | 'ac1') =>
  ofAgreement((share, counts) => {
    const { observed, [name]: value } = agreement(counts)
    if (value === null) return share === 1 ? 1 : NaN
    if (observed === 1) return (share - CHANCE[name](counts)) / (1 - CHANCE[name](counts))
    return 1 - ((1 - value) * (1 - share)) / (1 - observed)
  })

const UNDERLYING: Record<FigureName, Underlying> = {
  precision: shareAmong([HITS, FALSE_CALLS]),
  recall: shareAmong([HITS, MISSED]),
  f1: shareAmong([HITS, FALSE_CALLS, MISSED], (share) => (2 * share) / (1 + share)),
  kappa: beyondChance('kappa'),
  pabak: ofAgreement((share) => 2 * share - 1),
  ac1: beyondChance('ac1'),
}

const valueOf =
  (name: FigureName): FigureOf =>
  (counts) => {
    const { hits, of, figure } = UNDERLYING[name]
    if (of(counts) === 0) return NaN
    if (name === 'kappa' || name === 'pabak' || name === 'ac1') return agreement(counts)[name] ?? NaN
    return figure(hits(counts) / of(counts), counts)
  }

const VALUES = FIGURES.map(valueOf)

/** Returns the figures of a judge over the passages that it read. */
export function figuresOf(passages: readonly JudgedPassage[]): Figures {
  const read = passages.filter(({ isCalledRelevant }) => isCalledRelevant !== undefined)
  const weighted = countsByRow(read, ({ weight }) => weight)
  const intervals = clusteredIntervals(weighted, VALUES)
  const [counts, plain] = [total(weighted), total(countsByRow(read, () => 1))]
  return Object.fromEntries(
    FIGURES.map((name, index) => {
      const value = (VALUES[index] as FigureOf)(counts)
      return [name, figureOf(value, intervals[index], leastInterval(name, counts, plain))]
    }),
  ) as Figures
}

/**
 * Returns the precision of some calls only, such as those of one verdict.
 * @param isAmong whether a call counts, by the place of its passage
 */
export function precisionAmong(passages: readonly JudgedPassage[], isAmong: (index: number) => boolean): Figure {
  const others = (passage: JudgedPassage, index: number) =>
    passage.isCalledRelevant === true && !isAmong(index) ? { ...passage, isCalledRelevant: false } : passage
  return figuresOf(passages.map(others)).precision
}

/** The bootstrap cannot leave a share of 0 or 1: no interval is narrower than that of as many independent passages. */
function leastInterval(name: FigureName, counts: Counts, plain: Counts): Interval {
  const { hits, of, figure } = UNDERLYING[name]
  const items = of(plain)
  const { low, high } = wilson(of(counts) === 0 ? 0 : (items * hits(counts)) / of(counts), items)
  return { low: figure(low, counts), high: figure(high, counts) }
}

function figureOf(value: number, interval: Interval | undefined, least: Interval): Figure {
  if (!Number.isFinite(value)) return { value: null, low: null, high: null }
  if (interval === undefined) return { value, low: null, high: null }
  const ends = [interval.low, interval.high, least.low, least.high].filter(Number.isFinite)
  return { value, low: Math.min(...ends), high: Math.max(...ends) }
}

export interface Difference {
  value: number
  low: number
  high: number
}

/** Returns by how much the F1 of one judge is above that of another on the passages that both read; undefined without an interval. */
export function f1Difference(one: readonly JudgedPassage[], other: readonly JudgedPassage[]): Difference | undefined {
  const isRead = ({ isCalledRelevant }: JudgedPassage) => isCalledRelevant !== undefined
  const both = one.map((each, index) => isRead(each) && isRead(other[index] as JudgedPassage))
  const clusters = [one, other].map((judge) =>
    countsByRow(
      judge.filter((_each, index) => both[index]),
      ({ weight }) => weight,
    ),
  ) as [number[][], number[][]]
  const paired = clusters[0].map((counts, row) => [...counts, ...(clusters[1][row] as number[])])
  const f1 = valueOf('f1')
  const difference: FigureOf = (counts) => f1(counts) - f1(Array.from(counts).slice(PASSED + 1))
  const [interval] = clusteredIntervals(paired, [difference])
  const value = difference(total(paired))
  return interval === undefined || !Number.isFinite(value) ? undefined : { value, ...interval }
}

function countsByRow(passages: readonly JudgedPassage[], weightOf: (passage: JudgedPassage) => number): number[][] {
  const rows = new Map<number, number[]>()
  for (const passage of passages) {
    const { row, isRelevant, isCalledRelevant } = passage
    const counts = rows.get(row) ?? [0, 0, 0, 0]
    const place = isRelevant ? (isCalledRelevant ? HITS : MISSED) : isCalledRelevant ? FALSE_CALLS : PASSED
    counts[place as number] = (counts[place as number] as number) + weightOf(passage)
    rows.set(row, counts)
  }
  return [...rows.values()]
}

const total = (rows: readonly (readonly number[])[]): number[] =>
  rows.reduce<number[]>((sums, row) => row.map((count, index) => count + (sums[index] ?? 0)), [0, 0, 0, 0])
