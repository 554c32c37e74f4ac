// The part of a run's page that shows the changes that tell most, a few of each kind.
import type { VNode } from 'preact'
import { counted, plural } from '../../base/format.ts'
import { Change } from '../../html/parts/change.ts'
import { Section } from '../../html/parts/section.ts'
import { html } from '../../html/template.ts'
import { rankOf } from '../changes/listed-change.ts'
import type { ShownChange } from '../changes/shown-change.ts'
import type { TellingChanges } from '../changes/telling.ts'
import type { Manifest } from '../manifest.ts'
import { changesIn } from '../summary/files.ts'

/** By rank of a change. */
const KINDS = ['New positives', 'Added passages', 'Removed as relevant', 'Moved without asking a model']
/** Changes of a kind that are shown, and those that are shown at once. */
const [SHOWN, OPEN] = [12, 4]

export function changesPart(manifest: Manifest, telling: TellingChanges): VNode[] {
  const changes = telling.all()
  if (changes.length === 0) return []
  const kinds = KINDS.map((title, rank) => ({ title, changes: changes.filter((each) => rankOf(each) === rank) }))
  const shown = kinds.flatMap((kind) => kind.changes.slice(0, SHOWN))
  const isGuessed = shown.some(({ mark }) => mark?.by === 'likeness')
  const lead = [
    `${shown.length === changesIn(manifest) ? 'All' : `${counted(shown.length)} of`} ${plural(changesIn(manifest), 'change')}, beside the positives of their rows.`,
    ...(shown.some(({ mark }) => mark?.by === 'model') ? ['Highlighted: the words that the model quoted.'] : []),
    ...(isGuessed ? ['Underlined: the sentence most like the reason and the positive, which no model quoted.'] : []),
  ].join(' ')
  return [
    Section({
      title: 'Changes that tell most',
      children: [html`<p>${lead}</p>`, ...kinds.filter((kind) => kind.changes.length > 0).map(kindPart)],
    }),
  ]
}

function kindPart({ title, changes }: { title: string; changes: readonly ShownChange[] }): VNode {
  const [open, more] = [changes.slice(0, OPEN), changes.slice(OPEN, SHOWN)]
  return html`<div>
    <h3>${title}</h3>
    ${open.map((change) => Change(change))}
    ${
      more.length === 0
        ? null
        : html`<details>
            <summary>${`${more.length} more`}</summary>
            <div class="more">${more.map((change) => Change(change))}</div>
          </details>`
    }
  </div>`
}
