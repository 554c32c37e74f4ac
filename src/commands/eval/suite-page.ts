// The page of a suite: a line for each collection, what is missing, and the averages that papers take.
import { counted } from '../../base/format.ts'
import { tableLines } from '../../base/table.ts'
import type { Evaluation } from '../../evaluate/evaluation.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import { noteLines, queryTable, valueText } from './page.ts'
import type { SetReport, SuiteReport } from './suite.ts'

export function suitePage(report: SuiteReport, withQueries: boolean, style: PageStyle): string[] {
  const { suite, root, system, sets, missing, averages } = report
  const total = suite.sets.length
  const complete = averages.filter(({ value }) => value !== undefined)
  const others = averages.filter(({ value, found }) => value === undefined && found > 0)
  return [
    style.heading(`${system} on ${suite.title}: ${counted(sets.length)} of ${counted(total)} collections in ${root}`),
    ...tableLines(setTable(report)),
    ...noteLines(
      sets.map((each) => ({ ...each.report, collection: each.set.name })),
      style,
    ),
    '',
    ...(complete.length > 0
      ? tableLines(complete.map(({ name, value, about }) => [`${name}: ${about}`, (value as number).toFixed(4)]))
      : []),
    ...faint(
      style,
      others.length > 0,
      `not complete: ${others.map(({ name, found, sets: of }) => `${name} (${found} of ${of})`).join(', ')}`,
    ),
    ...faint(style, missing.length > 0, `missing: ${missing.join(', ')}`),
    ...(withQueries ? sets.flatMap((each) => ['', ...queryTable(shown(each, report), style)]) : []),
  ]
}

/** A row for each collection, and one for each that is made of parts. */
function setTable({ sets, measures, wholes }: SuiteReport): string[][] {
  const names = measures.map(({ name }) => name)
  const isLong = sets.some(({ set }) => set.measure !== 'nDCG@10') && !names.includes('R@10')
  const columns = isLong ? [...names, 'R@10'] : names
  const cells = ({ measures: values }: Evaluation) => columns.map((name) => valueText(name, values[name]))
  const rows = sets.flatMap(({ set, report }) => {
    const start = [`${set.name} ${report.split}`.trim(), counted(report.queries)]
    if (report.firstStage === undefined) return [[...start, ...cells(report)]]
    return [
      [...start, ...cells(report.firstStage)],
      ['  reranked', '', ...cells(report)],
    ]
  })
  const ofWholes = [...wholes].map(([name, value]) => [
    `${name}: mean of its parts`,
    '',
    ...columns.map((column) => (column === 'nDCG@10' ? value.toFixed(4) : '')),
  ])
  return [['', 'queries', ...columns], ...rows, ...ofWholes]
}

/** Returns the report with the measures that the user asked for, and the suite's. */
export function shown({ set, report }: SetReport, { measures }: Pick<SuiteReport, 'measures'>): SetReport['report'] {
  const names = [...new Set([...measures.map(({ name }) => name), set.measure])]
  const of = <T>(values: Record<string, T>) =>
    Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name] as T]] : [])))
  const reduced = <E extends Evaluation>(evaluation: E): E => ({
    ...evaluation,
    measures: of(evaluation.measures),
    intervals: of(evaluation.intervals),
    perQuery: Object.fromEntries(Object.entries(evaluation.perQuery).map(([query, values]) => [query, of(values)])),
  })
  const { firstStage, differences } = report
  return {
    ...reduced(report),
    collection: set.name,
    ...(firstStage && { firstStage: reduced(firstStage) }),
    ...(differences && { differences: of(differences) }),
  }
}

const faint = (style: PageStyle, isTold: boolean, text: string) =>
  isTold ? hanging('  ', text, style.width).map((line) => style.faint(line)) : []
