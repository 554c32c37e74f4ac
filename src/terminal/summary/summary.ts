// The result of a run, for people.
import { padEnd, widthOf } from '../../base/text.ts'
import type { RunSummary } from '../../method/brought.ts'
import { lineOf } from '../../judging/conclusion.ts'
import { methodNamed } from '../../methods/index.ts'
import type { Manifest } from '../../job/manifest.ts'
import { humanLines } from '../../policy/human.ts'
import { taskLines } from '../../tasks/counts.ts'
import { SCRIPT_USE } from '../../trainers/options.ts'
import type { StageCalls } from '../../job/call-totals.ts'
import { compact, counted, dollars, duration, percent, plural } from '../../base/format.ts'

export function summaryOf(manifest: Manifest): string {
  const own = methodNamed(manifest.method).summarise?.(forMethod(manifest))
  const done = own ? [...own.lines, ...linesOfTasks(manifest.rows, manifest.method)] : cleaningLines(manifest)
  return [
    ...done,
    ...checkLines(manifest),
    ...cascadeLines(manifest),
    ...callLines(manifest),
    ...fileLines(manifest),
  ].join('\n')
}

function forMethod(manifest: Manifest): RunSummary {
  return { ...manifest, format: manifest.input.format, sections: { ...manifest } }
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
    `  kept       ${counted(outcomes.kept)}${share(outcomes.kept)}${rows.exempt > 0 ? `, ${counted(rows.exempt)} of them exempt` : ''}`,
    `  changed    ${counted(outcomes.changed)}${share(outcomes.changed)}`,
    `  dropped    ${counted(outcomes.dropped)}${share(outcomes.dropped)}${why(rows.dropReasons)}`,
    `  undecided  ${counted(outcomes.undecided)}${share(outcomes.undecided)}${why(rows.undecidedReasons)}`,
    ...(rows.unreadPassages > 0
      ? [`  passages without a readable reply, left unchanged: ${counted(rows.unreadPassages)}`]
      : []),
    ...(input.badRows > 0 ? [`  bad rows   ${counted(input.badRows)}${why(input.problems)}`] : []),
    ...(rows.suspectPositives > 0 ? [`  suspect positives in ${plural(rows.suspectPositives, 'row')}, unchanged`] : []),
    ...linesOfTasks(rows, method),
  ]
}

function linesOfTasks({ taskChoices, taskConflicts }: Manifest['rows'], method: string): string[] {
  const lines = taskLines({ choices: taskChoices, conflicts: taskConflicts }, method)
  return lines.map((line, at) => `  ${at === 0 ? 'tasks' : 'task '}      ${line}`)
}

/** The grounds of changes that are not based on a model's verdict, for one change and for several. */
const GROUNDS: Record<string, readonly [one: string, many: string]> = {
  duplicate: ['copy of a positive', 'copies of positives'],
  known: ['known to be positive', 'known to be positive'],
  beyond: ['not asked about', 'not asked about'],
}

/** Returns the passages before and after as a sum that can be checked by eye. */
function passageLines({
  passages: { before, after, relabelled, removed },
  rows: { outcomes },
  refill,
}: Manifest): string[] {
  const [positives, all] = [totalOf(relabelled), totalOf(removed)]
  const mined = refill?.negatives ?? 0
  const lost = {
    positive: before.positive + positives - after.positive,
    negative: before.negative - positives - all + mined - after.negative,
  }
  const table: [name: string, positive: number, negative: number, why: string][] = [
    ['relabelled', positives, -positives, groundsOf(relabelled)],
    ['removed', 0, -all, groundsOf(removed)],
    ...(refill ? [['mined', 0, mined, `for ${plural(refill.rows, 'row')}, by ${refill.miner.name}`] as const] : []),
    ...(lost.positive === 0 && lost.negative === 0
      ? []
      : [
          outcomes.dropped > 0
            ? (['dropped', -lost.positive, -lost.negative, 'with their rows'] as const)
            : (['otherwise', -lost.positive, -lost.negative, ''] as const),
        ]),
  ].map(([name, ...others]) => [name, ...others] as [string, number, number, string])
  const line = (name: string, positive: string, negative: string, why = '') =>
    `  ${name.padEnd(10)}  ${positive.padStart(9)}  ${negative.padStart(9)}  ${why}`.trimEnd()
  return [
    `passages      ${'positives'.padStart(9)}  ${'negatives'.padStart(9)}`,
    line('before', counted(before.positive), counted(before.negative)),
    ...table.map(([name, positive, negative, why]) =>
      positive === 0 && negative === 0
        ? line(name, '0', '0', why)
        : line(name, signed(positive), signed(negative), why),
    ),
    line('after', counted(after.positive), counted(after.negative)),
  ]
}

const totalOf = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0)

const groundsOf = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([stage, count]) => `${counted(count)} ${GROUNDS[stage]?.[count === 1 ? 0 : 1] ?? `by ${stage}`}`)
    .join(', ')

/** Formats a change of a count: `+21`, `−14`, or nothing for 0. */
const signed = (value: number) => (value === 0 ? '' : `${value > 0 ? '+' : '−'}${counted(Math.abs(value))}`)

function distributionLines({ falseNegativesPerRow }: Manifest): string[] {
  const found = Object.entries(falseNegativesPerRow).filter(([many]) => many !== '0')
  if (found.length === 0) return ['false negatives: none found']
  const flagged = found.reduce((sum, [, rows]) => sum + rows, 0)
  const total = found.reduce((sum, [many, rows]) => sum + Number(many) * rows, 0)
  const spread = found.map(([many, rows]) => `${many}: ${counted(rows)}`).join('  ')
  return [`false negatives: ${counted(total)} in ${plural(flagged, 'row')}`, `  rows by count  ${spread}`]
}

function scoreLines({ scores }: Manifest): string[] {
  if (scores === undefined) return []
  const { scale, range, meaning, fields, rows, without, replaced } = scores
  const reasons = Object.entries(without).map(([reason, count]) => `${counted(count)} ${reason}`)
  return [
    `scores  ${scale}, ${range}, in ${fields}: ${meaning}`,
    `  ${plural(rows, 'row')} with a score for every passage`,
    ...(reasons.length > 0
      ? [`  without scores (null): ${reasons.join(', ')}; a trainer that needs scores stops there: --unscored drop`]
      : []),
    ...(replaced > 0 ? [`  ${plural(replaced, 'row')} came with other scores, which were replaced`] : []),
  ]
}

/** What was known for certain and what the models said of it; one line a stage. */
function checkLines({ check }: Manifest): string[] {
  if (check === null) return []
  if (check.leftOut !== null) return [`check  left out: ${check.leftOut}`]
  const few = check.result === 'few' ? '; too few to tell a good judge from a bad one' : ''
  return [
    `check  ${plural(check.probes, 'row')} with passages known for certain${few}`,
    ...check.stages.map((stage) => `  ${lineOf(stage)}`),
  ]
}

function cascadeLines({ cascade }: Manifest): string[] {
  if (cascade === undefined) return []
  const { promise, sent, heldBack } = cascade
  const [first = `${counted(sent)} rows were sent to the judge, ${counted(heldBack)} not`, ...rest] = promise
  return [`cascade  ${first}`, ...rest.map((line) => `  ${line}`)]
}

function callLines({ calls, cost, failures }: Manifest): string[] {
  const stages = Object.entries(calls)
  if (stages.length === 0) return ['no calls made']
  const failed = Object.entries(failures).map(([code, count]) => `${counted(count)} ${code}`)
  const spent =
    dollars(cost.run) === dollars(cost.now)
      ? dollars(cost.now)
      : `${dollars(cost.now)} now, ${dollars(cost.run)} in total for this run`
  return [
    'calls',
    ...stages.map(([stage, line]) => stageLine(stage, line)),
    ...(failed.length > 0 ? [`  no reply  ${failed.join(', ')}`] : []),
    `cost  ${spent}${cost.unsettled > 0 ? `; up to ${dollars(cost.unsettled)} more may have been billed for calls whose cost is unknown` : ''}`,
  ]
}

function stageLine(stage: string, line: StageCalls): string {
  const asked = line.made + line.found
  const parts = [
    `${counted(line.made)} made`,
    `${counted(line.found)} from the ledger`,
    ...(line.reasked > 0 ? [`${counted(line.reasked)} re-asked (${percent(line.reasked / Math.max(1, asked))})`] : []),
    ...(line.failed > 0 ? [`${counted(line.failed)} failed`] : []),
    `${compact(line.inputTokens)} tokens in${line.cachedTokens > 0 ? ` (${percent(line.cachedTokens / line.inputTokens)} cached)` : ''}`,
    `${compact(line.outputTokens)} out${line.reasoningTokens > 0 ? ` (${compact(line.reasoningTokens)} reasoning)` : ''}`,
    line.unpriced > 0 ? 'cost unknown' : dollars(line.usd),
  ]
  return `  ${stage.padEnd(7)} ${line.model}: ${parts.join(' · ')}`
}

/** Returns the number of changes in the list beside the rows, without mined passages. */
export function changesIn(manifest: Manifest): number {
  const { relabelled, removed } = manifest.passages
  const moved = [relabelled, removed].flatMap((counts) => Object.values(counts))
  const own = methodNamed(manifest.method).summarise?.(forMethod(manifest))
  return moved.reduce((sum, count) => sum + count, 0) + (own?.changes ?? 0)
}

function fileLines(manifest: Manifest): string[] {
  const { method, outputs, rows, input } = manifest
  const { lists = [] } = methodNamed(method)
  const undecided = Object.values(rows.undecidedReasons).reduce((sum, count) => sum + count, 0)
  const files: [string, string][] = [
    [outputs.rows === '-' ? 'standard output' : outputs.rows, 'rows'],
    [outputs['changes'] ?? '', `${plural(changesIn(manifest), 'change')}, each with its reason`],
    ...lists.map(({ name, holds }): [string, string] => [outputs[name] ?? '', holds]),
    ...(rows.outcomes.dropped > 0 ? [[outputs['dropped'] ?? '', 'dropped rows, in full'] as [string, string]] : []),
    ...(undecided + rows.unreadPassages > 0
      ? [[outputs['undecided'] ?? '', 'unreadable replies, with the reason'] as [string, string]]
      : []),
    ...(rows.suspectPositives > 0 ? [[outputs['suspects'] ?? '', 'positives to review'] as [string, string]] : []),
    ...(input.badRows > 0 ? [[outputs['bad'] ?? '', 'bad rows'] as [string, string]] : []),
    ...(outputs['evidence']
      ? [[outputs['evidence'], 'evidence; apply another policy to it with winnow apply --evidence'] as [string, string]]
      : []),
    ...(outputs['script'] ? [[outputs['script'], SCRIPT_USE] as [string, string]] : []),
    [outputs.manifest, 'settings, counts and cost; rerun with --recipe'],
  ]
  const width = Math.max(...files.map(([path]) => widthOf(path)))
  return ['files', ...files.map(([path, what]) => `  ${padEnd(path, width)}  ${what}`)]
}
