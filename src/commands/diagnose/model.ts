// Opens the encoder to diagnose and reads what its folder records about its training.
import type { Hooks } from '../../base/hooks.ts'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UsageError } from '../../base/errors.ts'
import type { Encoder } from '../../encoders/encoder.ts'
import { openKeptEncoder } from '../../encoders/models.ts'
import { modelOptionsOf } from '../../encoders/open-options.ts'
import { parseModelSpec } from '../../encoders/specs.ts'
import { isObject } from '../../base/json.ts'
import { usualOf } from '../../train/options.ts'
import { MANIFEST } from '../../train/places.ts'
import type { DiagnosedModel } from './report.ts'

/** Temperature of the paper's training (CausalNeg, arXiv 2606.01304, code). */
const OF_THE_PAPER = 0.05

/** Returns the folder of an encoder on this machine, which may say how it was trained; undefined for any other model. */
export function folderOf(spec: string): string | undefined {
  const parsed = parseModelSpec(spec)
  return 'path' in parsed ? parsed.path : undefined
}

export const openDiagnosed = (spec: string, hooks: Hooks): Promise<Encoder> =>
  openKeptEncoder(spec, hooks.env, modelOptionsOf({}, hooks))

/** The relevant part of a manifest of `winnow train`. */
export interface Training {
  temperature: number
  /** Digest of the rows. */
  sha256: unknown
  /** Whether its training rows had generated negatives; null if the manifest does not say. */
  sawGenerated: boolean | null
}

/**
 * Reads the training of the encoder in a folder; undefined without a manifest of `winnow train`.
 * @throws UsageError when it cannot be read
 */
export function trainingOf(folder: string): Training | undefined {
  const path = join(folder, MANIFEST)
  if (!existsSync(path)) return undefined
  let manifest: unknown
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
  if (!isObject(manifest) || manifest['command'] !== 'train') return undefined
  const [options, input, rows] = ['options', 'input', 'rows'].map((name) => {
    const part = manifest[name]
    return isObject(part) ? part : {}
  })
  const withGenerated = rows?.['withGenerated']
  return {
    temperature: Number(options?.['temperature'] ?? usualOf({ base: options?.['base'] }).temperature),
    sha256: input?.['sha256'],
    sawGenerated:
      typeof withGenerated === 'number' ? withGenerated > 0 && Number(options?.['generated'] ?? 1) > 0 : null,
  }
}

/** @param given value of `--temperature` */
export function temperatureOf(
  training: Training | undefined,
  given: number | undefined,
): Pick<DiagnosedModel, 'temperature' | 'temperatureFrom'> {
  if (given !== undefined) return { temperature: given, temperatureFrom: 'option' }
  if (training === undefined) return { temperature: OF_THE_PAPER, temperatureFrom: 'paper' }
  return { temperature: training.temperature, temperatureFrom: 'training' }
}
