// The HTML page of prune: one self-contained file, in light and dark colours.
import type { VNode } from 'preact'
import { counted, duration, plural } from '../../base/format.ts'
import type { Draw } from '../../html/draw.ts'
import { framed, type PageContents } from '../../html/frame.ts'
import { Figure } from '../../html/parts/figure.ts'
import { Section } from '../../html/parts/section.ts'
import { Table, type TableRow } from '../../html/parts/table.ts'
import { matrix, type MatrixCell } from '../../html/pictures/matrix.ts'
import { html } from '../../html/template.ts'
import type { Effect } from '../../statistics/crossed.ts'
import { chance, points } from '../../laboratory/words.ts'
import type { DatasetReport, PruneReport } from './report.ts'
import { effectsOf, effectColumns, leadOf, reasonOf, span, togetherText, verdictOf } from './words.ts'

export const prunePage = (report: PruneReport): Promise<string> => framed(pruneContents(report))

/** What the page says, for a file and for the studio. */
export function pruneContents(report: PruneReport): PageContents {
  return {
    ...report,
    command: 'prune',
    title: verdictOf(report),
    lead: leadOf(report),
    took: duration(report.seconds),
    body: (draw) => [
      matrixPart(report, draw),
      effectPart(report),
      verdictPart(report),
      togetherPart(report),
      keptPart(report),
    ],
  }
}

function matrixPart(report: PruneReport, draw: Draw): VNode {
  const columns = effectColumns(report)
  const cellOf = (name: string, column: string, effect: Effect): MatrixCell => ({
    mean: effect.mean * 100,
    low: effect.interval.low * 100,
    high: effect.interval.high * 100,
    value: points(effect.mean),
    note: `without ${name}, ${column}: ${points(effect.mean)} (${span(effect)}), p ${chance(effect.p)}`,
  })
  const rows = report.datasets.map((dataset) => ({
    label: dataset.name,
    isPale: dataset.verdict !== 'pruned',
    cells: effectsOf(dataset, report).map(
      (effect, at) => effect && cellOf(dataset.name, columns[at] as string, effect),
    ),
  }))
  const picture = matrix(columns, rows, 'points', 'Effect of leaving out each dataset on each evaluation set')
  const caption =
    'How much better the rest trains without it, in points (0.01 of the measure), with 95% intervals. Right of the line, the dataset harms. Those that stay are paler.'
  return Section({ title: 'Leaving each dataset out', children: Figure({ caption, picture: draw(picture) }) })
}

function effectPart(report: PruneReport): VNode {
  const hasRandom = report.datasets.some(({ leftOut }) => leftOut?.random)
  const columns = [
    'rows',
    ...effectColumns(report).flatMap((name) => [name, '95% interval']),
    'p (Holm)',
    ...(hasRandom ? ['as many random rows'] : []),
    'halves of the queries',
  ]
  const rowOf = (dataset: DatasetReport): TableRow => {
    const { name, rows, leftOut } = dataset
    const known = leftOut && [
      ...effectsOf(dataset, report).flatMap((effect) => (effect ? [points(effect.mean), span(effect)] : ['', ''])),
      chance(leftOut.pHolm),
      ...(hasRandom ? [leftOut.random ? points(leftOut.random.effect.mean) : ''] : []),
      leftOut.halves.map(({ effect }) => points(effect.mean)).join(' and '),
    ]
    return { name, cells: [counted(rows), ...(known ?? columns.slice(1).map(() => ''))] }
  }
  return Table({ label: 'effects of leaving datasets out', columns, rows: report.datasets.map(rowOf) })
}

const verdictPart = ({ datasets }: PruneReport): VNode =>
  Section({
    title: 'Verdicts',
    children: Table({
      label: 'verdicts',
      columns: [
        { head: 'verdict', isText: true },
        { head: 'why', isText: true },
      ],
      rows: datasets.map((each) => ({
        name: each.name,
        ...(each.verdict === 'pruned' && { kind: 'head' as const }),
        cells: [each.verdict, html`<span class="prose">${reasonOf(each)}</span>`],
      })),
    }),
  })

function togetherPart(report: PruneReport): VNode | null {
  const text = togetherText(report)
  return text === null
    ? null
    : Section({
        title: 'All chosen datasets together',
        children: html`<p>${`${text[0]?.toUpperCase()}${text.slice(1)}.`}</p>`,
      })
}

function keptPart({ keptRows, inputs, outputs }: PruneReport): VNode {
  const rows = inputs.reduce((sum, input) => sum + input.rows, 0)
  const files = outputs === null ? '' : `: ${Object.values(outputs).join(', ')}`
  return Section({
    title: 'What was kept',
    children: html`<p>${`${counted(keptRows)} of ${plural(rows, 'row')} kept${files}`}</p>`,
  })
}
