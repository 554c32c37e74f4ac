// Reads the results of a training.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StepDiagnostics } from '../../src/train/diagnostics.ts'

/** Returns a hash of the vectors. */
export const weightsOf = (folder: string) =>
  createHash('sha256')
    .update(readFileSync(join(folder, '0_StaticEmbedding/model.safetensors')))
    .digest('hex')

export const diagnosticsIn = (model: string) =>
  readFileSync(join(model, 'diagnostics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as StepDiagnostics)
