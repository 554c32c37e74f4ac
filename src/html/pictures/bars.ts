// Shares as bars: of datasets or other names below each other, and of ranks beside each other.
import { GRID, AXIS, SIDE_AXIS, TEXT, ticksIn, type Picture } from './picture.ts'
import { harmlessIn } from '../harmless-vnodes.ts'

export interface NamedShare {
  label: string
  part: number
  all: number
}

const counted = (value: number) => value.toLocaleString('en-US')
const shareOf = ({ part, all }: { part: number; all: number }) => (all === 0 ? 0 : part / all)
const percentText = (share: number) => `${(share * 100).toFixed(share > 0 && share < 0.0995 ? 1 : 0)}%`

/** For example `39 of 329 (12%)`. */
const shareText = (of: { part: number; all: number }) =>
  `${counted(of.part)} of ${counted(of.all)} (${percentText(shareOf(of))})`

const EACH = 46
const LETTER = 0.6

/** Draws a bar per name, below it, from the largest number to the smallest as they come. */
export function shareBars(shares: readonly NamedShare[], title: string, colour = 'var(--accent)'): Picture {
  const data = shares.map((each, index) => {
    return { index, share: shareOf(each), label: harmlessIn(each.label), value: shareText(each) }
  })
  const most = Math.max(0.001, ...data.map(({ share }) => share))
  const longest = Math.max(0, ...data.map(({ value }) => value.length)) * LETTER
  return {
    title,
    optionsAt(plot, width) {
      const text = { ...TEXT, y: 'index', dy: -13 } as const
      return {
        height: shares.length * EACH + 8,
        marginTop: 4,
        marginBottom: 4,
        marginLeft: 0,
        marginRight: 0,
        x: { domain: [0, most], axis: null },
        y: { domain: [-0.65, shares.length - 0.35], reverse: true, axis: null },
        marks: [
          plot.rect(
            data.filter(({ share }) => share > 0),
            { x1: 0, x2: 'share', y1: below(0.02), y2: below(0.24), fill: colour, rx: 3 },
          ),
          plot.text(data, {
            ...text,
            text: 'label',
            frameAnchor: 'left',
            fontWeight: 500,
            lineWidth: Math.max(8, width / 13 - longest - 1),
            textOverflow: 'ellipsis',
            title: 'label',
          }),
          plot.text(data, {
            ...text,
            text: 'value',
            frameAnchor: 'right',
            fill: 'var(--pale)',
            fontVariant: 'tabular-nums',
          }),
        ],
      }
    },
  }
}

const below =
  (by: number) =>
  ({ index }: { index: number }) =>
    index + by

export interface RankShare {
  rank: number
  part: number
  all: number
}

/** Draws a column per rank: the share of the passages at that rank. */
export function rankColumns(
  shares: readonly RankShare[],
  title: string,
  axes: { x: string; colour?: string },
): Picture {
  const data = shares.map((each) => ({
    ...each,
    share: shareOf(each) * 100,
    note: `${axes.x} ${each.rank}: ${shareText(each)}`,
  }))
  const last = Math.max(1, ...shares.map(({ rank }) => rank))
  return {
    title,
    optionsAt: (plot, width) => ({
      height: 220,
      marginTop: 12,
      marginBottom: 44,
      marginLeft: 48,
      marginRight: 12,
      x: { domain: [0.5, last + 0.5] },
      y: { domain: [0, Math.max(1, ...data.map(({ share }) => share)) * 1.05] },
      marks: [
        plot.gridY({ ...GRID, ticks: 4 }),
        plot.axisY({ ...SIDE_AXIS, ticks: 4, tickFormat: (value: number) => `${value}%` }),
        plot.axisX({
          ...AXIS,
          label: axes.x,
          ticks: Math.min(last, ticksIn(width) * 2),
          tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ''),
        }),
        plot.rectY(data, {
          x1: ({ rank }: RankShare) => rank - 0.5,
          x2: ({ rank }: RankShare) => rank + 0.5,
          y: 'share',
          inset: Math.min(3, (width - 60) / last / 8),
          fill: axes.colour ?? 'var(--accent)',
          rx: 2,
          title: 'note',
        }),
        plot.ruleY([0], { stroke: 'var(--strong)' }),
      ],
    }),
  }
}
