// One bar per query, from the largest gain to the largest loss. A click opens the query; the list below does the same by keys.
import { useEffect, useRef, useState } from 'preact/hooks'
import { plain } from '../plain.ts'
import { signed } from './rankings.tsx'

export interface QueryBar {
  id: string
  difference: number
  /** null if the report has no rankings of it. */
  text: string | null
}

interface BarsProps {
  bars: readonly QueryBar[]
  open: string | null
  onOpen: (id: string) => void
  measure: string
}

const HEIGHT = 200

export function QueryBars({ bars, open, onOpen, measure }: BarsProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [near, setNear] = useState<number | null>(null)
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement
    const redraw = () => draw(element, bars, open, near)
    redraw()
    const observer = new ResizeObserver(redraw)
    observer.observe(element)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', redraw)
    return () => {
      observer.disconnect()
      dark.removeEventListener('change', redraw)
    }
  }, [bars, open, near])
  const at = (event: MouseEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - left) / width) * bars.length)))
  }
  const shown = near === null ? undefined : bars[near]
  const wins = bars.filter(({ difference }) => difference > 0).length
  const losses = bars.filter(({ difference }) => difference < 0).length
  return (
    <figure class="query-bars">
      <figcaption>
        {measure} of {bars.length} queries: {wins} rose, {losses} fell, {bars.length - wins - losses} stayed.{' '}
        {shown && (
          <b dir="auto">
            {signed(shown.difference)} {plain(shown.text ?? shown.id)}
          </b>
        )}
      </figcaption>
      <canvas
        ref={canvas}
        style={{ height: `${HEIGHT}px` }}
        role="img"
        aria-label="Differences of the queries, sorted"
        onPointerMove={(event) => setNear(at(event))}
        onPointerLeave={() => setNear(null)}
        onClick={(event) => {
          const bar = bars[at(event)]
          if (bar) onOpen(bar.id)
        }}
      />
    </figure>
  )
}

function draw(canvas: HTMLCanvasElement, bars: readonly QueryBar[], open: string | null, near: number | null): void {
  const { clientWidth: width } = canvas
  const dense = devicePixelRatio || 1
  canvas.width = width * dense
  canvas.height = HEIGHT * dense
  const pen = canvas.getContext('2d')
  if (!pen) return
  const colour = (name: string) => getComputedStyle(canvas).getPropertyValue(name)
  pen.scale(dense, dense)
  const most = Math.max(0.01, ...bars.map(({ difference }) => Math.abs(difference)))
  const middle = HEIGHT / 2
  const each = width / Math.max(1, bars.length)
  bars.forEach(({ id, difference, text }, index) => {
    const length = (Math.abs(difference) / most) * (middle - 6)
    pen.fillStyle = colour(id === open || index === near ? '--ink' : difference > 0 ? '--positive' : '--removed')
    pen.globalAlpha = text === null && id !== open && index !== near ? 0.45 : 1
    pen.fillRect(
      index * each,
      difference > 0 ? middle - length : middle,
      Math.max(0.6, each - (each > 3 ? 1 : 0)),
      length,
    )
  })
  pen.globalAlpha = 1
  pen.fillStyle = colour('--strong')
  pen.fillRect(0, middle - 0.5, width, 1)
}
