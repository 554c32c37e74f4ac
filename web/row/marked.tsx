// A text in full, with the words marked that a verdict rests on. Positions count code points, as evidence does.
import { useState } from 'preact/hooks'

/** Characters shown of a very long text before the rest is asked for. */
const LONG = 6000

export interface Mark {
  start: number
  end: number
  /** Who marked it: the model quoted it, or it is the sentence most like the reason and the positive. */
  by: 'model' | 'likeness'
}

export const MARKED_BY = {
  model: 'quoted by the model',
  likeness: 'the sentence most like the reason and the positive; no model quoted it',
}

export function Marked({ text, mark }: { text: string; mark: Mark | null }) {
  const [isWhole, setWhole] = useState(false)
  const [start, end] = mark ? unitsOf(text, mark) : [0, 0]
  const cut = isWhole || text.length <= LONG ? text.length : Math.max(LONG, end + 200)
  const shown = text.slice(0, cut)
  return (
    <>
      <p class="text" dir="auto">
        {mark && end > start ? (
          <>
            {shown.slice(0, start)}
            <mark class={mark.by} title={MARKED_BY[mark.by]}>
              {shown.slice(start, end)}
            </mark>
            {shown.slice(end)}
          </>
        ) : (
          shown
        )}
        {cut < text.length && '…'}
      </p>
      {cut < text.length && (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  )
}

/** Code points to the units that strings are cut by. */
function unitsOf(text: string, { start, end }: Mark): [number, number] {
  let units = 0
  let points = 0
  let from = text.length
  for (const character of text) {
    if (points === start) from = units
    if (points === end) return [from, units]
    units += character.length
    points++
  }
  return [from, text.length]
}
