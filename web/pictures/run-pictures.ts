// The pictures of a run over rows, from its figures.
import type { Pictures } from '../../src/browse/api.ts'
import { rankColumns, shareBars } from '../../src/html/pictures/bars.ts'
import { overTime } from '../../src/html/pictures/over-time.ts'
import { stacked } from '../../src/html/pictures/stacked.ts'
import { count, counted, dollars, percent } from '../words.ts'
import type { ShownPicture } from './figure.tsx'

/** Datasets that are drawn; the table has all. */
const MOST_BARS = 20

export function picturesOf({ datasets, ranks, positions, cost, perRow }: Pictures): ShownPicture[] {
  const byStage = Map.groupBy(positions, ({ stage }) => stage)
  return [
    ...(datasets.length > 0 ? [byDataset(datasets)] : []),
    ...(ranks.length > 0 ? [byRank(ranks)] : []),
    ...(perRow.length > 0 ? [byRow(perRow)] : []),
    ...[...byStage].map(([stage, own]) => byPosition(stage, own, verdictsIn(positions))),
    ...(cost.length > 1 ? [spent(cost)] : []),
  ]
}

type Share = { negatives: number; falseNegatives: number }
const shareOf = ({ negatives, falseNegatives }: Share) => (negatives === 0 ? 0 : falseNegatives / negatives)

function byDataset(datasets: Pictures['datasets']): ShownPicture {
  const sorted = datasets.toSorted((one, other) => shareOf(other) - shareOf(one))
  const first = sorted[0] as Pictures['datasets'][number]
  const title = 'False negatives per dataset'
  const bars = sorted.slice(0, MOST_BARS).map(({ dataset, negatives, falseNegatives }) => {
    return { label: dataset, part: falseNegatives, all: negatives }
  })
  return {
    title,
    says: `The largest share is in ${first.dataset}: ${count(first.falseNegatives)} of ${counted(first.negatives, 'negative')}.`,
    picture: shareBars(bars, title),
    table: [
      ['dataset', 'rows', 'negatives', 'false negatives'],
      ...sorted.map(({ dataset, rows, negatives, falseNegatives }) => [dataset, rows, negatives, falseNegatives]),
    ],
  }
}

/** Places that are told apart from those further down. */
const FIRST = 3

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

const shareIn = (ranks: Pictures['ranks']) =>
  percent(sumOf(ranks.map(({ falseNegatives }) => falseNegatives)), sumOf(ranks.map(({ negatives }) => negatives)))

function byRank(ranks: Pictures['ranks']): ShownPicture {
  const [near, far] = [ranks.filter(({ rank }) => rank <= FIRST), ranks.filter(({ rank }) => rank > FIRST)]
  const title = 'False negatives by place in the row'
  const columns = ranks.map(({ rank, negatives, falseNegatives }) => ({ rank, part: falseNegatives, all: negatives }))
  return {
    title,
    says: `Of the negatives at places 1 to ${FIRST}, ${shareIn(near)} were found relevant${far.length > 0 ? `; of those further down, ${shareIn(far)}` : ''}.`,
    picture: rankColumns(columns, title, { x: 'place of the negative' }),
    table: [
      ['place', 'negatives', 'false negatives'],
      ...ranks.map(({ rank, negatives, falseNegatives }) => [rank, negatives, falseNegatives]),
    ],
  }
}

function byRow(perRow: Pictures['perRow']): ShownPicture {
  const all = sumOf(perRow.map(({ rows }) => rows))
  const none = perRow.find(({ falseNegatives }) => falseNegatives === 0)?.rows ?? 0
  const title = 'Rows by number of false negatives'
  const label = (falseNegatives: number) =>
    falseNegatives === 0 ? 'no false negative' : counted(falseNegatives, 'false negative')
  const bars = perRow.slice(0, MOST_BARS).map(({ falseNegatives, rows }) => {
    return { label: label(falseNegatives), part: rows, all }
  })
  return {
    title,
    says: `${count(all - none)} of ${counted(all, 'row')} (${percent(all - none, all)}) have at least one.`,
    picture: shareBars(bars, title),
    table: [['false negatives', 'rows'], ...perRow.map(({ falseNegatives, rows }) => [falseNegatives, rows])],
  }
}

/** Verdicts from the most relevant on; others come last. */
const SCALE = ['better', 'answers', 'gives', 'relevant', 'worse', 'irrelevant', 'no-answer']

/** Returns the verdicts in one order for all stages, so that a colour means the same everywhere. */
function verdictsIn(positions: Pictures['positions']): string[] {
  const words = [...new Set(positions.map(({ verdict }) => verdict))]
  const placeOf = (word: string) => (SCALE.includes(word) ? SCALE.indexOf(word) : SCALE.length)
  return words.sort((one, other) => placeOf(one) - placeOf(other))
}

function byPosition(stage: string, own: Pictures['positions'], verdicts: string[]): ShownPicture {
  const title = `Verdicts of the ${stage} by place in the list`
  const counts = own.map(({ position, verdict, passages }) => ({ position, part: verdict, count: passages }))
  return {
    title,
    says: 'If the shares rise or fall from place to place, the order in which passages are shown may sway the model.',
    key: verdicts,
    picture: stacked(counts, verdicts, title, 'place'),
    table: [
      ['place', 'verdict', 'passages'],
      ...own.map(({ position, verdict, passages }) => [position, verdict, passages]),
    ],
  }
}

function spent(cost: Pictures['cost']): ShownPicture {
  const last = cost.at(-1) as Pictures['cost'][number]
  const isFree = last.usd === 0
  const title = isFree ? 'Calls over time' : 'Cost over time'
  const moments = cost.map(({ at, usd, calls }) => ({ at, value: isFree ? calls : usd }))
  return {
    title,
    says: `${counted(last.calls, 'call')}, ${dollars(last.usd)} in all.`,
    picture: overTime(moments, title, isFree ? 'calls' : 'US dollars'),
    table: [['time', 'dollars', 'calls'], ...cost.map(({ at, usd, calls }) => [at, usd, calls])],
  }
}
