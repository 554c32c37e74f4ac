// What growing came to, for a person: passages written, kept and refused, by reason and by strategy, and how hard they are.
import { sumOf } from '../../statistics/mean.ts'
import { formatNamed } from '../../rows/formats/index.ts'
import { groupWords } from '../../rows/sources.ts'
import { methodNamed } from '../../methods/index.ts'
import type { HardnessFigures } from '../../job/growth/hardness-totals.ts'
import type { Growth, Hardness } from '../../job/growth/totals.ts'
import type { Manifest } from '../../job/manifest.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'
import { tableLines } from '../../base/table.ts'

export function growthLines(
  growth: Growth,
  { rows, run, seconds, method, figures, input, options }: Manifest,
): string[] {
  const { passages, gates, discarded, negatives } = growth
  const { outcomes } = rows
  const silent =
    rows.read - growth.rows.grown - growth.rows.inVain - outcomes.undecided - outcomes.dropped - rows.exempt
  const others: [string, number][] = [
    ['given nothing', growth.rows.inVain],
    ['nothing to write', silent],
    ['exempt', rows.exempt],
  ]
  return [
    `${plural(rows.read, 'row')} by ${method}, run ${run}, in ${duration(seconds)}`,
    `  grown      ${counted(growth.rows.grown)}${share(growth.rows.grown, rows.read)}, by ${plural(passages.accepted, 'passage')}`,
    `  as before  ${counted(outcomes.kept)}${listOf(Object.fromEntries(others))}`,
    `  undecided  ${counted(outcomes.undecided)}${listOf(rows.undecidedReasons)}`,
    ...methodNamed(method).describe(figures),
    `stopped by gates: ${counted(sumOf(Object.values(gates)))}${inBrackets(gates)}`,
    `discarded after them: ${counted(sumOf(Object.values(discarded)))}${inBrackets(discarded)}`,
    ...hardnessLines(growth.hardness),
    `negatives of the rows written: ${counted(negatives.given + negatives.mined)} given or mined, ${counted(negatives.generated)} generated`,
    `  rows by number of generated  ${spread(growth.generatedPerRow)}`,
    ...splitLines(growth, String(options['to'] ?? input.format)),
  ]
}

/** What a trainer must be told that takes the first so many negatives of every row as mined. */
function splitLines({ groups, split }: Growth, format: string): string[] {
  if (split === null || formatNamed(format).tellsSourcesByOrder !== true) return []
  const { mined, wrongRows } = split
  const said = wrongRows === 0 ? 'takes every row apart rightly' : `takes ${plural(wrongRows, 'row')} apart wrongly`
  return [`  mined first, then generated  ${groupWords({ groups })}`, `  NUM_MINED_NEGATIVES=${mined}        ${said}`]
}

function hardnessLines(hardness: Hardness | null): string[] {
  if (hardness === null) return []
  const { encoder, all, byStrategy, byBroken } = hardness
  const broken = byBroken.map((each): [string, HardnessFigures] => [
    `${plural(each.broken, 'requirement')} not fulfilled, ${each.critical} critical`,
    each,
  ])
  const rows = [['all', all] as [string, HardnessFigures], ...Object.entries(byStrategy), ...broken]
  return [
    `hardness: percentile of the similarity to the query among the row's mined negatives, by ${encoder.name}`,
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
