// The part of a run's page that shows where false negatives were: in which datasets, and at which ranks.
import type { VNode } from 'preact'
import { counted } from '../../base/format.ts'
import type { Draw } from '../../html/draw.ts'
import { Figure } from '../../html/parts/figure.ts'
import { Section } from '../../html/parts/section.ts'
import { rankColumns, shareBars, type NamedShare } from '../../html/pictures/bars.ts'
import type { PlaceCounts } from './place-counts.ts'

/** The most datasets shown. */
const DATASETS = 20

export function placesPart({ datasets, ranks }: PlaceCounts, draw: Draw): VNode[] {
  const found = [...datasets.values()].reduce((sum, count) => sum + count.found, 0)
  if (found === 0) return []
  const shares = sharesOf(datasets)
  const columns = ranks.map(({ negatives, found: part }, at) => ({ rank: at + 1, part, all: negatives }))
  const byDataset =
    shares.length < 2
      ? []
      : [
          Figure({
            caption: 'Negatives found relevant, per dataset.',
            picture: draw(shareBars(shares, 'Negatives found relevant, per dataset', 'var(--positive)')),
          }),
        ]
  const byRank =
    columns.length < 2 || columns.every(({ part }) => part === 0)
      ? []
      : [
          Figure({
            caption:
              'Share of negatives that a model moved, by their rank among the negatives of the row. Rows that were dropped are left out.',
            picture: draw(
              rankColumns(columns, 'Share of negatives that a model moved, by rank', {
                x: 'rank',
                colour: 'var(--positive)',
              }),
            ),
          }),
        ]
  const figures = [...byDataset, ...byRank]
  return figures.length === 0 ? [] : [Section({ title: 'Where they were', children: figures })]
}

/** The datasets with most finds first; those beyond the first ones as one. */
function sharesOf(datasets: PlaceCounts['datasets']): NamedShare[] {
  const all = [...datasets].map(([name, { negatives, found }]) => ({
    label: name ?? 'no dataset named',
    part: found,
    all: negatives,
  }))
  const sorted = all.toSorted((one, other) => other.part - one.part || other.all - one.all)
  if (sorted.length <= DATASETS) return sorted
  const rest = sorted.slice(DATASETS - 1)
  const sum = (of: 'part' | 'all') => rest.reduce((total, each) => total + each[of], 0)
  return [
    ...sorted.slice(0, DATASETS - 1),
    { label: `${counted(rest.length)} other datasets`, part: sum('part'), all: sum('all') },
  ]
}
