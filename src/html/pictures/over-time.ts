// What grows while a run goes on: its cost.
import { AXIS, GRID, SIDE_AXIS, ticksIn, type Picture } from './picture.ts'

export interface Moment {
  at: string | Date
  /** Cumulative. */
  value: number
}

/** @param unit the unit of the values */
export function overTime(moments: readonly Moment[], title: string, unit: string): Picture {
  const data = moments.map(({ at, value }) => ({ at: new Date(at), value }))
  return {
    title,
    optionsAt: (plot, width) => ({
      height: 220,
      marginTop: 28,
      marginBottom: 44,
      marginLeft: 56,
      marginRight: 16,
      x: { type: 'utc' },
      y: { domain: [0, Math.max(1e-9, ...data.map(({ value }) => value)) * 1.05] },
      marks: [
        plot.gridY({ ...GRID, ticks: 4 }),
        plot.axisY({ ...SIDE_AXIS, label: unit, ticks: 4 }),
        plot.axisX({ ...AXIS, label: 'UTC', ticks: ticksIn(width) }),
        plot.areaY(data, { x: 'at', y1: 0, y2: 'value', fill: 'var(--accent)', fillOpacity: 0.12 }),
        plot.lineY(data, { x: 'at', y: 'value', stroke: 'var(--accent)', strokeWidth: 2 }),
      ],
    }),
  }
}
