// A change as people read it: beside the positives of its row, with the words marked that answer the query.
import { closestSentence, codePointsIn, type Stretch } from '../../likeness/closest-sentence.ts'
import { contentOf, labelled, titleAndText, type Row } from '../../rows/row.ts'
import type { ListedChange } from './listed-change.ts'

/** Words of a passage to mark, in code points of its text. */
interface Mark extends Stretch {
  /** `model`: quoted by the model behind the verdict; `likeness`: the sentence that says most of what the reason and a positive say. */
  by: 'model' | 'likeness'
}

export interface ShownChange extends ListedChange {
  dataset: string | null
  /** The positives of the row before the run. */
  positives: { id: string; text: string }[]
  mark: Mark | null
}

/** @param row the row before the run */
export function shownChange(change: ListedChange, row: Row): ShownChange {
  const positives = labelled(row, 'positive').map((passage) => ({ id: passage.id, text: contentOf(passage) }))
  return { ...change, dataset: row.dataset ?? null, positives, mark: markIn(change, row) }
}

/** Returns the words that a model quoted; without any, for a passage that was found relevant, the sentence closest to the reason and a positive. */
function markIn(change: ListedChange, row: Row): Mark | null {
  const { text, snippet, query, verdict, reason } = change
  if (snippet !== undefined) {
    const at = snippet.in === 'text' ? text.indexOf(snippet.text) : -1
    if (at < 0) return null
    const start = codePointsIn(text.slice(0, at))
    return { by: 'model', start, end: start + codePointsIn(snippet.text), text: snippet.text }
  }
  if (verdict === null) return null
  const positives = labelled(row, 'positive').map(titleAndText)
  const found = closestSentence(text, { query, reason, positives, row: row.passages.map(titleAndText) })
  return found === undefined ? null : { by: 'likeness', ...found }
}
