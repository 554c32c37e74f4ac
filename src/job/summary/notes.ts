// What was found per row, whether the models were believed, and what scores say: lines for the terminal and the page of a run.
import { counted, plural } from '../../base/format.ts'
import { lineOf } from '../../judging/conclusion.ts'
import type { Manifest } from '../manifest.ts'

export function distributionLines({ falseNegativesPerRow }: Manifest): string[] {
  const found = Object.entries(falseNegativesPerRow).filter(([many]) => many !== '0')
  if (found.length === 0) return ['false negatives: none found']
  const flagged = found.reduce((sum, [, rows]) => sum + rows, 0)
  const total = found.reduce((sum, [many, rows]) => sum + Number(many) * rows, 0)
  const spread = found.map(([many, rows]) => `${many}: ${counted(rows)}`).join(',  ')
  return [`false negatives: ${counted(total)} in ${plural(flagged, 'row')}`, `  rows with   ${spread}`]
}

export function scoreLines({ scores }: Manifest): string[] {
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
export function checkLines({ check }: Manifest): string[] {
  if (check === null) return []
  if (check.leftOut !== null) return [`check  skipped: ${check.leftOut}`]
  const few = check.result === 'few' ? '; too few to tell a good judge from a bad one' : ''
  return [
    `check  ${plural(check.probes, 'row')} with passages known for certain${few}`,
    ...check.stages.map((stage) => `  ${lineOf(stage)}`),
  ]
}

export function cascadeLines({ cascade }: Manifest): string[] {
  if (cascade === undefined) return []
  const { promise, sent, heldBack } = cascade
  const [first = `${counted(sent)} rows were sent to the judge, ${counted(heldBack)} not`, ...rest] = promise
  return [`cascade  ${first}`, ...rest.map((line) => `  ${line}`)]
}
