// The terminal page of a comparison: what was trained, the differences with their intervals, and the queries that moved.
import { meanOf } from '../../statistics/mean.ts'
import { changeText, chance, firstStageText, kindText, points } from '../../laboratory/words.ts'
import type { PlanReport } from '../../laboratory/hooks.ts'
import type { ArmReport, CompareReport, Difference, Mover, SetDifference } from './report.ts'
import { counted, duration, plural } from '../../base/format.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import { tableLines } from '../../base/table.ts'

/** Describes what will be trained, and what it can detect. */
export function planLines({
  sets,
  seeds,
  steps,
  trainings,
  arms,
  smallestEffect,
  seedsForOnePoint,
  basis,
}: PlanReport): string[] {
  const queries = sets.map(({ name, queries: count }) => `${name} (${counted(count)} queries)`).join(', ')
  const more =
    seedsForOnePoint === null
      ? 'detecting one point needs more queries: add collections, or larger ones'
      : smallestEffect <= 0.01
        ? 'one point is detectable'
        : `to detect one point: --seeds ${seedsForOnePoint}`
  return [
    `${plural(trainings, 'training')}: ${plural(arms.length, 'arm')} with ${seeds} seeds each, ${counted(steps)} steps; evaluated on ${queries}`,
    `smallest detectable difference (80% power): ${(smallestEffect * 100).toFixed(2)} points; ${more} (conservative estimate from ${basis})`,
  ]
}

export function comparePage(report: CompareReport, style: PageStyle): string[] {
  const identical = report.arms.filter(({ identicalTo }) => identicalTo !== undefined)
  const lines = identical.map(({ name, identicalTo }) => `${name}: the same rows as ${identicalTo}; nothing to compare`)
  if (report.plan === null) return lines
  return [
    ...(lines.length > 0 ? [...lines, ''] : []),
    ...hanging('', headingOf(report), style.width).map((line) => style.heading(line)),
    ...armTable(report),
    '',
    style.heading('Differences in points (0.01 of the measure)'),
    ...differenceTable(report),
    ...notesOf(report)
      .flatMap((note) => hanging('  ', note, style.width))
      .map((line) => style.faint(line)),
    ...report.movers.flatMap(({ arm, queries }) => moverLines(arm, queries, style)),
    '',
    style.faint(`${duration(report.seconds)}`),
  ]
}

const headingOf = ({ measure, seeds, steps, trained }: CompareReport) =>
  `${measure}, ${seeds.length} seeds, ${counted(steps)} steps${trained === undefined ? '' : `; ${trained}`}`

function armTable({ arms, sets, initial, firstStage }: CompareReport): string[] {
  const head = ['', 'rows', 'epochs', ...sets.map(({ name }) => name), ...(sets.length > 1 ? ['mean'] : [])]
  const value = (each: number) => each.toFixed(4)
  const rows = arms
    .filter(({ identicalTo }) => identicalTo === undefined)
    .map((arm) => [
      arm.name,
      counted(arm.rows),
      arm.epochs.toFixed(2),
      ...arm.means.map(value),
      ...(sets.length > 1 ? [value(arm.mean)] : []),
    ])
  const startRow = (name: string, means: readonly number[]) => [
    name,
    '',
    '',
    ...means.map(value),
    ...(sets.length > 1 ? [value(meanOf(means))] : []),
  ]
  const starts = [
    startRow('untrained', initial ?? []),
    ...(firstStage ? [startRow(firstStageText(firstStage), firstStage.means)] : []),
  ]
  const changed = arms.flatMap((arm) => (arm.changes === null ? [] : [`  ${arm.name}: ${changeText(arm.changes)}`]))
  return [...tableLines([head, ...starts, ...rows]), ...changed]
}

function differenceTable({ differences, sets }: CompareReport): string[] {
  const holm = differences.filter(({ pHolm }) => pHolm !== null).length > 1
  const head = [
    '',
    ...(sets.length > 1 ? ['on'] : []),
    'difference',
    '95% interval',
    'p',
    ...(holm ? ['p (Holm)'] : []),
    'win/tie/loss',
  ]
  const rows = differences.flatMap((each) => {
    const name = `${each.arm} − ${each.against}`
    const lines = each.sets.map((set) => [
      name,
      ...(sets.length > 1 ? [set.set] : []),
      ...figures(set),
      ...(holm ? [''] : []),
      record(set),
    ])
    const adjusted = holm ? [each.pHolm === null ? '' : chance(each.pHolm)] : []
    if (sets.length === 1)
      return lines.map((line) => (holm ? [...line.slice(0, 4), ...adjusted, line.at(-1) as string] : line))
    return [[name, 'mean', ...figures(each), ...adjusted, ''], ...lines.map(([, ...rest]) => ['', ...rest])]
  })
  return tableLines([head, ...rows])
}

const figures = ({ mean, interval, p }: Difference | SetDifference) => [
  points(mean),
  `${points(interval.low)} … ${points(interval.high)}`,
  chance(p),
]

const record = ({ wins, ties, losses }: SetDifference) => `${wins}/${ties}/${losses}`

export function notesOf({ differences, arms }: CompareReport): string[] {
  const [first] = differences
  const seen =
    first === undefined || first.smallestEffect === 0
      ? []
      : [`with the observed spread, ${(first.smallestEffect * 100).toFixed(2)} points are detectable with 80% power`]
  const skipped = arms
    .filter((arm: ArmReport) => arm.skipped > 0)
    .map(({ name, skipped: count }) => `${name}: ${plural(count, 'row')} not trained on`)
  return [...differences.filter(({ pHolm }) => pHolm !== null).map(onTheseQueries), ...seen, ...skipped]
}

/** Says how certain a difference is for whoever is measured by these very queries. */
function onTheseQueries({ arm, against, mean, theseQueries: { interval, p } }: Difference): string {
  const between = `${points(mean)} (${points(interval.low)} … ${points(interval.high)})`
  const certain = `p ${p < 0.001 ? '' : '= '}${chance(p)}`
  return `${arm} − ${against}, taking these queries as given: ${between} over the seeds, ${certain}`
}

function moverLines(arm: string, queries: readonly Mover[], style: PageStyle): string[] {
  if (queries.length === 0) return []
  const lines = queries
    .slice(0, 6)
    .flatMap(({ set, id, text, before, after, rows }) => [
      ...hanging(`  ${points(after - before).padStart(7)}  `, `${set} ${id}: ${text}`, style.width),
      ...rows.flatMap((row) =>
        hanging(
          '           ',
          `${row.shares === 'document' ? 'same document' : 'similar words'}: row ${row.id}, ${briefly(row.changes)}: ${row.query}`,
          style.width,
        ).map((line) => style.faint(line)),
      ),
    ])
  return ['', style.heading(`${arm}: queries that changed most, and related changed rows`), ...lines]
}

export function briefly(changes: Mover['rows'][number]['changes']): string {
  const counts = new Map<string, number>()
  for (const { kind } of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => `${count > 1 ? `${count} × ` : ''}${kindText(kind)}`).join(', ')
}
