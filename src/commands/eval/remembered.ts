// Keeps the results of evaluations, so that a suite that was stopped goes on where it was. A result is found again by everything that
// decides it: the model's weights and use, the documents, queries and judgements, and how they are measured.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, type Environment } from '../../base/cache.ts'
import { sha256 } from '../../base/hash.ts'
import { isObject } from '../../base/json.ts'
import { buildFile } from '../../search/store/build-file.ts'
import type { Measuring } from './measure.ts'
import { depthsOf } from './options.ts'
import type { EvaluationReport } from './report.ts'

export interface Measured {
  report: EvaluationReport
  /** How long it took, with the encoding of the documents. */
  seconds: number
  /** In milliseconds. */
  measuredAt: number
  /** SHA-256 of the corpus. */
  corpus: string
  /** Whether it was found and not measured now. */
  isRemembered: boolean
}

const VERSION = 1

/** Returns the result that was kept, or measures and keeps it. */
export async function remembered(
  measuring: Measuring,
  env: Environment | undefined,
  measure: () => Promise<EvaluationReport>,
): Promise<Measured> {
  const path = join(cacheFolder('evaluations', env), `${keyOf(measuring)}.json`)
  const { system, store } = measuring
  const known = read(path)
  if (known !== undefined) {
    return { ...known, report: { ...known.report, system: system.name }, corpus: store.hash, isRemembered: true }
  }
  const start = performance.now()
  const report = await measure()
  const kept = { report, seconds: (performance.now() - start) / 1000, measuredAt: Date.now() }
  rmSync(path, { force: true })
  await buildFile(path, (temporary) => writeFileSync(temporary, JSON.stringify(kept)))
  return { ...kept, corpus: store.hash, isRemembered: false }
}

function keyOf({ system, store, collection, measures, values }: Measuring): string {
  const { missingQueries, relevanceLevel, scorePrecision } = values
  const { queries, grades, ignoresIdenticalIds } = collection
  return sha256(
    JSON.stringify([
      VERSION,
      system.retriever.identity,
      system.scorer?.identity,
      store.hash,
      sha256(JSON.stringify(queries.map(({ id, text }) => [id, text]))),
      sha256(JSON.stringify([...grades].map(([query, ofQuery]) => [query, [...ofQuery]]))),
      ignoresIdenticalIds,
      depthsOf(values),
      [missingQueries, relevanceLevel, scorePrecision],
      measures.map(({ name }) => name).toSorted(),
    ]),
    32,
  )
}

/** Returns undefined also for a file that cannot be read: it is measured again. */
function read(path: string): Pick<Measured, 'report' | 'seconds' | 'measuredAt'> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isObject(value) && isObject(value['report']) ? (value as unknown as Measured) : undefined
  } catch {
    return undefined
  }
}
