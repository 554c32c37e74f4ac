// Counts for the pictures of a run, added up while its rows are indexed.
import { labelled, type Row } from '../../rows/row.ts'
import type { Pictures, RunView } from '../api.ts'
import type { Decision } from '../../policy/policy.ts'
import type { DecidingRun } from '../explain-row.ts'
import type { DescribedRow } from './describe-row.ts'

/** Places in a row that are counted one by one. */
const MOST_RANKS = 100

export type CountedPictures = Pick<Pictures, 'datasets' | 'ranks' | 'positions' | 'perRow'>

/** Passages in the rows read, and in those that are written. */
export type PassageCounts = RunView['passages']

export class PictureCounts {
  readonly #run: DecidingRun | undefined
  readonly #datasets = new Map<string, { rows: number; negatives: number; falseNegatives: number }>()
  readonly #ranks: { negatives: number; falseNegatives: number }[] = []
  readonly #perRow = new Map<number, number>()
  readonly #positions = new Map<string, number>()
  readonly passages: PassageCounts = { positives: [0, 0], negatives: [0, 0] }

  constructor(run: DecidingRun | undefined) {
    this.#run = run
  }

  add(described: DescribedRow): void {
    const { row, decision } = described
    const negatives = labelled(row, 'negative')
    this.#addPassages(row, decision)
    // Nobody was asked about such a row, so that it has no share of anything.
    if (described.evidence.some(({ kind }) => kind === 'exempt')) return
    this.#addPositions(described)
    const found = this.#foundIn(described)
    const name = row.dataset ?? ''
    const dataset = this.#datasets.get(name) ?? { rows: 0, negatives: 0, falseNegatives: 0 }
    dataset.rows += 1
    dataset.negatives += negatives.length
    dataset.falseNegatives += decision?.falseNegatives ?? found.size
    this.#datasets.set(name, dataset)
    for (const [place, { id }] of negatives.slice(0, MOST_RANKS).entries()) {
      const rank = (this.#ranks[place] ??= { negatives: 0, falseNegatives: 0 })
      rank.negatives += 1
      if (found.has(id)) rank.falseNegatives += 1
    }
    const count = decision?.falseNegatives ?? found.size
    this.#perRow.set(count, (this.#perRow.get(count) ?? 0) + 1)
  }

  counts(): CountedPictures {
    return {
      datasets: Array.from(this.#datasets, ([dataset, counts]) => ({ dataset, ...counts })),
      ranks: this.#ranks.map((counts, place) => ({ rank: place + 1, ...counts })),
      positions: Array.from(this.#positions, ([key, passages]) => {
        const [stage, position, verdict] = JSON.parse(key) as [string, number, string]
        return { stage, position, verdict, passages }
      }),
      perRow: Array.from(this.#perRow, ([falseNegatives, rows]) => ({ falseNegatives, rows })).toSorted(
        (one, other) => one.falseNegatives - other.falseNegatives,
      ),
    }
  }

  #addPositions({ evidence }: DescribedRow): void {
    for (const { stage, position, verdict } of this.#run?.deciding.plan.placesIn?.(evidence) ?? []) {
      const key = JSON.stringify([stage, position, verdict])
      this.#positions.set(key, (this.#positions.get(key) ?? 0) + 1)
    }
  }

  #addPassages(row: Row, decision: Decision | undefined): void {
    const written = decision === undefined ? row : decision.outcome === 'dropped' ? undefined : decision.row
    for (const [name, label] of [
      ['positives', 'positive'],
      ['negatives', 'negative'],
    ] as const) {
      this.passages[name][0] += labelled(row, label).length
      this.passages[name][1] += written === undefined ? 0 : labelled(written, label).length
    }
  }

  /** Returns the passages that were found relevant: by the evidence, else those that moved on a verdict. */
  #foundIn({ row, evidence, items }: DescribedRow): Set<string> {
    const { definition, options } = this.#run?.deciding ?? {}
    const finds = definition?.finds?.in(row, [...evidence], options ?? {})
    if (finds) return new Set(finds.map(({ passage }) => passage))
    return new Set(
      items
        .filter(({ record }) => typeof record['verdict'] === 'string')
        .map(({ record }) => String(record['passage'])),
    )
  }
}
