// A picture with what is said of it, and the legend of its colours.
import type { VNode } from 'preact'
import { html, type Content } from '../template.ts'
import { colourOf } from '../tokens.ts'

export interface LegendEntry {
  label: string
  /** Index of its colour. */
  colour: number
  isDashed?: boolean
}

const Legend = ({ entries }: { entries: readonly LegendEntry[] }) =>
  html`<ul class="legend">
    ${entries.map(
      ({ label, colour, isDashed }) =>
        html`<li>
          <span class=${isDashed ? 'key broken' : 'key'} style=${`--own: ${colourOf(colour)}`}></span>${label}
        </li>`,
    )}
  </ul>`

interface FigureProps {
  /** The picture, as it was drawn. */
  picture: VNode
  caption?: Content
  legend?: readonly LegendEntry[]
}

export const Figure = ({ picture, caption, legend }: FigureProps) =>
  html`<figure>
    ${caption === undefined ? null : html`<figcaption>${caption}</figcaption>`} ${picture}
    ${legend === undefined ? null : Legend({ entries: legend })}
  </figure>`
