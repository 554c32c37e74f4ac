// The pictures of a run over rows, from its figures.
import type { Pictures } from '../../src/browse/api.ts'
import { plain } from '../plain.ts'
import { count, counted, dollars, percent } from '../words.ts'
import type { Picture } from './plot-figure.tsx'

/** Datasets that are drawn; the table has all. */
const MOST_BARS = 20

const share = ({ negatives, falseNegatives }: { negatives: number; falseNegatives: number }) =>
  negatives === 0 ? 0 : falseNegatives / negatives

const short = (name: string) => (name.length > 22 ? `${plain(name.slice(0, 21))}…` : plain(name))

export function picturesOf({ datasets, ranks, positions, cost, perRow }: Pictures): Picture[] {
  return [
    datasets.length > 0 && byDataset(datasets),
    ranks.length > 0 && byRank(ranks),
    perRow.length > 0 && byRow(perRow),
    ...[...Map.groupBy(positions, ({ stage }) => stage)].map(([stage, own]) => byPosition(stage, own)),
    cost.length > 1 && overTime(cost),
  ].filter((picture) => picture !== false)
}

function byDataset(datasets: Pictures['datasets']): Picture {
  const sorted = datasets.toSorted((one, other) => share(other) - share(one))
  const drawn = sorted.slice(0, MOST_BARS)
  const [first] = sorted
  return {
    title: 'False negatives per dataset',
    says: first
      ? `Most in ${first.dataset}: ${count(first.falseNegatives)} of ${counted(first.negatives, 'negative')} (${percent(first.falseNegatives, first.negatives)}).`
      : '',
    table: [
      ['dataset', 'rows', 'negatives', 'false negatives'],
      ...sorted.map(({ dataset, rows, negatives, falseNegatives }) => [dataset, rows, negatives, falseNegatives]),
    ],
    draw: (plot) => ({
      marginLeft: 150,
      marginRight: 44,
      height: drawn.length * 26 + 46,
      x: { label: 'share of negatives →', percent: true, grid: true, ticks: 5 },
      y: { label: null, domain: drawn.map(({ dataset }) => short(dataset)) },
      marks: [
        plot.barX(drawn, {
          x: share,
          y: (each) => short(each.dataset),
          fill: 'var(--accent)',
          insetTop: 3,
          insetBottom: 3,
        }),
        plot.text(drawn, {
          x: share,
          y: (each) => short(each.dataset),
          text: (each) => percent(each.falseNegatives, each.negatives),
          textAnchor: 'start',
          dx: 5,
          fill: 'currentColor',
        }),
        plot.ruleX([0], { stroke: 'var(--strong)' }),
      ],
    }),
  }
}

function byRank(ranks: Pictures['ranks']): Picture {
  const first = ranks[0] as Pictures['ranks'][number]
  const last = ranks.at(-1) as Pictures['ranks'][number]
  return {
    title: 'False negatives by place in the row',
    says: `${percent(first.falseNegatives, first.negatives)} of the first negatives are false; of those at place ${last.rank}, ${percent(last.falseNegatives, last.negatives)}.`,
    table: [
      ['place', 'negatives', 'false negatives'],
      ...ranks.map(({ rank, negatives, falseNegatives }) => [rank, negatives, falseNegatives]),
    ],
    draw: (plot, width) => ({
      height: 240,
      x: {
        label: 'place of the negative →',
        ...everyNth(
          ranks.map(({ rank }) => rank),
          width,
        ),
      },
      y: { label: '↑ share of negatives', percent: true, grid: true, ticks: 5 },
      marks: [
        plot.barY(ranks, { x: 'rank', y: share, fill: 'var(--accent)' }),
        plot.ruleY([0], { stroke: 'var(--strong)' }),
      ],
    }),
  }
}

/** Labels every bar, or as many as there is room for. */
function everyNth(values: readonly number[], width: number) {
  const each = Math.ceil(values.length / Math.max(1, width / 34))
  return { type: 'band' as const, ticks: values.filter((_, index) => index % each === 0) }
}

function byRow(perRow: Pictures['perRow']): Picture {
  const all = perRow.reduce((sum, { rows }) => sum + rows, 0)
  const none = perRow.find(({ falseNegatives }) => falseNegatives === 0)?.rows ?? 0
  return {
    title: 'Rows by number of false negatives',
    says: `${count(all - none)} of ${counted(all, 'row')} (${percent(all - none, all)}) have at least one.`,
    table: [['false negatives', 'rows'], ...perRow.map(({ falseNegatives, rows }) => [falseNegatives, rows])],
    draw: (plot, width) => ({
      height: 240,
      x: {
        label: 'false negatives in the row →',
        ...everyNth(
          perRow.map(({ falseNegatives }) => falseNegatives),
          width,
        ),
      },
      y: { label: '↑ rows', grid: true, ticks: 5 },
      marks: [
        plot.barY(perRow, { x: 'falseNegatives', y: 'rows', fill: 'var(--accent)' }),
        plot.text(perRow, {
          x: 'falseNegatives',
          y: 'rows',
          text: ({ rows }) => count(rows),
          dy: -7,
          fill: 'currentColor',
        }),
        plot.ruleY([0], { stroke: 'var(--strong)' }),
      ],
    }),
  }
}

/** Colours of the verdicts; further ones begin again. */
const TONES = [
  'var(--positive)',
  'var(--removed)',
  'var(--strong)',
  'var(--undecided)',
  'var(--accent)',
  'var(--dropped)',
]

function byPosition(stage: string, own: Pictures['positions']): Picture {
  const verdicts = [...new Set(own.map(({ verdict }) => verdict))]
  const domain = verdicts.map(plain)
  return {
    title: `Verdicts of the ${stage} by place in the list`,
    says: 'If the shares rise or fall from place to place, the order in which passages are shown may sway the model.',
    table: [
      ['place', 'verdict', 'passages'],
      ...own.map(({ position, verdict, passages }) => [position, verdict, passages]),
    ],
    draw: (plot, width) => ({
      height: 260,
      color: { domain, range: domain.map((_, index) => TONES[index % TONES.length] as string), legend: true },
      x: {
        label: 'place →',
        ...everyNth(
          [...new Set(own.map(({ position }) => position))].sort((a, b) => a - b),
          width,
        ),
      },
      y: { label: '↑ share of verdicts', percent: true, ticks: 5 },
      marks: [
        plot.barY(
          own,
          plot.stackY(
            { offset: 'normalize', order: domain },
            { x: 'position', y: 'passages', fill: ({ verdict }) => plain(verdict), z: ({ verdict }) => plain(verdict) },
          ),
        ),
        plot.ruleY([0], { stroke: 'var(--strong)' }),
      ],
    }),
  }
}

function overTime(cost: Pictures['cost']): Picture {
  const last = cost.at(-1) as Pictures['cost'][number]
  const isFree = last.usd === 0
  const points = cost.map(({ at, usd, calls }) => ({ at: new Date(at), value: isFree ? calls : usd }))
  return {
    title: isFree ? 'Calls over time' : 'Cost over time',
    says: `${counted(last.calls, 'call')}, ${dollars(last.usd)} in all.`,
    table: [['time', 'dollars', 'calls'], ...cost.map(({ at, usd, calls }) => [at, usd, calls])],
    draw: (plot) => ({
      height: 240,
      marginLeft: 52,
      x: { label: null, type: 'time' },
      y: { label: isFree ? '↑ calls' : '↑ US dollars', grid: true, ticks: 5 },
      marks: [
        plot.areaY(points, { x: 'at', y: 'value', fill: 'var(--accent)', fillOpacity: 0.15, curve: 'step-after' }),
        plot.lineY(points, { x: 'at', y: 'value', stroke: 'var(--accent)', strokeWidth: 2, curve: 'step-after' }),
        plot.ruleY([0], { stroke: 'var(--strong)' }),
      ],
    }),
  }
}
