// The part of a run's page about its calls and what they cost.
import type { VNode } from 'preact'
import { Section } from '../../html/parts/section.ts'
import { Table, type TableRow } from '../../html/parts/table.ts'
import { html } from '../../html/template.ts'
import type { Manifest } from '../manifest.ts'
import { callCells, costText, failedText } from '../summary/calls.ts'

export function callsPart(manifest: Manifest): VNode {
  const stages = Object.entries(manifest.calls)
  if (stages.length === 0) return Section({ title: 'Calls and cost', children: html`<p>No calls were made.</p>` })
  const rows = stages.map(([stage, calls]): TableRow => {
    const { made, found, reasked, failed, input, output, cost } = callCells(calls)
    return { name: stage, cells: [calls.model, made, found, reasked, failed, input, output, cost] }
  })
  const columns = [
    { head: 'model', isText: true },
    'calls made',
    'from the ledger',
    're-asked',
    'failed',
    'tokens in',
    'tokens out',
    'cost',
  ]
  const failed = failedText(manifest)
  return Section({
    title: 'Calls and cost',
    children: [
      Table({ label: 'calls', columns, rows }),
      html`<p>
        ${`In all: ${costText(manifest)}.${failed === null ? '' : ` No reply: ${failed}.`} Prices as of ${manifest.cost.pricesAsOf}.`}
      </p>`,
    ],
  })
}
