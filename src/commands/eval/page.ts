// The page of an evaluation: a table of measures for one collection, or one row per collection for several.
import type { EvaluationReport } from './report.ts'
import { counted, percent, plural } from '../../base/format.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import { tableLines } from '../../base/table.ts'

/** The coverage of judgements is shown if the share of judged documents is below this. */
const WHOLE = 0.9995

export function evaluationPage(
  reports: readonly EvaluationReport[],
  means: Record<string, number>,
  withQueries: boolean,
  style: PageStyle,
): string[] {
  const [only] = reports
  const pages = reports.length === 1 && only ? onePage(only, style) : severalPage(reports, means, style)
  if (!withQueries) return pages
  return [...pages, ...reports.flatMap((report) => ['', ...queryTable(report, style)])]
}

/** Formats four digits, as is usual in the field; counts in full. */
const valueText = (name: string, value = 0) => (isCount(name) ? counted(value) : value.toFixed(4))

function splitOf({ collection, split, qrels }: EvaluationReport): string {
  const name = split === '' ? collection : `${collection} ${split}`
  return qrels === undefined ? name : `${name}, judgements from ${qrels}`
}

const many = (count: number) => (count === 1 ? '1 query' : `${counted(count)} queries`)

function onePage(report: EvaluationReport, style: PageStyle): string[] {
  const rows = Object.entries(report.measures).map(([name, value]) => {
    const interval = report.intervals[name]
    const cutoff = /@(\d+)$/.exec(name)?.[1] ?? 'all'
    const share = report.judged[cutoff]
    return [
      name,
      valueText(name, value),
      interval ? `${interval.low.toFixed(4)} … ${interval.high.toFixed(4)}` : '',
      share === undefined || share >= WHOLE || isCount(name) ? '' : percent(share),
    ]
  })
  const head = ['', 'mean', '95% interval', 'judged']
  const shown = rows.some((row) => row[3] !== '') ? 4 : 3
  return [
    style.heading(`${report.system} on ${splitOf(report)}: ${many(report.queries)}`),
    ...tableLines([head, ...rows].map((row) => row.slice(0, shown))),
    ...noteLines([report], style),
  ]
}

const isCount = (name: string) => name.startsWith('Num') || name.startsWith('num_')

function severalPage(reports: readonly EvaluationReport[], means: Record<string, number>, style: PageStyle): string[] {
  const names = Object.keys(reports[0]?.measures ?? {})
  const rows = reports.map((report) => [
    splitOf(report),
    counted(report.queries),
    ...names.map((name) => valueText(name, report.measures[name])),
  ])
  const last = ['mean', '', ...names.map((name) => (name in means ? valueText(name, means[name]) : ''))]
  return [
    style.heading(`${reports[0]?.system ?? ''} on ${plural(reports.length, 'collection')}`),
    ...tableLines([['', 'queries', ...names], ...rows, last]),
    ...noteLines(reports, style),
  ]
}

function queryTable(report: EvaluationReport, style: PageStyle): string[] {
  const names = Object.keys(report.measures)
  const rows = Object.entries(report.perQuery).map(([query, values]) => [
    query,
    ...names.map((name) => valueText(name, values[name])),
  ])
  return [style.heading(`${splitOf(report)} by query`), ...tableLines([['query', ...names], ...rows])]
}

/** Returns what a reader must know to interpret the figures. */
function noteLines(reports: readonly EvaluationReport[], style: PageStyle): string[] {
  const notes = reports.flatMap((report) => {
    const of = reports.length > 1 ? `${splitOf(report)}: ` : ''
    return notesOn(report).map((note) => `${of}${note}`)
  })
  return notes.flatMap((note) => hanging('  ', note, style.width)).map((line) => style.faint(line))
}

function notesOn({
  missingQueries,
  missingCount,
  unjudgedQueries,
  queriesWithoutRelevant,
}: EvaluationReport): string[] {
  const notes: string[] = []
  if (missingQueries > 0) {
    const counts =
      missingCount === 'zero' ? 'counted as 0 (trec_eval -c); leave them out with --missing-queries skip' : 'left out'
    notes.push(`${many(missingQueries)} judged but without results: ${counts}`)
  }
  if (unjudgedQueries > 0) notes.push(`${many(unjudgedQueries)} in the run not judged: left out`)
  if (queriesWithoutRelevant > 0) notes.push(`${many(queriesWithoutRelevant)} without a relevant document: always 0`)
  return notes
}
