// The one measure by which arms are compared.
import { messageOf } from '../../errors.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { parseMeasures } from '../../evaluate/measures/parse.ts'

/** @param faults takes what is wrong with the name */
export function comparedMeasure(name: string | undefined, faults: string[]): Measure | undefined {
  try {
    const measures = parseMeasures(name ?? '')
    if (measures.length === 1 && measures[0]?.family.combine === 'mean') return measures[0]
    faults.push(`--measure ${JSON.stringify(name)}: allowed: one measure that is a mean over queries, as nDCG@10`)
  } catch (error) {
    faults.push(messageOf(error))
  }
  return undefined
}
