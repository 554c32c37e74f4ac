// Passages before and after a run, as a sum that can be checked by eye.
import { counted, plural } from '../../base/format.ts'
import type { Manifest } from '../manifest.ts'

/** One summand: what happened to passages, and what it did to the numbers of positives and negatives. */
export interface PassageSum {
  name: string
  positives: number
  negatives: number
  why: string
}

/** The grounds of changes that are not based on a model's verdict, for one change and for several. */
const GROUNDS: Record<string, readonly [one: string, many: string]> = {
  duplicate: ['copy of a positive', 'copies of positives'],
  known: ['known to be positive', 'known to be positive'],
  beyond: ['not asked about', 'not asked about'],
  human: ['on the word of people', 'on the word of people'],
}

/** Returns what lies between the passages before and those after. */
export function passageSums({
  passages: { before, after, relabelled, removed },
  rows: { outcomes },
  refill,
}: Manifest): PassageSum[] {
  const [positives, all] = [totalOf(relabelled), totalOf(removed)]
  const mined = refill?.negatives ?? 0
  const lost = {
    positives: after.positive - before.positive - positives,
    negatives: after.negative - before.negative + positives + all - mined,
  }
  const isLost = lost.positives !== 0 || lost.negatives !== 0
  return [
    { name: 'relabelled', positives, negatives: -positives, why: groundsOf(relabelled) },
    { name: 'removed', positives: 0, negatives: -all, why: groundsOf(removed) },
    ...(refill
      ? [
          {
            name: 'mined',
            positives: 0,
            negatives: mined,
            why: `for ${plural(refill.rows, 'row')}, by ${refill.miner.name}`,
          },
        ]
      : []),
    ...(isLost && outcomes.dropped > 0 ? [{ name: 'dropped', ...lost, why: 'with their rows' }] : []),
    ...(isLost && outcomes.dropped === 0 ? [{ name: 'otherwise', ...lost, why: '' }] : []),
  ]
}

const totalOf = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0)

const groundsOf = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([stage, count]) => `${counted(count)} ${GROUNDS[stage]?.[count === 1 ? 0 : 1] ?? `by ${stage}`}`)
    .join(', ')

/** Formats a change of a count: `+21`, `−14`, or nothing for 0. */
export const signed = (value: number) => (value === 0 ? '' : `${value > 0 ? '+' : '−'}${counted(Math.abs(value))}`)
