// Puts verdicts into words, for the terminal and the page.
import { chance, points } from '../../laboratory/words.ts'
import type { Effect } from '../../statistics/crossed.ts'
import type { DatasetReport, LeaveOutEffect } from './report.ts'

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
