// Puts verdicts into words, for the terminal and the page.
import { chance, points } from '../../laboratory/words.ts'
import type { Effect } from '../../statistics/crossed.ts'
import type { DatasetReport, LeaveOutEffect } from './report.ts'

/** Formats points without a sign. */
const amount = (value: number) => `${Math.abs(value * 100).toFixed(2)} points`

export const span = ({ interval }: Effect) => `${points(interval.low)} … ${points(interval.high)}`

/** Says in one sentence why a dataset is pruned, kept or undecided. */
export function reasonOf({ grounds, neededBy, leftOut }: DatasetReport): string {
  if (leftOut === null) return 'none of its rows has a query and a positive'
  const { effect, pHolm } = leftOut
  switch (grounds) {
    case 'harmful':
      return `${choosersOf(leftOut)}; on the queries that did not choose it the rest gains ${amount((leftOut.reported ?? effect).mean)} without it`
    case 'needed':
      return `without it the rest loses ${amount(effect.mean)} (p ${chance(pHolm)} after Holm)`
    case 'protected':
      return `harmful, but needed by ${neededBy.join(', ')}`
    case 'harmless':
      return `leaving it out gains ${points(effect.interval.high)} at most`
    case 'unconfirmed':
      return `${choosersOf(leftOut)}, and the other does not agree`
    case 'the-last':
      return 'all datasets seem harmful; of them it harms least, and something must be left'
    case 'unclear':
    case 'untrained':
      return `leaving it out may gain up to ${points(effect.interval.high)}: more queries or seeds would tell`
  }
}

function choosersOf({ halves }: LeaveOutEffect): string {
  const chosen = halves.filter(({ isChosen }) => isChosen)
  const p = Math.max(...chosen.map(({ pHolm }) => pHolm))
  return chosen.length === 2
    ? `both halves of the queries choose it (p ${chance(p)} after Holm)`
    : `one half of the queries chooses it (p ${chance(p)} after Holm)`
}
