// The part of a comparison's page about the queries that moved most, each with the changed rows near it.
import type { VNode } from 'preact'
import { html, type Content } from '../../html/template.ts'
import { kindText, points } from '../../laboratory/words.ts'
import { briefly } from './page.ts'
import type { CompareReport, Mover, NearRow } from './report.ts'

export function moversOf({ arm, queries }: CompareReport['movers'][number], measure: string): Content {
  if (queries.length === 0) return html`<p>${`${arm}: no query changed.`}</p>`
  return [html`<h3>${arm}</h3>`, ...queries.map((query) => moverOf(query, measure))]
}

const moverOf = ({ set, id, text, before, after, rows }: Mover, measure: string): VNode =>
  html`<details>
    <summary>
      <b class=${after > before ? 'up' : 'down'}>${points(after - before)}</b>${' '}
      <span dir="auto">${text}</span>${' '}
      <small>${`${set} ${id}: ${measure} ${before.toFixed(3)} → ${after.toFixed(3)}`}</small>
    </summary>
    ${rows.length === 0 ? html`<p class="row">No related row changed.</p>` : rows.map(nearRow)}
  </details>`

const nearRow = ({ id, query, shares, changes }: NearRow): VNode =>
  html`<div class="row">
    <p>${`${shares === 'document' ? 'Same document' : 'Similar words'}: row ${id}, ${briefly(changes)}: ${query}`}</p>
    <ul>
      ${changes.map(({ kind, text }) => html`<li>${`${kindText(kind)}${text === '' ? '' : `: ${text}…`}`}</li>`)}
    </ul>
  </div>`
