// How the parts of a whole change from place to place: verdicts by the position at which a passage was shown.
import { harmlessIn } from '../harmless-vnodes.ts'
import { colourOf } from '../tokens.ts'
import { AXIS, GRID, SIDE_AXIS, ticksIn, type Picture } from './picture.ts'

export interface StackedCount {
  /** From 1. */
  position: number
  part: string
  count: number
}

/** @param parts in the order of their colours, the lowest first */
export function stacked(
  counts: readonly StackedCount[],
  parts: readonly string[],
  title: string,
  unit = 'position',
): Picture {
  const totals = new Map<number, number>()
  for (const { position, count } of counts) totals.set(position, (totals.get(position) ?? 0) + count)
  const last = Math.max(1, ...totals.keys())
  const data = counts
    .map((each) => {
      const all = totals.get(each.position) ?? 1
      const share = (100 * each.count) / all
      return {
        ...each,
        share,
        note: harmlessIn(`${unit} ${each.position}: ${each.count} of ${all} ${each.part} (${share.toFixed(0)}%)`),
      }
    })
    .toSorted((one, other) => parts.indexOf(one.part) - parts.indexOf(other.part))
  const edges = new Map<number, number>()
  const bars = data.map((each) => {
    const from = edges.get(each.position) ?? 0
    edges.set(each.position, from + each.share)
    return { ...each, from, to: from + each.share }
  })
  return {
    title,
    optionsAt: (plot, width) => ({
      height: 260,
      marginTop: 12,
      marginBottom: 44,
      marginLeft: 48,
      marginRight: 12,
      x: { domain: [0.5, last + 0.5] },
      y: { domain: [0, 100] },
      marks: [
        plot.gridY({ ...GRID, ticks: 4 }),
        plot.axisY({ ...SIDE_AXIS, ticks: 4, tickFormat: (value: number) => `${value}%` }),
        plot.axisX({
          ...AXIS,
          label: unit,
          ticks: Math.min(last, ticksIn(width) * 2),
          tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ''),
        }),
        plot.rect(bars, {
          x1: ({ position }: StackedCount) => position - 0.5,
          x2: ({ position }: StackedCount) => position + 0.5,
          y1: 'from',
          y2: 'to',
          insetLeft: Math.min(2, (width - 60) / last / 10),
          insetRight: Math.min(2, (width - 60) / last / 10),
          fill: ({ part }: StackedCount) => colourOf(parts.indexOf(part)),
          title: 'note',
        }),
      ],
    }),
  }
}
