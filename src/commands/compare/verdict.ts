// What a comparison has shown, in words: the title of its page, and the paragraph below it.
import { counted, plural } from '../../base/format.ts'
import { chance, points } from '../../laboratory/words.ts'
import type { CompareReport, Difference } from './report.ts'

const LEVEL = 0.05

/** Says whether the files train a better retriever than the first. */
export function verdictOf(report: CompareReport): string {
  const found = report.differences.filter(({ pHolm }) => pHolm !== null)
  const [only] = found
  if (only === undefined) return 'Nothing to compare: the files hold the same rows'
  if (found.length === 1) return `${ofOne(only)}${ofControls(only, report)}`
  const told = found.filter(isTold)
  if (told.length === 0)
    return `No difference can be told between ${baselineOf(report)} and ${found.length} other files`
  const parts = told.map((each) => `${each.arm} ${each.mean > 0 ? 'better' : 'worse'} (${points(each.mean)} points)`)
  const rest = found.length - told.length
  const others = rest === 0 ? '' : `; no difference can be told for ${rest === 1 ? 'the other' : `${rest} others`}`
  return `Against ${baselineOf(report)}, training does ${parts.join(', ')}${others}`
}

const isTold = ({ pHolm }: Difference) => (pHolm ?? 1) < LEVEL

const baselineOf = ({ arms }: CompareReport) => arms[0]?.name ?? 'the first file'

function ofOne(found: Difference): string {
  if (!isTold(found)) return 'No difference can be told'
  const [how, size] = found.mean > 0 ? ['better', points(found.mean)] : ['worse', points(found.mean)]
  return `${found.arm} trains a ${how} retriever than ${found.against}: ${size} points`
}

/** Says whether as many changes at random did as well. */
function ofControls(found: Difference, { differences, arms }: CompareReport): string {
  const controls = arms.filter(({ of }) => of === found.arm)
  const beyond = controls.map(({ name }) =>
    differences.find(({ arm, against }) => arm === found.arm && against === name),
  )
  const known = beyond.filter((each) => each !== undefined)
  if (known.length === 0 || (isTold(found) && found.mean < 0)) return ''
  const isBeyond = known.every(({ mean, p }) => mean > 0 && p < LEVEL)
  const isDropping = controls.every(({ kind }) => kind === 'dropped-at-random')
  const many = isDropping ? 'dropping as many rows at random' : 'as many changes at random'
  if (isBeyond) return isTold(found) ? `, and than ${many} did` : ''
  return `; ${many} did as well`
}

/** Says what was trained and measured, and what could have been found. */
export function leadOf(report: CompareReport): string {
  const { plan, measure, seeds, steps, sets, trained, differences } = report
  if (plan === null) return 'No file differs from the first one in what is trained on, so nothing was trained.'
  const queries = sets.map(({ name, queries: count }) => `${name} (${plural(count, 'query', 'queries')})`).join(', ')
  const given = differences.filter(({ pHolm }) => pHolm !== null)
  const [first] = differences
  const seen = first?.smallestEffect ?? 0
  return [
    ...given.map((each) => sentenceOf(each, given.length > 1)),
    `Measured by ${measure} on ${queries}, with ${seeds.length} seeds of ${counted(steps)} steps each${trained === undefined ? '' : `; ${trained}`}.`,
    `A difference of ${(plan.smallestEffect * 100).toFixed(2)} points was expected to be found in four of five such comparisons${
      seen === 0 ? '' : `; by the spread that was seen, one of ${(seen * 100).toFixed(2)}`
    }.`,
  ].join(' ')
}

const sentenceOf = ({ arm, against, mean, interval, pHolm }: Difference, isAdjusted: boolean) =>
  `${arm} minus ${against}: ${points(mean)} points (95% interval ${points(interval.low)} to ${points(interval.high)}, p ${equal(pHolm ?? 1)}${isAdjusted ? ' after Holm' : ''}).`

const equal = (p: number) => `${p < 0.001 ? '' : '= '}${chance(p)}`
