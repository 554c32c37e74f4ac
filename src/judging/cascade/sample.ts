// The rows that the judge sees before a gate stands: one part fits the gate, another, never the same rows, measures it.
import { unitHash } from '../../base/hash.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import type { CascadePlan, Gate } from '../../method/cascade.ts'
import type { Row } from '../../rows/row.ts'
import { barFor, fewestFlagged, MISSES, mostFirst } from './bar.ts'
import { FEATURES, featuresOf } from './features.ts'
import { fitLogistic, logOdds, type LogisticExample } from './logistic.ts'
import { drawOf, scoreOf, type CascadeRecord } from './record.ts'

/** Of the rows judged first, the share that a learned gate is fitted to. */
const FITTED = 1 / 4
/** Rows of the first round, and how much larger than all before the next may be. */
const FIRST = 100
const GROWTH = 4
/** A sample of no more than this share of the file costs little. */
const LITTLE = 0.1

interface JudgedRow {
  /** Its place in the draw. */
  draw: number
  isFitted: boolean
  isFlagged: boolean
  /** Of a learned gate. */
  features: number[]
  /** Of the other gates; of a learned one, Infinity for a row that is sent whatever its features. */
  score: number
}

const hasFeatures = ({ score }: JudgedRow) => score < Infinity
const exampleOf = ({ features, isFlagged }: JudgedRow): LogisticExample => ({ features, isPositive: isFlagged })

export class CascadeSample {
  readonly #plan: CascadePlan
  readonly #seen = new Map<string, Pick<JudgedRow, 'features' | 'score'>>()
  /** In the order in which their replies came. */
  readonly #judged: JudgedRow[] = []
  #rows = 0

  constructor(plan: CascadePlan) {
    this.#plan = plan
  }

  /** Sends every row, and notes what a gate will know of it. */
  readonly gate: Gate = (row, evidence) => {
    this.#seen.set(row.id, this.#look(row, evidence))
    return undefined
  }

  /** Adds a row with what its judge found. */
  add({ id }: Pick<Row, 'id'>, evidence: readonly Evidence[]): void {
    const { seed, gate, isFlagged } = this.#plan
    const seen = this.#seen.get(id)
    this.#seen.delete(id)
    this.#rows += 1
    const flagged = isFlagged(evidence)
    if (seen === undefined || flagged === undefined) return
    const isFitted = gate === 'learned' && unitHash(`fit ${seed} ${id}`) < FITTED
    this.#judged.push({ ...seen, draw: drawOf(seed, id), isFitted, isFlagged: flagged })
  }

  /**
   * Returns how many rows are to be judged first in all; no more than `taken` if they are enough. How many are flagged decides, never how
   * they score, so that the flagged rows stay a random sample of all flagged rows.
   * @param taken rows judged so far
   * @param total rows of the file
   */
  wanted(taken: number, total: number): number {
    const { rows, recall } = this.#plan
    const most = mostFirst(rows, total)
    if (taken === 0) return Math.min(FIRST, most)
    if (rows !== undefined) return most
    const flagged = this.#judged.filter((each) => !each.isFitted && each.isFlagged).length
    const sizeFor = (misses: number) => {
      const enough = fewestFlagged(recall, misses)
      return flagged >= enough ? taken : Math.ceil(taken * Math.min(GROWTH, (1.05 * enough) / Math.max(1, flagged)))
    }
    const cheap = Math.min(sizeFor(MISSES.cheap), Math.ceil(LITTLE * total))
    return Math.min(most, Math.max(sizeFor(MISSES.least), cheap))
  }

  /** @param drawnUpTo the highest draw among the rows judged */
  conclude(drawnUpTo: number): CascadeRecord {
    const { recall, gate, seed } = this.#plan
    // Sums of decimals depend on their order, and replies come in any.
    const judged = this.#judged.toSorted((a, b) => a.draw - b.draw)
    const fitted = judged.filter(({ isFitted }) => isFitted)
    const measured = judged.filter(({ isFitted }) => !isFitted)
    const model = gate === 'learned' ? fitLogistic(fitted.filter(hasFeatures).map(exampleOf), FEATURES.length) : null
    const scores = measured.map((row) => ({
      score: model && hasFeatures(row) ? logOdds(model, row.features) : row.score,
      isFlagged: row.isFlagged,
    }))
    const { from, flagged, missed } = barFor(scores, recall)
    const sample = {
      rows: this.#rows,
      unread: this.#rows - this.#judged.length,
      fitted: fitted.length,
      measured: measured.length,
      flagged,
      missed,
    }
    return {
      recall,
      gate,
      seed,
      drawnUpTo,
      model,
      bar: from === undefined ? null : Math.min(from, Number.MAX_VALUE),
      sample,
    }
  }

  #look(row: Row, evidence: readonly Evidence[]): Pick<JudgedRow, 'features' | 'score'> {
    const { gate } = this.#plan
    if (gate !== 'learned') return { features: [], score: scoreOf({ gate, model: null }, row, evidence) }
    const isUnread = evidence.some(({ kind }) => kind === 'unread')
    return { features: featuresOf(row, evidence), score: isUnread ? Infinity : 0 }
  }
}
