// The page of an evaluation: a table of measures for one collection, or one row per collection for several.
import type { Evaluation } from '../../evaluate/evaluation.ts'
import { chance } from '../../laboratory/words.ts'
import { meansOver, type EvaluationReport } from './report.ts'
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
export const valueText = (name: string, value = 0) => (isCount(name) ? counted(value) : value.toFixed(4))

function splitOf({ collection, split, qrels }: EvaluationReport): string {
  const name = split === '' ? collection : `${collection} ${split}`
  return qrels === undefined ? name : `${name}, judgements from ${qrels}`
}

const many = (count: number) => (count === 1 ? '1 query' : `${counted(count)} queries`)

function onePage(report: EvaluationReport, style: PageStyle): string[] {
  const { system, queries, firstStage } = report
  const heading = `${system} on ${splitOf(report)}: ${many(queries)}`
  const table = firstStage === undefined ? plainTable(report) : rerankingTable(report, firstStage)
  const depth = firstStage === undefined ? '' : `, the first ${counted(firstStage.depth)} documents reranked`
  return [style.heading(`${heading}${depth}`), ...tableLines(table), ...noteLines([report], style)]
}

/** A row for each measure. */
function plainTable(report: EvaluationReport): string[][] {
  const rows = Object.keys(report.measures).map((name) => [name, ...figuresOf(report, name)])
  return withoutEmpty([['', 'mean', '95% interval', 'judged'], ...rows])
}

/** Three rows for each measure: before and after reranking, and the difference. */
function rerankingTable(report: EvaluationReport, firstStage: NonNullable<EvaluationReport['firstStage']>): string[][] {
  const rows = Object.keys(report.measures).flatMap((name) => {
    const before = [`${name}, ${firstStage.system}`, ...figuresOf(firstStage, name), '']
    const after = ['  reranked', ...figuresOf(report, name), '']
    const difference = report.differences?.[name]
    if (difference === undefined) return [before, after]
    const { low, high } = difference.interval
    const value = signed(difference.difference)
    return [before, after, ['  difference', value, `${signed(low)} … ${signed(high)}`, '', chance(difference.p)]]
  })
  return withoutEmpty([['', 'mean', '95% interval', 'judged', 'p'], ...rows])
}

/** The mean of a measure, its interval, and the share of judged documents if it is not the whole. */
function figuresOf({ measures, intervals, judged }: Evaluation, name: string): string[] {
  const interval = intervals[name]
  const cutoff = /@(\d+)$/.exec(name)?.[1] ?? 'all'
  const share = judged[cutoff]
  return [
    valueText(name, measures[name]),
    interval ? `${interval.low.toFixed(4)} … ${interval.high.toFixed(4)}` : '',
    share === undefined || share >= WHOLE || isCount(name) ? '' : percent(share),
  ]
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`

/** Returns a table without the columns that hold nothing below the head, but always with the first three. */
function withoutEmpty(rows: string[][]): string[][] {
  const isShown = (column: number) => column < 3 || rows.slice(1).some((row) => row[column] !== '')
  return rows.map((row) => row.filter((_cell, column) => isShown(column)))
}

const isCount = (name: string) => name.startsWith('Num') || name.startsWith('num_')

function severalPage(reports: readonly EvaluationReport[], means: Record<string, number>, style: PageStyle): string[] {
  const names = Object.keys(reports[0]?.measures ?? {})
  const firstStages = reports.flatMap(({ firstStage }) => firstStage ?? [])
  const rows = reports.flatMap((report) => {
    const { firstStage } = report
    const cells = (of: Evaluation) => names.map((name) => valueText(name, of.measures[name]))
    const start = [splitOf(report), counted(report.queries)]
    if (firstStage === undefined) return [[...start, ...cells(report)]]
    return [
      [...start, ...cells(firstStage)],
      ['  reranked', '', ...cells(report)],
    ]
  })
  const last = (label: string, values: Record<string, number>) => [
    label,
    '',
    ...names.map((name) => (name in values ? valueText(name, values[name]) : '')),
  ]
  const isReranked = firstStages.length > 0
  const ends = isReranked
    ? [last('mean', meansOver(firstStages, Object.keys(means))), last('  reranked', means)]
    : [last('mean', means)]
  return [
    style.heading(`${reports[0]?.system ?? ''} on ${plural(reports.length, 'collection')}`),
    ...tableLines([['', 'queries', ...names], ...rows, ...ends]),
    ...noteLines(reports, style),
  ]
}

export function queryTable(report: EvaluationReport, style: PageStyle): string[] {
  const names = Object.keys(report.measures)
  const rows = Object.entries(report.perQuery).map(([query, values]) => [
    query,
    ...names.map((name) => valueText(name, values[name])),
  ])
  return [style.heading(`${splitOf(report)} by query`), ...tableLines([['query', ...names], ...rows])]
}

/** Returns what a reader must know to interpret the figures. */
export function noteLines(reports: readonly EvaluationReport[], style: PageStyle): string[] {
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
