// A linear map as modules of sentence-transformers: a Dense for all texts, or a Router with a Dense for each kind.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSafetensors } from '../safetensors.ts'
import { isShared, type LinearMap } from './linear-map.ts'

/** An entry of modules.json. */
export interface ModuleEntry {
  path: string
  type: string
}

const OURS = 'sentence_transformers.models'
const DENSE = `${OURS}.Dense`
const NORMALIZE = `${OURS}.Normalize`
export const TRANSFORMER = `${OURS}.Transformer`
export const POOLING = `${OURS}.Pooling`

export function writeJson(path: string, value: unknown): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`)
}

/** Writes the module of a map, and the normalisation after it. @param index of the first of the two */
export function writeMapModules(folder: string, index: number, map: LinearMap): ModuleEntry[] {
  const name = `${index}_${isShared(map) ? 'Dense' : 'Router'}`
  const normalize = `${index + 1}_Normalize`
  if (isShared(map)) writeDense(join(folder, name), map.query, map.dimensions)
  else writeRouter(join(folder, name), map)
  writeJson(join(folder, normalize, 'config.json'), {})
  return [
    { path: name, type: isShared(map) ? DENSE : `${OURS}.Router` },
    { path: normalize, type: NORMALIZE },
  ]
}

/** Writes modules.json. */
export function writeModules(folder: string, modules: readonly ModuleEntry[]): void {
  const listed = modules.map(({ path, type }, idx) => ({ idx, name: String(idx), path, type }))
  writeJson(join(folder, 'modules.json'), listed)
}

function writeRouter(folder: string, map: LinearMap): void {
  const [query, document] = ['query_0_Dense', 'document_0_Dense'] as const
  writeDense(join(folder, query), map.query, map.dimensions)
  writeDense(join(folder, document), map.passage, map.dimensions)
  writeJson(join(folder, 'router_config.json'), {
    types: { [query]: DENSE, [document]: DENSE },
    structure: { query: [query], document: [document] },
    parameters: { default_route: 'document', allow_empty_key: true },
  })
}

/** Their Dense multiplies from the left, by [outputs × inputs]. */
function writeDense(folder: string, matrix: Float32Array, dimensions: number): void {
  const weight = new Float32Array(matrix.length)
  for (let row = 0; row < dimensions; row++) {
    for (let column = 0; column < dimensions; column++) {
      weight[column * dimensions + row] = matrix[row * dimensions + column] as number
    }
  }
  writeJson(join(folder, 'config.json'), {
    in_features: dimensions,
    out_features: dimensions,
    bias: false,
    activation_function: 'torch.nn.modules.linear.Identity',
  })
  writeSafetensors(join(folder, 'model.safetensors'), {
    'linear.weight': { shape: [dimensions, dimensions], values: weight },
  })
}
