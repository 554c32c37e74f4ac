// What a run did, in words: the title of its page and the paragraph below it. The counts in them add up.
import { counted, dollars, duration, plural } from '../../base/format.ts'
import { cut } from '../../base/text.ts'
import { taskLines } from '../../tasks/counts.ts'
import type { Manifest } from '../manifest.ts'
import { ownSummary } from '../summary/files.ts'
import type { PlaceCounts } from './place-counts.ts'

/** For example `The judge calls 39 of 329 negatives relevant: 21 became positives, 18 were removed`. */
export function verdictOf(manifest: Manifest, places: PlaceCounts): string {
  const own = ownSummary(manifest)
  if (own !== undefined) return own.title
  const { moved, unmoved } = places
  const all = plural(manifest.passages.before.negative, 'negative')
  const who = whoSays(manifest, places)
  const found = moved.positive + moved.removed + unmoved.dropped + unmoved.others
  if (found === 0) return `${who} none of ${all} relevant`
  const parts = [
    ...said(moved.positive, 'became a positive', 'became positives'),
    ...said(moved.removed, 'was removed', 'were removed'),
    ...said(unmoved.dropped, 'went with a dropped row', 'went with dropped rows'),
    ...said(unmoved.others, 'stays', 'stay'),
  ]
  const head = `${who} ${counted(found)} of ${all} relevant`
  const [only = ''] = parts
  return parts.length > 1
    ? `${head}: ${parts.join(', ')}`
    : `${head}; ${found === 1 ? 'it' : 'all'} ${only.replace(/^\S+ /, '')}`
}

/** Stages whose word has a name; others are said to be of the models. */
const SPEAKERS: Record<string, string> = {
  judge: 'the judge',
  screen: 'the screen',
  score: 'the scorer',
  human: 'people',
}

/** For example `The judge calls`: those behind the verdicts by which passages moved, or would have. */
function whoSays({ models }: Manifest, { stages }: PlaceCounts): string {
  const found = stages.size > 0 ? [...stages] : Object.keys(models).slice(-1)
  const speakers = [...new Set(found.map((stage) => SPEAKERS[stage] ?? 'the models'))].toSorted()
  const text = speakers.join(' and ')
  const isOne = speakers.length === 1 && /^the \w+[^s]$/.test(text)
  return `${text[0]?.toUpperCase()}${text.slice(1)} ${isOne ? 'calls' : 'call'}`
}

const said = (count: number, one: string, many: string) =>
  count === 0 ? [] : [`${counted(count)} ${count === 1 ? one : many}`]

/** Letters of a model's name in the paragraph; the table of calls has it in full. */
const MODEL_LETTERS = 40

/** For example `, with small (screen) and large (judge, confirm)`. */
function modelsText(models: Manifest['models']): string {
  const byModel = Map.groupBy(Object.entries(models), ([, model]) => model)
  const texts = [...byModel].map(
    ([model, stages]) => `${cut(model, MODEL_LETTERS)} (${stages.map(([stage]) => stage).join(', ')})`,
  )
  return texts.length === 0 ? '' : `, with ${texts.join(' and ')}`
}

/** Says what was read, by what, for what money, and what was left open. */
export function leadOf({ rows, input, method, models, cost, seconds, calls }: Manifest): string {
  const { outcomes } = rows
  const made = Object.values(calls).reduce((sum, line) => sum + line.made, 0)
  const open = [
    ...(outcomes.undecided > 0
      ? [
          `${plural(outcomes.undecided, 'row')} could not be decided and stayed as ${outcomes.undecided === 1 ? 'it was' : 'they were'}`,
        ]
      : []),
    ...(outcomes.dropped > 0
      ? [`${plural(outcomes.dropped, 'row')} ${outcomes.dropped === 1 ? 'was' : 'were'} dropped`]
      : []),
  ]
  return [
    `${plural(rows.read, 'row')} of ${input.path === '-' ? 'standard input' : input.path} by the method ${method}${modelsText(models)}.`,
    `It took ${duration(seconds)} and ${plural(made, 'call')}${made === 0 ? '' : `; the cost is ${dollars(cost.now)}`}.`,
    ...(open.length === 0 ? [] : [`${open.join(', and ')}.`]),
  ].join(' ')
}

/** Says in how many rows false negatives were, and how many each of them had. */
export function spreadText({ falseNegativesPerRow }: Manifest): string {
  const found = Object.entries(falseNegativesPerRow).filter(([many]) => many !== '0')
  if (found.length === 0) return 'No row has a false negative.'
  const rows = found.reduce((sum, [, count]) => sum + count, 0)
  const all = found.reduce((sum, [many, count]) => sum + Number(many) * count, 0)
  const spread = found.map(([many, count]) => `${plural(count, 'row')} with ${many}`)
  return `${plural(all, 'false negative')} in ${plural(rows, 'row')}: ${spread.join(', ')}.`
}

/** What else is to know of the rows: those that were not read, what could not be read, and by which task they were judged. */
export function rowNotes({ rows, input, method }: Manifest): string[] {
  const rest = input.rows - rows.read
  const problems = Object.entries(input.problems).map(([problem, count]) => `${counted(count)} ${problem}`)
  return [
    ...(rest > 0 ? [`${plural(rest, 'row')} beyond --limit ${rest === 1 ? 'is' : 'are'} not in the output.`] : []),
    ...(input.badRows > 0
      ? [`${plural(input.badRows, 'line')} could not be read as rows: ${problems.join(', ')}.`]
      : []),
    ...(rows.unreadPassages > 0
      ? [
          `${plural(rows.unreadPassages, 'passage')} without a readable reply stayed as ${rows.unreadPassages === 1 ? 'it was' : 'they were'}.`,
        ]
      : []),
    ...(rows.suspectPositives > 0
      ? [`Positives of ${plural(rows.suspectPositives, 'row')} may be wrong; they stayed as they were.`]
      : []),
    ...taskLines({ choices: rows.taskChoices, conflicts: rows.taskConflicts }, method).map((line) => `Tasks: ${line}`),
  ]
}
