// One change of a label: the query, its positive beside the passage that moved, the words that answer, and the reason.
import { html, type Content } from '../template.ts'

interface ShownPassage {
  text: string
}

/** A change as a page shows it. */
export interface ChangeProps {
  query: string
  dataset: string | null
  row: string
  /** In the file, from 1. */
  line: number
  passage: string
  text: string
  positives: readonly ShownPassage[]
  /** Words to mark, in code points of the text. */
  mark: { by: 'model' | 'likeness'; start: number; end: number } | null
  /** null for a passage that was added. */
  from: string | null
  to: string
  stage: string
  model: string | null
  verdict: string | null
  reason: string
}

/** Characters shown of the passage and of a positive, and positives shown. */
const [MOST, MOST_POSITIVE, POSITIVES] = [900, 500, 2]

export function Change(change: ChangeProps) {
  const { query, dataset, row, line, passage, from, to, positives } = change
  const where = [...(dataset === null ? [] : [dataset]), `row ${row}`, `line ${line}`, `passage ${passage}`].join(' · ')
  const more = positives.length - POSITIVES
  return html`<article class=${`change to-${to}`}>
    <header>
      <span class=${`moved to-${to}`}>${from === null ? `added as ${to}` : `${from} → ${to}`}</span>
      <small>${where}</small>
    </header>
    <h3 dir="auto">${query}</h3>
    <div class="sides">
      <div class="side">
        <h4>${positives.length === 1 ? 'Positive' : 'Positives'}</h4>
        ${positives.slice(0, POSITIVES).map(({ text }) => html`<p dir="auto">${beginning(text, MOST_POSITIVE)}</p>`)}
        ${positives.length === 0 ? html`<p><small>none</small></p>` : null}
        ${more > 0 ? html`<p><small>${`and ${more} more`}</small></p>` : null}
      </div>
      <div class="side moved-side">
        <h4>${from === null ? 'Added' : `Was ${from}`}</h4>
        <p dir="auto">${marked(change)}</p>
      </div>
    </div>
    <p class="reason">${groundsOf(change)}</p>
  </article>`
}

function groundsOf({ verdict, model, stage, reason }: ChangeProps): Content[] {
  const who = model === null ? stage : `${stage}, ${model}`
  return [
    verdict === null ? null : html`<b>${verdict}</b>`,
    html`<span class="who">${who}</span>`,
    html`<span dir="auto">${reason}</span>`,
  ]
}

const beginning = (text: string, most: number) => {
  const points = [...text]
  return points.length <= most ? text : `${points.slice(0, most).join('').trimEnd()}…`
}

/** Returns the text around the marked words. */
function marked({ text, mark }: ChangeProps): Content {
  if (mark === null) return beginning(text, MOST)
  const points = [...text]
  const part = (start: number, end: number) => points.slice(start, end).join('')
  const from = Math.max(0, Math.min(mark.start - MOST / 3, points.length - MOST))
  const to = Math.max(from + MOST, mark.end)
  const start = from < 40 ? 0 : Math.floor(from)
  const note = mark.by === 'model' ? 'quoted by the model' : 'the sentence most like the reason and the positive'
  return [
    start > 0 ? '…' : '',
    part(start, mark.start),
    html`<mark class=${mark.by} title=${note}>${part(mark.start, mark.end)}</mark>`,
    part(mark.end, to),
    to < points.length ? '…' : '',
  ]
}
