// The list of rows: only those in view are drawn, however many there are.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Rows } from './rows.ts'
import { RowItem } from './row-item.tsx'
import { rowsInView, scrolledTo, sheetOf, spotAt, type Spot } from './window.ts'

/** Height of a row in the list, in pixels; the styles say the same. */
const EACH = 118

interface ListProps {
  rows: Rows
  total: number
  isDecided: boolean
  /** Line of the row that is open. */
  open: number | null
  onOpen: (line: number) => void
}

export function RowsList({ rows, total, isDecided, open, onOpen }: ListProps) {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState(800)
  const [spot, setSpot] = useState<Spot>({ scroll: 0, shift: 0 })
  const sheet = sheetOf(total, EACH, view)
  const place = open === null ? -1 : rows.placeOf(open)

  useLayoutEffect(() => {
    const element = box.current as HTMLDivElement
    const observer = new ResizeObserver(() => setView(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    const top = topToShow(place, spot, view)
    if (top === null) return
    const next = spotAt(top, sheet)
    setSpot(next)
    ;(box.current as HTMLDivElement).scrollTop = next.scroll
  }, [place, total])

  const [from, to] = rowsInView(spot, sheet)
  useEffect(() => rows.want(from, to), [from, to, rows.want])
  const follow = (event: Event) => {
    const { scrollTop } = event.currentTarget as HTMLDivElement
    if (scrollTop !== spot.scroll) setSpot(scrolledTo(scrollTop, spot, sheet))
  }
  return (
    <div class="rows" ref={box} onScroll={follow}>
      <ul class="sheet" style={{ height: `${sheet.height}px` }} aria-label="Rows">
        {Array.from({ length: Math.max(0, to - from) }, (_, offset) => {
          const index = from + offset
          return (
            <RowItem
              key={index}
              row={rows.at(index)}
              top={index * EACH - spot.shift}
              place={index + 1}
              total={total}
              isDecided={isDecided}
              isOpen={index === place}
              onOpen={onOpen}
            />
          )
        })}
      </ul>
    </div>
  )
}

/** Returns how far the list must be scrolled for a row to be in view, in the middle if it is far; null if it is, or there is none. */
function topToShow(place: number, { scroll, shift }: Spot, view: number): number | null {
  if (place < 0) return null
  const top = scroll + shift
  const own = place * EACH
  const below = own + EACH - (top + view)
  if (Math.max(top - own, below) > view) return own - (view - EACH) / 2
  if (own < top) return own
  return below > 0 ? own + EACH - view : null
}
