// The result of a run, for people.
import { padEnd, widthOf } from '../../base/text.ts'
import { methodNamed } from '../../methods/index.ts'
import type { Manifest } from '../../job/manifest.ts'
import { batchText } from '../../job/batch-totals.ts'
import { callCells, costText, failedText } from '../../job/summary/calls.ts'
import { filesOf, ownSummary } from '../../job/summary/files.ts'
import { cascadeLines, checkLines, distributionLines, scoreLines } from '../../job/summary/notes.ts'
import { passageSums, signed } from '../../job/summary/passages.ts'
import { humanLines } from '../../policy/human.ts'
import { taskLines } from '../../tasks/counts.ts'
import type { StageCalls } from '../../job/call-totals.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'

export function summaryOf(manifest: Manifest): string {
  const own = ownSummary(manifest)
  const done = own ? [...own.lines, ...linesOfTasks(manifest.rows, manifest.method)] : cleaningLines(manifest)
  return [
    ...done,
    ...checkLines(manifest),
    ...cascadeLines(manifest),
    ...callLines(manifest),
    ...fileLines(manifest),
  ].join('\n')
}

function cleaningLines(manifest: Manifest): string[] {
  return [
    ...rowLines(manifest),
    ...passageLines(manifest),
    ...distributionLines(manifest),
    ...scoreLines(manifest),
    ...humanLines(manifest.human),
    ...methodNamed(manifest.method).describe(manifest.figures, { ...manifest }),
  ]
}

function rowLines({ rows, input, run, method, seconds }: Manifest): string[] {
  const { outcomes } = rows
  const share = (value: number) => (rows.read === 0 ? '' : ` (${percent(value / rows.read)})`)
  const why = (reasons: Record<string, number>) => {
    const list = Object.entries(reasons).map(([reason, count]) => `${counted(count)} ${reason}`)
    return list.length === 0 ? '' : `: ${list.join(', ')}`
  }
  const rest = input.rows - rows.read
  return [
    `${plural(rows.read, 'row')} by ${method}, run ${run}, in ${duration(seconds)}`,
    ...(rest > 0 ? [`  skipped    ${counted(rest)} beyond --limit, not in the output`] : []),
    `  kept       ${counted(outcomes.kept)}${share(outcomes.kept)}${rows.exempt > 0 ? `; ${counted(rows.exempt)} of them not judged, as their task is exempt` : ''}`,
    `  changed    ${counted(outcomes.changed)}${share(outcomes.changed)}`,
    `  dropped    ${counted(outcomes.dropped)}${share(outcomes.dropped)}${why(rows.dropReasons)}`,
    `  undecided  ${counted(outcomes.undecided)}${share(outcomes.undecided)}${why(rows.undecidedReasons)}`,
    ...(rows.unreadPassages > 0
      ? [`  passages without a readable reply, left unchanged: ${counted(rows.unreadPassages)}`]
      : []),
    ...(input.badRows > 0 ? [`  bad rows   ${counted(input.badRows)}${why(input.problems)}`] : []),
    ...(rows.suspectPositives > 0
      ? [`  positives of ${plural(rows.suspectPositives, 'row')} may be wrong; they stayed`]
      : []),
    ...linesOfTasks(rows, method),
  ]
}

function linesOfTasks({ taskChoices, taskConflicts }: Manifest['rows'], method: string): string[] {
  const lines = taskLines({ choices: taskChoices, conflicts: taskConflicts }, method)
  return lines.map((line, at) => `  ${at === 0 ? 'tasks' : 'task '}      ${line}`)
}

function callLines(manifest: Manifest): string[] {
  const stages = Object.entries(manifest.calls)
  if (stages.length === 0) return ['no calls made']
  const failed = failedText(manifest)
  return [
    'calls',
    ...stages.map(([stage, line]) => stageLine(stage, line)),
    ...(failed === null ? [] : [`  no reply  ${failed}`]),
    ...(manifest.batch ? [`  ${batchText(manifest.batch)}`] : []),
    `cost  ${costText(manifest)}`,
  ]
}

function stageLine(stage: string, calls: StageCalls): string {
  const { made, found, reasked, failed, input, output, cost } = callCells(calls)
  const parts = [
    `${made} made`,
    `${found} from the ledger`,
    ...(reasked === '' ? [] : [withUnit(reasked, 're-asked')]),
    ...(failed === '' ? [] : [`${failed} failed`]),
    withUnit(input, 'tokens in'),
    withUnit(output, 'out'),
    calls.unpriced > 0 ? 'cost unknown' : cost,
  ]
  return `  ${stage.padEnd(7)} ${calls.model}: ${parts.join(' · ')}`
}

/** `45 k (20% cached)` → `45 k tokens in (20% cached)`. */
const withUnit = (figure: string, unit: string) => figure.replace(/(?= \()|$/, ` ${unit}`)

/** Formats the passages before and after as a sum. */
function passageLines(manifest: Manifest): string[] {
  const { before, after } = manifest.passages
  const line = (name: string, positive: string, negative: string, why = '') =>
    `  ${name.padEnd(10)}  ${positive.padStart(9)}  ${negative.padStart(9)}  ${why}`.trimEnd()
  return [
    `passages      ${'positives'.padStart(9)}  ${'negatives'.padStart(9)}`,
    line('before', counted(before.positive), counted(before.negative)),
    ...passageSums(manifest).map(({ name, positives, negatives, why }) =>
      positives === 0 && negatives === 0
        ? line(name, '0', '0', why)
        : line(name, signed(positives), signed(negatives), why),
    ),
    line('after', counted(after.positive), counted(after.negative)),
  ]
}

function fileLines(manifest: Manifest): string[] {
  const files = filesOf(manifest)
  const width = Math.max(...files.map(([path]) => widthOf(path)))
  return ['files', ...files.map(([path, what]) => `  ${padEnd(path, width)}  ${what}`)]
}
