// Puts verdicts into words, for the terminal and the page.
import { chance, points } from '../../laboratory/words.ts'
import { counted, plural } from '../../base/format.ts'
import type { Effect } from '../../statistics/crossed.ts'
import type { DatasetReport, LeaveOutEffect, PruneReport } from './report.ts'

/** Formats points without a sign. */
const amount = (value: number) => `${Math.abs(value * 100).toFixed(2)} points`

export const span = ({ interval }: Effect) => `${points(interval.low)} … ${points(interval.high)}`

/** Says in one sentence why a dataset is pruned, kept or undecided. */
export function reasonOf({ grounds, neededBy, leftOut }: DatasetReport): string {
  if (leftOut === null) return 'no row has a query and a positive'
  const { effect, pHolm } = leftOut
  switch (grounds) {
    case 'harmful':
      return `${choosersOf(leftOut)}; on the other queries the rest gains ${amount((leftOut.reported ?? effect).mean)} without it`
    case 'needed':
      return `without it the rest loses ${amount(effect.mean)} (p ${chance(pHolm)} after Holm)`
    case 'protected':
      return `harmful, but needed by ${neededBy.join(', ')}`
    case 'harmless':
      return `leaving it out gains at most ${points(effect.interval.high)}`
    case 'unconfirmed':
      return `${choosersOf(leftOut)}, but the other does not`
    case 'the-last':
      return 'all datasets look harmful; this one harms least, and one must stay'
    case 'unclear':
    case 'untrained':
      return `leaving it out may gain up to ${points(effect.interval.high)}: more queries or seeds would decide`
  }
}

function choosersOf({ halves }: LeaveOutEffect): string {
  const chosen = halves.filter(({ isChosen }) => isChosen)
  const p = Math.max(...chosen.map(({ pHolm }) => pHolm))
  return chosen.length === 2
    ? `both halves of the queries choose it (p ${chance(p)} after Holm)`
    : `one half of the queries chooses it (p ${chance(p)} after Holm)`
}

/** Names the columns of effects: the mean over the sets first. With one set there is one effect, that of the verdict. */
export const effectColumns = ({ sets }: PruneReport): string[] =>
  sets.length === 1 ? sets.map(({ name }) => name) : ['mean', ...sets.map(({ name }) => name)]

/**
 * Returns the effects of those columns. That of the verdict, the mean over both halves of the queries, comes first: where the halves differ
 * by a query it is not quite the mean over all queries.
 */
export function effectsOf({ leftOut }: DatasetReport, report: PruneReport): (Effect | undefined)[] {
  if (leftOut === null) return effectColumns(report).map(() => undefined)
  return report.sets.length === 1 ? [leftOut.effect] : [leftOut.effect, ...leftOut.sets.map(({ effect }) => effect)]
}

/** What leaving out all chosen datasets at once showed; null if none was chosen. */
export function togetherText({ together }: PruneReport): string | null {
  if (together === null) return null
  const { choices, effect, beyondRandom } = together
  const names = choices.map((choice) => (choice.length === 0 ? 'nothing' : choice.join(', ')))
  const beyond =
    beyondRandom === null
      ? ''
      : `; relative to as many random rows ${points(beyondRandom.mean)} (${span(beyondRandom)})`
  return (
    `one half of the queries chose ${names[0]}, the other ${names[1]}. Left out together, measured on the queries that did not choose: ` +
    `${points(effect.mean)} (${span(effect)}), p ${chance(effect.p)}${beyond}`
  )
}

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** Says which datasets harm. */
export function verdictOf({ datasets }: PruneReport): string {
  const pruned = datasets.filter(({ verdict }) => verdict === 'pruned')
  const undecided = datasets.filter(({ verdict }) => verdict === 'undecided').length
  const open = undecided === 0 ? '' : `; ${undecided} of ${datasets.length} ${undecided === 1 ? 'is' : 'are'} undecided`
  const [only] = pruned
  if (only === undefined) return `No dataset can be shown to harm${open}`
  if (pruned.length > 1)
    return `${listed(pruned.map(({ name }) => name))} harm: the rest trains better without them${open}`
  const gain = only.leftOut?.reported ?? only.leftOut?.effect
  return `${only.name} harms: the rest trains better without it${gain ? `, by ${amount(gain.mean)}` : ''}${open}`
}

/** Says what was trained and measured, and what could have been found. */
export function leadOf({ measure, sets, seeds, steps, everything, initial, plan, datasets }: PruneReport): string {
  const queries = sets.map(({ name, queries: count }) => `${name} (${plural(count, 'query', 'queries')})`).join(', ')
  return (
    `Each of ${plural(datasets.length, 'dataset')} was left out of training once. ${measure} on ${queries}, with ${seeds.length} seeds of ` +
    `${counted(steps)} steps: ${everything.mean.toFixed(4)} trained on everything, ${initial.toFixed(4)} untrained. One half of the queries ` +
    `chooses, the other confirms; half of them was expected to find an effect of ${(plan.smallestEffect * 100).toFixed(2)} points in four of five such experiments.`
  )
}
