// Where false negatives were found, counted while the rows of a run are decided: per dataset, and per rank of the negative. What it keeps
// does not grow with the file.
import type { DecidedRow } from '../../policy/decided.ts'
import { labelled } from '../../rows/row.ts'
import { isByModel } from '../changes/listed-change.ts'

export interface PlaceCount {
  negatives: number
  found: number
}

/** The most datasets that are told apart, and the most ranks. */
const [DATASETS, RANKS] = [1000, 50]
/** Datasets beyond those. */
const OTHER_DATASETS = 'other datasets'

/** A row that was dropped or could not be decided, and why. */
export interface LeftRow {
  line: number
  row: string
  query: string
  reason: string
}

/** Rows of each outcome that are kept as examples. */
const EXAMPLES = 12

export class PlaceCounts {
  /** By dataset; null for rows that name none. */
  readonly datasets = new Map<string | null, PlaceCount>()
  /** By rank of the negative in its row, from 1; without the rows that were dropped. */
  readonly ranks: PlaceCount[] = []
  /** Negatives found relevant, as far as they did not move. */
  readonly unmoved = { dropped: 0, others: 0 }
  /** Negatives that moved because a model found them relevant. */
  readonly moved = { positive: 0, removed: 0 }
  /** Stages whose verdicts moved negatives. */
  readonly stages = new Set<string>()
  readonly dropped: LeftRow[] = []
  readonly undecided: LeftRow[] = []

  add(decided: DecidedRow): void {
    const { entry, decision } = decided
    const { row } = entry
    const negatives = labelled(row, 'negative')
    const moves = decision.changes.filter(({ from, stage }) => from === 'negative' && isByModel(stage))
    const toPositive = moves.filter(({ to }) => to === 'positive').length
    for (const { stage } of moves) this.stages.add(stage)
    this.moved.positive += decision.outcome === 'dropped' ? 0 : toPositive
    this.moved.removed += decision.outcome === 'dropped' ? 0 : moves.length - toPositive
    if (decision.outcome === 'dropped') this.unmoved.dropped += decision.falseNegatives
    else this.unmoved.others += Math.max(0, decision.falseNegatives - moves.length)
    bumpPlace(this.#dataset(row.dataset ?? null), negatives.length, decision.falseNegatives)
    if (decision.outcome !== 'dropped') {
      const found = new Set(moves.map(({ passage }) => passage.id))
      negatives
        .slice(0, RANKS)
        .forEach(({ id }, at) => bumpPlace((this.ranks[at] ??= none()), 1, found.has(id) ? 1 : 0))
    }
    this.#keep(decided)
  }

  #dataset(name: string | null): PlaceCount {
    const key = this.datasets.size < DATASETS || this.datasets.has(name) ? name : OTHER_DATASETS
    const count = this.datasets.get(key) ?? none()
    this.datasets.set(key, count)
    return count
  }

  #keep({ entry: { row, line }, decision: { outcome, reason } }: DecidedRow): void {
    if (outcome !== 'dropped' && outcome !== 'undecided') return
    const list = this[outcome]
    if (list.length >= EXAMPLES) return
    list.push({ line: line.number, row: row.id, query: row.query, reason: reason?.text ?? '' })
  }
}

const none = (): PlaceCount => ({ negatives: 0, found: 0 })

function bumpPlace(count: PlaceCount, negatives: number, found: number): void {
  count.negatives += negatives
  count.found += found
}
