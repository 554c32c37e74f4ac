// One bar per query, from the largest gain to the largest loss. A click opens the query; the list below does the same by keys.
import { useMemo, useState } from 'preact/hooks'
import { sortedBars } from '../../src/html/pictures/sorted-bars.ts'
import { Drawn } from '../pictures/drawn.tsx'
import { count } from '../words.ts'
import { signed } from './rankings.tsx'

export interface QueryBar {
  id: string
  difference: number
  /** null if the report has no rankings of it. */
  text: string | null
}

interface BarsProps {
  /** The largest gain first. */
  bars: readonly QueryBar[]
  open: string | null
  onOpen: (id: string) => void
  measure: string
}

/** The margins of the picture, within which its bars stand. */
const [LEFT, RIGHT] = [48, 12]

export function QueryBars({ bars, open, onOpen, measure }: BarsProps) {
  const [near, setNear] = useState<number | null>(null)
  const picture = useMemo(
    () =>
      sortedBars(
        bars.map(({ difference }) => ({ value: 100 * difference })),
        `${measure}: differences of ${count(bars.length)} queries`,
      ),
    [bars],
  )
  const at = (event: MouseEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const share = (event.clientX - left - LEFT) / (width - LEFT - RIGHT)
    return Math.max(0, Math.min(bars.length - 1, Math.floor(share * bars.length)))
  }
  const opened = bars.findIndex(({ id }) => id === open)
  const marked = near ?? (opened === -1 ? null : opened)
  const shown = marked === null ? undefined : bars[marked]
  const wins = bars.filter(({ difference }) => difference > 0).length
  const losses = bars.filter(({ difference }) => difference < 0).length
  return (
    <figure class="query-bars">
      <figcaption>
        {measure} of {count(bars.length)} queries: {count(wins)} rose, {count(losses)} fell,{' '}
        {count(bars.length - wins - losses)} stayed.{' '}
        {shown && (
          <b>
            {signed(shown.difference)} <bdi>{shown.text ?? shown.id}</bdi>
          </b>
        )}
      </figcaption>
      <div
        class="query-sheet"
        onPointerMove={(event) => setNear(at(event))}
        onPointerLeave={() => setNear(null)}
        onClick={(event) => {
          const bar = bars[at(event)]
          if (bar) onOpen(bar.id)
        }}
      >
        <Drawn picture={picture}>{marked !== null && <Marker share={(marked + 0.5) / bars.length} />}</Drawn>
      </div>
    </figure>
  )
}

const Marker = ({ share }: { share: number }) => (
  <span class="query-marker" style={{ left: `calc(${LEFT}px + ${share} * (100% - ${LEFT + RIGHT}px))` }} />
)
