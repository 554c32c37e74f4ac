// The cascade of a run once it is measured: the gate and its bar. It is kept with the run, so that deciding again sends the same rows.
import { unitHash } from '../../base/hash.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import type { CascadePlan, Gate } from '../../method/cascade.ts'
import { labelled, type Row } from '../../rows/row.ts'
import { featuresOf } from './features.ts'
import { logOdds, type LogisticModel } from './logistic.ts'

/** As JSON values. */
export interface CascadeRecord {
  recall: number
  gate: CascadePlan['gate']
  seed: number
  /** Rows whose draw is at most this were judged first, whatever their score. */
  drawnUpTo: number
  /** Null for a gate that is not learned. */
  model: LogisticModel | null
  /** Rows with at least this score are sent; null if nothing can be promised, so that every row is sent. */
  bar: number | null
  sample: CascadeCounts
}

/** The rows that were judged first. */
interface CascadeCounts {
  rows: number
  /** Rows whose replies could not all be read, or that the judge was not asked about: they count nowhere. */
  unread: number
  /** Rows that the gate was fitted to: they say nothing of how well it does. */
  fitted: number
  /** Rows that the bar was chosen with, those of them that the judge flagged, and the flagged ones below the bar. */
  measured: number
  flagged: number
  missed: number
}

/** Every row has its place in the draw, which depends on its id alone: the rows of the lowest draws are a simple random sample. */
export const drawOf = (seed: number, id: string): number => unitHash(`cascade ${seed} ${id}`)

/** Whether a row was judged first. */
const isDrawn = ({ seed, drawnUpTo }: CascadeRecord, { id }: Pick<Row, 'id'>): boolean => drawOf(seed, id) <= drawnUpTo

export function gateOf(record: CascadeRecord): Gate {
  const { bar } = record
  return (row, evidence) => {
    if (bar === null || isDrawn(record, row)) return undefined
    const score = scoreOf(record, row, evidence)
    if (score >= bar) return undefined
    return `not sent to the judge: the gate gave the row ${score.toFixed(2)}, below ${bar.toFixed(2)}`
  }
}

/**
 * Returns the score of a row: the higher, the more likely that the judge flags it. Infinity if a model that the gate depends on could not be
 * read, since nothing unread clears a row.
 */
export function scoreOf(
  { gate, model }: Pick<CascadeRecord, 'gate' | 'model'>,
  row: Row,
  evidence: readonly Evidence[],
): number {
  if (evidence.some(({ kind }) => kind === 'unread')) return Infinity
  if (gate === 'screen')
    return evidence.filter((item) => item.kind === 'verdict' && item.verdict !== 'irrelevant').length
  if (gate === 'scorer') return bestScore(row, evidence)
  return model === null ? Infinity : logOdds(model, featuresOf(row, evidence))
}

/** The score of the best negative. */
function bestScore(row: Row, evidence: readonly Evidence[]): number {
  const scores = new Map(evidence.flatMap((item) => (item.kind === 'score' ? [[item.passage, item.score]] : [])))
  return Math.max(...labelled(row, 'negative').map(({ id }) => scores.get(id) ?? Infinity))
}
