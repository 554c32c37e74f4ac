// What a comparison is asked for, checked: the one measure, the files, the collections.
import { basename } from 'node:path'
import { messageOf } from '../base/errors.ts'
import type { Measure } from '../evaluate/measures/measure.ts'
import { parseMeasures } from '../evaluate/measures/parse.ts'

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

/** What is wrong with files that are read several times, and with the collections beside them. */
export function namingFaults(paths: readonly string[], collections: readonly string[]): string[] {
  const twice = paths.filter((path, index) => paths.indexOf(path) !== index)
  return [
    ...(paths.includes('-') ? ['rows are read several times: name files, not -'] : []),
    ...(twice.length > 0 ? [`${[...new Set(twice)].join(', ')} is named twice`] : []),
    ...(collections.length === 0 ? ['name the collections to evaluate on with --eval'] : []),
  ]
}

/** File names, or whole paths where two files have one name. */
export function namesOf(paths: readonly string[]): string[] {
  const short = paths.map((path) => basename(path).replace(/\.jsonl(\.gz)?$/, ''))
  return new Set(short).size === short.length ? short : [...paths]
}
