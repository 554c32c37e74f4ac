// A map over the vectors of a server, as a folder: the map alone, and the name of the model that must be asked first.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import type { Encoder } from '../encoder.ts'
import { readLayers } from '../transformers/layers.ts'
import { modulesIn, readJson, readTail } from '../transformers/modules.ts'
import { BASE } from './base-file.ts'
import type { LinearMap } from './linear-map.ts'
import { mappedEncoder } from './mapped-encoder.ts'
import { writeJson, writeMapModules, writeModules } from './modules.ts'

/** @param base name of the server's model, without credentials */
export function writeServerFolder(target: string, base: string, map: LinearMap): void {
  writeJson(join(target, BASE), { encoder: base, dimensions: map.dimensions })
  writeModules(target, writeMapModules(target, 0, map))
}

/**
 * Opens the folder over an opened encoder, which closes with it.
 * @throws UsageError if the map is not there or takes vectors of another length
 */
export async function openServerFolder(folder: string, base: Encoder): Promise<Encoder> {
  const tail = await readTail(folder, [
    { kind: 'Pooling', path: '' },
    ...modulesIn(await readJson(folder, 'modules.json')),
  ])
  const { steps, beyond } = tail
  if (beyond.length > 0) throw new UsageError(`${folder}: ${beyond.map(({ reason }) => reason).join('; ')}`)
  const [first] = steps.query
  if (first?.kind !== 'dense') throw new UsageError(`${folder}: modules.json names no Dense module`)
  if (first.inputs !== base.dimensions) {
    throw new UsageError(
      `${folder} maps vectors of ${first.inputs} dimensions, those of ${base.name} have ${base.dimensions}`,
      { hint: 'The name now stands for another model, or base.json was changed.' },
    )
  }
  const layers = readLayers(folder, steps)
  const digest = createHash('sha256').update(base.identity)
  for (const step of [...steps.query, ...steps.passage]) {
    if (step.kind === 'dense') digest.update(readFileSync(join(folder, step.path, 'model.safetensors')))
  }
  const identity = `map:${digest.digest('hex').slice(0, 32)}`
  return mappedEncoder(base, layers, { name: folder, identity, dimensions: first.outputs })
}
