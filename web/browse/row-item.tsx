// One row in the list: what was asked, what moved, and why.
import type { RowSummary } from '../../src/browse/api.ts'
import { count, counted, labelWord, SIGNS, toneOf } from '../words.ts'

interface ItemProps {
  row: RowSummary | undefined
  top: number
  /** From 1. */
  place: number
  total: number
  /** Whether a run decided about it. */
  isDecided: boolean
  isOpen: boolean
  onOpen: (line: number) => void
}

export function RowItem({ row, top, place, total, isDecided, isOpen, onOpen }: ItemProps) {
  const style = { transform: `translateY(${top}px)` }
  if (!row) return <li class="item waiting" style={style} aria-setsize={total} aria-posinset={place} />
  return (
    <li class={`item ${isOpen ? 'open' : ''}`} style={style} aria-setsize={total} aria-posinset={place}>
      <button
        type="button"
        class={`row-button ${row.outcome}`}
        data-line={row.line}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => onOpen(row.line)}
      >
        <span class="item-query" dir="auto">
          {row.query}
        </span>
        {isDecided ? <Moved row={row} /> : <Passages row={row} />}
        <span class="item-foot">
          {row.dataset !== null && <span class="clip">{row.dataset}</span>}
          <span class="number">line {row.line}</span>
          {row.disagree && <span>judges disagree</span>}
        </span>
      </button>
    </li>
  )
}

const Passages = ({ row: { positives, negatives } }: { row: RowSummary }) => (
  <span class="item-moved">
    {counted(positives, 'positive')}, {counted(negatives, 'negative')}
  </span>
)

/** What moved in the row, in one line: the first change and how many more. */
function Moved({ row }: { row: RowSummary }) {
  const [first] = row.changes
  if (!first) {
    const words = row.reason?.text ?? (row.outcome === 'kept' ? 'nothing changed' : row.outcome)
    return (
      <span class={`item-moved ${row.outcome}`}>
        <b>
          {SIGNS[row.outcome]} {row.outcome}
        </b>
        {' · '}
        <span>{words}</span>
      </span>
    )
  }
  const more = row.changes.length - 1
  return (
    <span class={`item-moved ${toneOf(first.to)}`}>
      <b>
        {labelWord(first.from)} → {labelWord(first.to)}
        {more > 0 && <span class="more"> and {count(more)} more</span>}
      </b>{' '}
      <bdi>{first.reason}</bdi>
    </span>
  )
}
