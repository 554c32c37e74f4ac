// Summarises growing for people: passages written, kept and refused, by reason and by strategy, and how hard they are.
import type { RunSummary, Summary } from '../../method/brought.ts'
import { causalnegLines } from './tally.ts'
import { sumOf } from '../../statistics/mean.ts'
import { formatNamed } from '../../rows/formats/index.ts'
import { groupWords } from '../../rows/sources.ts'
import type { ShareFigures } from '../../statistics/tenths.ts'
import type { Growth, Hardness } from './growth.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'
import { tableLines } from '../../base/table.ts'

export function causalnegSummary({
  rows,
  run,
  seconds,
  method,
  figures,
  format,
  options,
  sections,
}: RunSummary): Summary {
  const growth = sections['growth'] as Growth
  const { passages, gates, discarded, negatives } = growth
  const { kept, undecided, dropped } = rows.outcomes
  const silent = rows.read - growth.rows.grown - growth.rows.inVain - undecided - dropped - rows.exempt
  const others: [string, number][] = [
    ['nothing added', growth.rows.inVain],
    ['nothing to write', silent],
    ['exempt', rows.exempt],
  ]
  const lines = [
    `${plural(rows.read, 'row')} by ${method}, run ${run}, in ${duration(seconds)}`,
    `  grown      ${counted(growth.rows.grown)}${share(growth.rows.grown, rows.read)}, by ${plural(passages.accepted, 'passage')}`,
    `  unchanged  ${counted(kept)}${listOf(Object.fromEntries(others))}`,
    `  undecided  ${counted(undecided)}${listOf(rows.undecidedReasons)}`,
    ...causalnegLines(figures),
    `rejected by gates: ${counted(sumOf(Object.values(gates)))}${inBrackets(gates)}`,
    `discarded after verification: ${counted(sumOf(Object.values(discarded)))}${inBrackets(discarded)}`,
    ...hardnessLines(growth.hardness),
    `negatives in the output: ${counted(negatives.given + negatives.mined)} given or mined, ${counted(negatives.generated)} generated`,
    `  rows by generated negatives  ${spread(growth.generatedPerRow)}`,
    ...splitLines(growth, String(options['to'] ?? format)),
  ]
  const title = `${plural(passages.accepted, 'written passage was', 'written passages were')} added to ${counted(growth.rows.grown)} of ${plural(rows.read, 'row')} as hard negatives`
  return { title, lines, changes: passages.accepted }
}

/** Says what to tell a trainer that takes the first so many negatives of every row as mined. */
function splitLines({ groups, split }: Growth, format: string): string[] {
  if (split === null || formatNamed(format).tellsSourcesByOrder !== true) return []
  const { mined, wrongRows } = split
  const said = wrongRows === 0 ? 'splits every row correctly' : `splits ${plural(wrongRows, 'row')} incorrectly`
  return [`  mined first, then generated  ${groupWords({ groups })}`, `  NUM_MINED_NEGATIVES=${mined}        ${said}`]
}

function hardnessLines(hardness: Hardness | null): string[] {
  if (hardness === null) return []
  const { encoder, all, byStrategy, byBroken } = hardness
  const broken = byBroken.map((each): [string, ShareFigures] => [
    `${plural(each.broken, 'requirement')} violated or absent, ${each.critical} critical`,
    each,
  ])
  const rows = [['all', all] as [string, ShareFigures], ...Object.entries(byStrategy), ...broken]
  return [
    `hardness: percentile of similarity to the query among the row's mined negatives, by ${encoder.name}`,
    ...tableLines([
      ['', 'passages', 'mean', 'below 10%', '50% or above'],
      ...rows.map(([name, each]) => [
        name,
        counted(each.passages),
        each.mean === null ? '' : percent(each.mean, 0),
        percent((each.tenths[0] ?? 0) / Math.max(1, each.passages), 0),
        percent(sumOf(each.tenths.slice(5)) / Math.max(1, each.passages), 0),
      ]),
    ]),
  ]
}

const share = (part: number, all: number) => (all === 0 ? '' : ` (${percent(part / all)})`)

function inBrackets(counts: Record<string, number>): string {
  const list = listOf(counts)
  return list === '' ? '' : ` (${list.slice(2)})`
}

function listOf(counts: Record<string, number>): string {
  const list = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${counted(count)} ${name}`] : []))
  return list.length === 0 ? '' : `: ${list.join(', ')}`
}

const spread = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([many, rows]) => `${many}: ${counted(rows)}`)
    .join('  ')
