// The inputs of an experiment, checked and opened before any row is read: the measure, the test collections, and that of --dev.
import { basename } from 'node:path'
import { messageOf, UsageError } from '../base/errors.ts'
import type { OpenedCollection } from '../collections/open.ts'
import type { Measure } from '../evaluate/measures/measure.ts'
import { parseMeasures } from '../evaluate/measures/parse.ts'
import { openDevelopment } from '../train/development-set.ts'
import { assertQueries, openSets } from './evaluation-set.ts'
import type { CompareHooks } from './hooks.ts'
import type { ExperimentValues } from './options.ts'

export interface Question {
  measure: Measure
  collections: OpenedCollection[]
  /** The collection of --dev. */
  development: OpenedCollection | undefined
}

interface Demands {
  /** Faults found in the other inputs. */
  faults: readonly string[]
  hint: string
  /** Judged queries that each collection must have, and the reason. */
  queries: number
  why: string
}

/** @throws UsageError with everything that is wrong with the inputs, or that names the collections that cannot be used */
export async function openQuestion(
  values: ExperimentValues,
  { faults: given, hint, queries, why }: Demands,
  { onNotice }: CompareHooks,
): Promise<Question> {
  const faults = [...given]
  const measure = comparedMeasure(values.measure, faults)
  if (measure === undefined || faults.length > 0) throw new UsageError(faults.join('; '), { hint })
  const collections = await openSets(values.eval, onNotice)
  assertQueries(collections, queries, why)
  return { measure, collections, development: await openDevelopment(values.dev, onNotice) }
}

/** @param faults receives what is wrong with the name */
function comparedMeasure(name: string | undefined, faults: string[]): Measure | undefined {
  try {
    const measures = parseMeasures(name ?? '')
    if (measures.length === 1 && measures[0]?.family.combine === 'mean') return measures[0]
    faults.push(`--measure ${JSON.stringify(name)}: allowed: one measure that is a mean over queries, such as nDCG@10`)
  } catch (error) {
    faults.push(messageOf(error))
  }
  return undefined
}

/** Returns the faults of files that are given twice, and of the collections. */
export function namingFaults(paths: readonly string[], collections: readonly string[]): string[] {
  const twice = paths.filter((path, index) => paths.indexOf(path) !== index)
  return [
    ...(paths.includes('-') ? ['rows are read several times: give files, not -'] : []),
    ...(twice.length > 0 ? [`${[...new Set(twice)].join(', ')} given twice`] : []),
    ...(collections.length === 0 ? ['no collections to evaluate on: give them with --eval'] : []),
  ]
}

/** Returns file names, or whole paths if two files share a name. */
export function namesOf(paths: readonly string[]): string[] {
  const short = paths.map((path) => basename(path).replace(/\.jsonl(\.gz)?$/, ''))
  return new Set(short).size === short.length ? short : [...paths]
}
