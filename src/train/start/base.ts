// The encoder under a map: how it is opened, and the folder that it becomes with the map.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hooks } from '../../base/hooks.ts'
import { UsageError } from '../../base/errors.ts'
import type { Encoder } from '../../encoders/encoder.ts'
import type { LinearMap } from '../../encoders/mapped/linear-map.ts'
import { writeServerFolder } from '../../encoders/mapped/server-folder.ts'
import { hasPythonWeights, writeTransformerFolder } from '../../encoders/mapped/transformer-folder.ts'
import { keptEncoder } from '../../encoders/embedding-cache.ts'
import { openEncoder, openKeptEncoder } from '../../encoders/models.ts'
import { modelOptionsOf } from '../../encoders/open-options.ts'
import { nameOf, parseModelSpec, type ModelSpec } from '../../encoders/specs.ts'
import { readStaticFolder, writeStaticFolder } from '../../encoders/static/folder.ts'
import { filesOfTransformer } from '../../encoders/transformers/open.ts'
import type { MapShape } from '../engine/layout.ts'

export interface Base {
  /** Keeps its vectors, unless it is faster than the cache. */
  encoder: Encoder
  write(folder: string, map: LinearMap, card: string): void
  notices: readonly string[]
}

type Spec<Kind extends ModelSpec['kind']> = Extract<ModelSpec, { kind: Kind }>

/** @throws UsageError if it is no encoder, or no map of this shape can be written after it */
export async function openBase(name: string, shape: MapShape, hooks: Hooks): Promise<Base> {
  const spec = parseModelSpec(name)
  if (spec.kind === 'static') return staticBase(spec, shape, await opened(name, hooks))
  if (spec.kind === 'hf') return transformerBase(spec, name, hooks)
  if (spec.kind === 'map') {
    throw new UsageError(`--base ${name}: it is a map over the vectors of a server already`, {
      hint: 'Train a map over those vectors anew: --base with the name in its base.json.',
    })
  }
  return serverBase(nameOf(spec), await openKeptEncoder(name, hooks.env, modelOptionsOf({}, hooks)))
}

const opened = (name: string, hooks: Hooks) => openEncoder(name, hooks.env, modelOptionsOf({}, hooks))

/** The map of a sum is the sum of the maps, so a static encoder with a map is one with other vectors. */
function staticBase({ path }: Spec<'static'>, { sides }: MapShape, encoder: Encoder): Base {
  if (sides === 2) {
    throw new UsageError(`--map per-side: ${encoder.name} has one table for all texts; allowed: shared`)
  }
  return {
    encoder,
    write: (folder, { query, dimensions }, card) => {
      const { digest: _digest, ...model } = readStaticFolder(path)
      writeStaticFolder(folder, { ...model, vectors: product(model.vectors, query, dimensions) }, card)
    },
    notices: [],
  }
}

function product(vectors: Float32Array, matrix: Float32Array, dimensions: number): Float32Array {
  const result = new Float32Array(vectors.length)
  const row = new Float64Array(dimensions)
  for (let start = 0; start < vectors.length; start += dimensions) {
    row.fill(0)
    for (let inner = 0; inner < dimensions; inner++) {
      const weight = vectors[start + inner] as number
      for (let column = 0; column < dimensions; column++) {
        row[column] = (row[column] as number) + weight * (matrix[inner * dimensions + column] as number)
      }
    }
    result.set(row, start)
  }
  return result
}

async function transformerBase(spec: Spec<'hf'>, name: string, hooks: Hooks): Promise<Base> {
  const whole = await opened(name, hooks)
  if (whole.givesWholeVectors) {
    await whole.close()
    throw new UsageError(`${whole.name}: its ONNX file pools by itself, so that no map can be put after its pooling`, {
      hint: 'Export it with its hidden states (an output "last_hidden_state"), or serve it and use MODEL@BASE_URL.',
    })
  }
  const encoder = await keptEncoder(whole, hooks.env)
  try {
    const files = await filesOfTransformer(spec, hooks.env ?? process.env, {
      ...modelOptionsOf({}, hooks),
      onNotice: () => undefined,
    })
    return {
      encoder,
      write: (folder, map, card) => {
        writeTransformerFolder(folder, files, map)
        writeFileSync(join(folder, 'README.md'), card)
      },
      notices: hasPythonWeights(files)
        ? []
        : [
            `${spec.path} has no weights for PyTorch: in Python, load the folder with SentenceTransformer(…, backend="onnx")`,
          ],
    }
  } catch (error) {
    await encoder.close()
    throw error
  }
}

const serverBase = (name: string, encoder: Encoder): Base => ({
  encoder,
  write: (folder, map, card) => {
    writeServerFolder(folder, name, map)
    writeFileSync(join(folder, 'README.md'), card)
  },
  notices: [`the folder holds the map alone: ${name} is asked for the vectors that it takes`],
})
