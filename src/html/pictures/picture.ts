// A picture: plain data turned into options of Observable Plot, drawn by Node into a page for a file and by the browser into the studio.
import type { PlotOptions } from '@observablehq/plot'
import { harmlessIn } from '../harmless-vnodes.ts'

export type PlotLibrary = typeof import('@observablehq/plot')

export interface Picture {
  /** What is seen, for those who cannot see it. */
  title: string
  /** @param width in pixels: of a phone, or of a column of text */
  optionsAt(plot: PlotLibrary, width: number): PlotOptions
}

/** Returns the options of a picture with what all pictures have. */
export const plotOptions = (picture: Picture, plot: PlotLibrary, width: number): PlotOptions => ({
  width,
  className: 'plot',
  ariaLabel: harmlessIn(picture.title),
  ...picture.optionsAt(plot, width),
})

/** From here on there is room for more than a phone has. */
export const isWide = (width: number) => width >= 560

const TICKS = { tickSize: 0, color: 'var(--pale)', fontSize: 12, labelArrow: 'none' } as const

/** Ticks of an axis, without a line. */
export const AXIS = { ...TICKS, labelAnchor: 'right', labelOffset: 34 } as const
export const SIDE_AXIS = { ...TICKS, labelAnchor: 'top', tickPadding: 6, label: null } as const
export const GRID = { stroke: 'var(--line)', strokeOpacity: 1 } as const
export const NEUTRAL = { stroke: 'var(--strong)', strokeWidth: 1.5 } as const

/** How many ticks fit beside each other. */
export const ticksIn = (width: number) => Math.max(3, Math.floor(width / 90))
export const TEXT = { fill: 'var(--ink)', fontSize: 13, stroke: 'var(--paper)', strokeWidth: 5 } as const
