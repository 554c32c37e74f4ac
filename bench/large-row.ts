// The cost of one row with very many negatives: ten times as many should take ten times as long, not a hundred times.
import { explainPassages } from '../src/browse/explained-passages.ts'
import type { Decision } from '../src/policy/policy.ts'
import { ARHN_POLICY_DEFAULTS, anchorsIn, arhnPolicy } from '../src/methods/arhn/policy.ts'
import { PERCPOS_POLICY_DEFAULTS, percposPolicy } from '../src/methods/percpos/policy.ts'
import { RLHN_POLICY_DEFAULTS, rlhnPolicy } from '../src/methods/rlhn/policy.ts'
import {
  largeRow,
  ranksOf,
  score,
  unjudged,
  verdictOf,
  type KnownPassage,
  type LargeRow,
} from '../test/support/large-row.ts'
import { atMost, counted, type Benchmark, type Figure } from './benchmark.ts'
import { madeUpTexts } from './made-up-text.ts'
import { median } from './measure.ts'

const SIZES = [1_000, 10_000, 100_000]
const TURNS = 5
/** Leaves room for the cost of memory that no longer fits into a cache; quadratic work would cost ten times as much. */
const MOST = 3
const WORDS = 30

interface Contender {
  what: string
  /** Creates a row with evidence about each passage. */
  rowOf(size: number): LargeRow
  work(large: LargeRow): unknown
}

const dropping = { ...RLHN_POLICY_DEFAULTS, maxFalseNegatives: Infinity, beyond: 'drop' } as const
const decideRanked = ({ row, evidence }: LargeRow): Decision => arhnPolicy(ARHN_POLICY_DEFAULTS)(row, evidence)

const CONTENDERS: readonly Contender[] = [
  {
    what: 'rlhn: all but a few not asked about, and taken out',
    rowOf: (size) => ofNegatives(withTexts(size, unjudged)),
    work: ({ row, evidence }) => rlhnPolicy(dropping)(row, evidence),
  },
  {
    what: 'rlhn: all relabelled',
    rowOf: (size) => ofNegatives(withTexts(size, verdictOf('judge', 'better'))),
    work: ({ row, evidence }) => rlhnPolicy(dropping)(row, evidence),
  },
  { what: 'arhn: all ranked in windows, half of them relabelled', rowOf: ranked, work: decideRanked },
  {
    what: 'percpos: half of them suspected',
    rowOf: (size) => withTexts(size, score),
    work: ({ row, evidence }) => percposPolicy(PERCPOS_POLICY_DEFAULTS)(row, evidence),
  },
  {
    what: 'arhn, decided and explained',
    rowOf: ranked,
    work: (large) => {
      const { row, evidence } = large
      explainPassages(row, evidence, decideRanked(large), anchorsIn(row, evidence, 'best'))
    },
  },
]

export const largeRows: Benchmark = {
  name: 'large-row',
  summary: `milliseconds for one row of ${SIZES.map(counted).join(', ')} negatives`,
  run: async (scale, note) => CONTENDERS.map((contender) => figureOf(contender, scale, note)),
}

function figureOf({ what, rowOf, work }: Contender, scale: number, note: (text: string) => void): Figure {
  note(what)
  const times = SIZES.map((size) => timeOf(() => rowOf(Math.round(size * scale)), work))
  const [, small = NaN, large = NaN] = times
  return {
    what,
    value: `${times.map((time) => time.toFixed(1)).join(' · ')} ms`,
    target: atMost(Number((large / small / 10).toFixed(2)), MOST),
  }
}

/** Returns the time of work. Each turn has its own row, so that nothing remembered about a row helps the next turn. */
function timeOf(rowOf: () => LargeRow, work: (large: LargeRow) => unknown): number {
  const times = Array.from({ length: TURNS + 1 }, () => {
    const large = rowOf()
    const started = performance.now()
    work(large)
    return performance.now() - started
  })
  return median(times.slice(1))
}

function withTexts(size: number, known: KnownPassage): LargeRow {
  const text = madeUpTexts(1)
  return largeRow(size, () => text(WORDS, WORDS), [known])
}

/** RLHN gives no evidence about positives. */
const ofNegatives = ({ row, evidence }: LargeRow): LargeRow => ({ row, evidence: evidence.slice(1) })

function ranked(size: number): LargeRow {
  const { row, evidence } = withTexts(size, verdictOf('extract', 'answers'))
  return { row, evidence: [...evidence, ...ranksOf(row)] }
}
