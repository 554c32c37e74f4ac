// Reads the log that `train --diagnose` wrote beside an encoder: figures of its start and end, and curves for a plot.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { meanOrNull } from '../../statistics/mean.ts'
import { UsageError } from '../../base/errors.ts'
import { FaultList } from '../../base/fault-list.ts'
import { isObject } from '../../base/json.ts'
import { readLines, textOf } from '../../base/lines.ts'
import type { StepDiagnostics } from '../../train/diagnostics.ts'
import { DIAGNOSTICS } from '../../train/places.ts'

/** The figures of a step that are followed. */
const FOLLOWED = ['gradientShare', 'evenShare', 'cosine', 'alive'] as const
type FollowedField = (typeof FOLLOWED)[number]

export interface TrainingDiagnosis {
  path: string
  /** Number of logged steps, and the number of the last. */
  steps: number
  last: number
  /** Means over the first and the last tenth of the steps that have the figure; null if none has. */
  figures: Record<FollowedField, { first: number | null; last: number | null }>
  /** Means over equal parts of the steps, for a plot; null if a part has no figure. */
  curves: Record<FollowedField, (number | null)[]>
}

const PARTS = 60
const TENTH = 10

/** Reads the log; undefined if the folder has none. @throws UsageError that names each invalid line */
export async function readTrainingLog(folder: string): Promise<TrainingDiagnosis | undefined> {
  const path = join(folder, DIAGNOSTICS)
  if (!existsSync(path)) return undefined
  const steps: StepDiagnostics[] = []
  const faults = new FaultList()
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const text = textOf(line)
      const step = stepIn(text)
      if (step !== undefined) steps.push(step)
      else if (text.trim() !== '') {
        faults.add(`${path}:${line.number}`, `not a step that train --diagnose logged: ${text.slice(0, 80)}`)
      }
    }
  }
  faults.throwIfAny('Train again with --diagnose, or delete the file.')
  if (steps.length === 0)
    throw new UsageError(`${path} is empty`, { hint: 'Train again with --diagnose, or delete it.' })
  return summaryOf(path, steps)
}

function stepIn(text: string): StepDiagnostics | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value) || typeof value['step'] !== 'number') return undefined
    const isFigure = (figure: unknown) => figure === null || typeof figure === 'number'
    return FOLLOWED.every((name) => isFigure(value[name])) ? (value as unknown as StepDiagnostics) : undefined
  } catch {
    return undefined
  }
}

function summaryOf(path: string, steps: readonly StepDiagnostics[]): TrainingDiagnosis {
  const valuesOf = (name: FollowedField, of: readonly StepDiagnostics[]) =>
    of.map((step) => step[name]).filter((value) => value !== null)
  const ends = (name: FollowedField) => {
    const values = valuesOf(name, steps)
    const tenth = Math.ceil(values.length / TENTH)
    return { first: meanOrNull(values.slice(0, tenth)), last: meanOrNull(values.slice(values.length - tenth)) }
  }
  const parts = Math.min(PARTS, steps.length)
  const partOf = (part: number) =>
    steps.slice(Math.floor((part * steps.length) / parts), Math.floor(((part + 1) * steps.length) / parts))
  const curve = (name: FollowedField) =>
    Array.from({ length: parts }, (_, part) => meanOrNull(valuesOf(name, partOf(part))))
  return {
    path,
    steps: steps.length,
    last: steps.at(-1)?.step ?? 0,
    figures: byName(ends),
    curves: byName(curve),
  }
}

const byName = <T>(make: (name: FollowedField) => T) =>
  Object.fromEntries(FOLLOWED.map((name) => [name, make(name)])) as Record<FollowedField, T>
