// One training of an experiment, an arm with a seed. It is trained, evaluated and stored in a file, so that it is never repeated.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError, messageOf } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { isObject } from '../base/json.ts'
import type { Arm } from './arm.ts'
import type { EvaluationSet } from './evaluation-set.ts'
import type { Laboratory, UnitHooks, UnitValues } from './laboratory.ts'

/** The stored results of a training. */
export interface Unit extends UnitValues {
  seconds: number
}

/** Returns the values of what all arms start with. */
export async function initialUnit(lab: Laboratory, seed: number, hooks: UnitHooks = {}): Promise<Unit> {
  return kept(lab, ['initial', seed], () => lab.trainer.untrained(seed, hooks))
}

export async function trainUnit(lab: Laboratory, arm: Arm, seed: number, hooks: UnitHooks): Promise<Unit> {
  return kept(lab, ['trained', arm.kind, arm.identity, seed], (key) =>
    lab.trainer.train(arm.setOf(seed), seed, key, hooks),
  )
}

/** Reads the stored results, or makes and stores them. */
async function kept(
  lab: Laboratory,
  what: (string | number)[],
  make: (key: string) => Promise<UnitValues>,
): Promise<Unit> {
  const key = sha256(JSON.stringify([lab.identity, what]), 32)
  const path = join(lab.folder, `${key}.json`)
  const before = readUnit(path, lab.sets)
  if (before !== undefined) return before
  const startedMs = performance.now()
  const unit = { ...(await make(key)), seconds: (performance.now() - startedMs) / 1000 }
  try {
    mkdirSync(lab.folder, { recursive: true })
    writeFileSync(`${path}.${process.pid}`, JSON.stringify({ what, ...unit }))
    renameSync(`${path}.${process.pid}`, path)
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
  return unit
}

/** Reads stored results; a torn file, or one of other queries, is ignored. */
function readUnit(path: string, sets: EvaluationSet[]): Unit | undefined {
  let unit: unknown
  try {
    unit = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
  const values = isObject(unit) && Array.isArray(unit['values']) ? (unit['values'] as unknown[]) : []
  const isWhole = sets.every(({ queries }, index) => {
    const list = values[index]
    return Array.isArray(list) && list.length === queries.length
  })
  return isWhole ? (unit as unknown as Unit) : undefined
}
