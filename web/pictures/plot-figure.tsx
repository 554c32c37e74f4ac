// One picture: its title, what it shows in a sentence, the plot in the width there is, and the same figures as a table.
import type { PlotOptions } from '@observablehq/plot'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

type Plot = typeof import('@observablehq/plot')

export interface Picture {
  title: string
  says: string
  /** Draws it. Texts from the data have gone through `plain` before: a plot's texts do not pass the page's door. */
  draw: (plot: Plot, width: number) => PlotOptions
  /** The figures, the names of the columns first. */
  table: readonly (readonly (string | number)[])[]
}

export function PlotFigure({ picture, children }: { picture: Picture; children?: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current as HTMLDivElement
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (width === 0) return undefined
    let isGone = false
    const draw = async () => {
      const plot = await import('@observablehq/plot')
      if (isGone) return
      const drawn = plot.plot({ ...styled(width), ...picture.draw(plot, width) })
      drawn.setAttribute('role', 'img')
      drawn.setAttribute('aria-label', `${picture.title}. ${picture.says}`)
      for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
      box.current?.replaceChildren(drawn)
    }
    void draw()
    return () => {
      isGone = true
    }
  }, [picture, width])
  return (
    <figure class="picture">
      <h2>{picture.title}</h2>
      <p class="says">{picture.says}</p>
      <div ref={box} class="plot" />
      {children}
      <details>
        <summary>Figures</summary>
        <Figures table={picture.table} />
      </details>
    </figure>
  )
}

const styled = (width: number): PlotOptions => ({
  width,
  marginBottom: 42,
  style: {
    fontFamily: 'inherit',
    fontSize: '12px',
    background: 'transparent',
    color: 'var(--ink)',
    overflow: 'visible',
  },
})

function Figures({ table: [head = [], ...rows] }: { table: Picture['table'] }) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Figures">
      <table class="differences figures">
        <thead>
          <tr>
            {head.map((word) => (
              <th scope="col" key={word}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at} class={typeof cell === 'string' ? 'left' : ''}>
                  {typeof cell === 'number' ? cell.toLocaleString('en', { maximumFractionDigits: 4 }) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
