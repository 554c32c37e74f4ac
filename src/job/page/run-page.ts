// The HTML page of a run over rows: its verdict, counts that add up, the changes that tell most, and how to repeat it. Its size does not
// grow with the file.
import type { VNode } from 'preact'
import { counted, duration, percent, plural } from '../../base/format.ts'
import { shellWord } from '../../base/strings.ts'
import type { Draw } from '../../html/draw.ts'
import { framed } from '../../html/frame.ts'
import { Command } from '../../html/parts/command.ts'
import { Section } from '../../html/parts/section.ts'
import { Table } from '../../html/parts/table.ts'
import { html, type Content } from '../../html/template.ts'
import { methodNamed } from '../../methods/index.ts'
import type { TellingChanges } from '../changes/telling.ts'
import type { Manifest } from '../manifest.ts'
import { filesOf, ownSummary } from '../summary/files.ts'
import { cascadeLines, checkLines, scoreLines } from '../summary/notes.ts'
import { passageSums, signed } from '../summary/passages.ts'
import { callsPart } from './calls.ts'
import { changesPart } from './changes.ts'
import { linesOf } from './lines.ts'
import type { LeftRow, PlaceCounts } from './place-counts.ts'
import { placesPart } from './places.ts'
import { leadOf, rowNotes, spreadText, verdictOf } from './verdict.ts'

export interface FinishedRun {
  manifest: Manifest
  telling: TellingChanges
  places: PlaceCounts
}

export function runPage(run: FinishedRun): Promise<string> {
  const { manifest, places } = run
  return framed({
    ...manifest,
    title: verdictOf(manifest, places),
    lead: leadOf(manifest),
    took: `run ${manifest.run} · ${duration(manifest.seconds)}`,
    body: (draw) => partsOf(run, draw),
  })
}

function partsOf({ manifest, telling, places }: FinishedRun, draw: Draw): Content[] {
  return [
    tiles(manifest),
    sumsPart(manifest),
    ...changesPart(manifest, telling),
    ...placesPart(places, draw),
    leftPart('Dropped rows', manifest.rows.outcomes.dropped, places.dropped, manifest.rows.dropReasons),
    leftPart('Undecided rows', manifest.rows.outcomes.undecided, places.undecided, manifest.rows.undecidedReasons),
    notesPart(manifest),
    callsPart(manifest),
    filesPart(manifest),
    repeatPart(manifest),
  ]
}

/** The rows by outcome: together they are all rows. */
function tiles({ rows }: Manifest): VNode {
  const { outcomes } = rows
  const tile = (count: number, what: string, note: string) =>
    html`<li><b>${counted(count)}</b>${what}<small class="pale">${note}</small></li>`
  const share = (count: number) => (rows.read === 0 ? '' : ` ${percent(count / rows.read)}`)
  return html`<ul class="tile-row">
    ${tile(rows.read, plural(rows.read, 'row').replace(/^\S+ /, ''), rows.exempt > 0 ? ` ${counted(rows.exempt)} exempt` : '')}
    ${(['kept', 'changed', 'dropped', 'undecided'] as const).map((each) => tile(outcomes[each], each, share(outcomes[each])))}
  </ul>`
}

function sumsPart(manifest: Manifest): VNode {
  const { before, after } = manifest.passages
  const own = ownSummary(manifest)
  if (own !== undefined) return Section({ title: 'What was done', children: linesOf(own.lines) })
  const shown = (value: number) => (value === 0 ? '0' : signed(value))
  const rows = [
    { name: 'before', cells: [counted(before.positive), counted(before.negative), ''] },
    ...passageSums(manifest).map(({ name, positives, negatives, why }) => {
      return { name, cells: [shown(positives), shown(negatives), why] }
    }),
    { name: 'after', kind: 'sum' as const, cells: [counted(after.positive), counted(after.negative), ''] },
  ]
  const columns = ['positives', 'negatives', { head: 'why', isText: true }]
  return Section({
    title: 'What moved',
    children: [
      Table({ label: 'passages before and after', columns, rows }),
      linesOf([spreadText(manifest), ...rowNotes(manifest)]),
    ],
  })
}

function leftPart(
  title: string,
  all: number,
  examples: readonly LeftRow[],
  reasons: Record<string, number>,
): VNode | null {
  if (all === 0) return null
  const why = Object.entries(reasons).map(([reason, count]) => `${counted(count)} ${reason}`)
  const head = `${plural(all, 'row')}${why.length === 0 ? '' : `: ${why.join(', ')}`}.${examples.length < all ? ` The first ${examples.length}:` : ''}`
  const list = html`<ul class="left">
    ${examples.map(
      ({ line, row, query, reason }) =>
        html`<li>
          <b dir="auto">${query}</b> <small>${`row ${row} · line ${line}`}</small><br /><span dir="auto"
            >${reason}</span
          >
        </li>`,
    )}
  </ul>`
  return Section({ title, children: [html`<p>${head}</p>`, list] })
}

/** Whether the judges were believed, and what the method says besides. */
function notesPart(manifest: Manifest): VNode | null {
  const own = ownSummary(manifest)
  const described = own === undefined ? methodNamed(manifest.method).describe(manifest.figures, { ...manifest }) : []
  const lines = [...scoreLines(manifest), ...described, ...checkLines(manifest), ...cascadeLines(manifest)]
  const { warnings = [] } = manifest.check ?? {}
  const all = [...lines, ...warnings]
  return all.length === 0 ? null : Section({ title: 'Can the judge be believed?', children: linesOf(all) })
}

const filesPart = (manifest: Manifest): VNode =>
  Section({
    title: 'Files',
    children: Table({
      label: 'files',
      columns: [{ head: 'what it holds', isText: true }],
      rows: filesOf(manifest).map(([path, what]) => ({ name: path, cells: [what] })),
    }),
  })

function repeatPart({ command, input, outputs, program }: Manifest): VNode {
  const rows = outputs.rows
  const more =
    rows === '-'
      ? []
      : [
          html`<p>Read all changes, or see, filter and audit them:</p>`,
          Command({
            label: 'commands that show all changes',
            text: `winnow changes ${shellWord(rows)}\nwinnow studio ${shellWord(rows)}`,
          }),
        ]
  const repeat =
    program === undefined
      ? [
          html`<p>The manifest holds every option. What is in the ledger is not paid for again.</p>`,
          Command({
            label: 'the command that repeats it',
            text: `winnow ${command} ${shellWord(input.path)} --recipe ${shellWord(outputs.manifest)}${input.path === '-' ? ' < ROWS' : ''}`,
          }),
        ]
      : [html`<p>A program ran this with parts of its own; the manifest holds its options.</p>`]
  return Section({ title: 'Repeat it', children: [...repeat, ...more] })
}
