// The part of a comparison's page about the queries that moved most, each with the changed rows near it.
import type { VNode } from 'preact'
import { beginningOf } from '../../base/strings.ts'
import { html, type Content } from '../../html/template.ts'
import { kindText, points } from '../../laboratory/words.ts'
import { briefly } from './page.ts'
import type { CompareReport, Mover, NearRow, QueryRankings, RankedDocument } from './report.ts'

export function moversOf({ arm, queries }: CompareReport['movers'][number], report: CompareReport): Content {
  if (queries.length === 0) return html`<p>${`${arm}: no query changed.`}</p>`
  return [html`<h3>${arm}</h3>`, ...queries.map((query) => moverOf(query, arm, report))]
}

function moverOf({ set, id, text, before, after, rows }: Mover, arm: string, report: CompareReport): VNode {
  const found = report.rankings.find((each) => each.arm === arm)?.queries
  const ranked = found?.find((each) => each.set === set && each.query === id)
  return html`<details>
    <summary>
      <b class=${after > before ? 'up' : 'down'}>${points(after - before)}</b>${' '}
      <span dir="auto">${text}</span>${' '}
      <small>${`${set} ${id}: ${report.measure} ${before.toFixed(3)} → ${after.toFixed(3)}`}</small>
    </summary>
    ${ranked === undefined ? null : rankingsOf(ranked, arm, report)}
    ${rows.length === 0 ? html`<p class="row">No related row changed.</p>` : rows.map(nearRow)}
  </details>`
}

/** Shows what each arm found first, side by side. */
function rankingsOf({ set, before, after }: QueryRankings, arm: string, { arms, documents }: CompareReport): VNode {
  const side = (title: string, ranking: readonly RankedDocument[]) =>
    html`<div>
      <h4>${title}</h4>
      <ol>
        ${ranking.map(({ id, grade }) => html`<li class=${isRelevant(grade) ? 'relevant' : undefined}>${isRelevant(grade) ? html`<b>${`relevant (${grade}): `}</b>` : null}<span dir="auto">${beginningOf(documents[set]?.[id] ?? id, LETTERS)}</span></li>`)}
      </ol>
    </div>`
  return html`<div class="row sides">
    ${side(`${arms[0]?.name ?? 'first file'}, first seed`, before)} ${side(`${arm}, first seed`, after)}
  </div>`
}

/** Characters of a document that are shown. */
const LETTERS = 110

const isRelevant = (grade: number | null) => (grade ?? 0) > 0

const nearRow = ({ id, query, shares, changes }: NearRow): VNode =>
  html`<div class="row">
    <p>${`${shares === 'document' ? 'Same document' : 'Similar words'}: row ${id}, ${briefly(changes)}: ${query}`}</p>
    <ul>
      ${changes.map(({ kind, text }) => html`<li>${`${kindText(kind)}${text === '' ? '' : `: ${text}…`}`}</li>`)}
    </ul>
  </div>`
