// A map over the vectors of an encoder that stays as it is: the identity at first.
import type { Hooks } from '../../base/hooks.ts'
import { UsageError } from '../../base/errors.ts'
import { mix, sha256 } from '../../base/hash.ts'
import { randomFrom } from '../../base/random.ts'
import type { LinearMap } from '../../encoders/mapped/linear-map.ts'
import { PURPOSE } from '../draws.ts'
import type { MapShape } from '../engine/layout.ts'
import type { TrainingValues } from '../options.ts'
import { VectorTexts } from '../vector-texts.ts'
import { openBase } from './base.ts'
import type { InitialModel } from './model.ts'

/** Opens the encoder of --base. @throws UsageError when it is not an encoder, or does not fit the options */
export async function startOver(name: string, values: TrainingValues, hooks: Hooks): Promise<InitialModel> {
  const shape: MapShape = { sides: values.map === 'shared' ? 1 : 2, rank: values.rank ?? 0 }
  const base = await openBase(name, shape, hooks)
  const { encoder } = base
  const { dimensions } = encoder
  if (shape.rank >= dimensions) {
    await encoder.close()
    throw new UsageError(`--rank ${shape.rank}: allowed: less than ${dimensions}, the dimensions of ${encoder.name}`)
  }
  return {
    dimensions,
    tokens: 0,
    map: shape,
    identity: sha256(JSON.stringify([encoder.identity, shape])),
    from: encoder.name,
    openTexts: (options) => new VectorTexts(encoder, options),
    parametersOf: (seed) =>
      shape.rank === 0 ? identities(shape, dimensions) : narrowMatrices(shape, dimensions, seed),
    write: (folder, parameters, card) => base.write(folder, mapOf(parameters, shape, dimensions), card),
    notices: base.notices,
    close: () => encoder.close(),
  }
}

function identities({ sides }: MapShape, dimensions: number): Float32Array {
  const size = dimensions ** 2
  return Float32Array.from({ length: sides * size }, (_, at) => ((at % size) % (dimensions + 1) === 0 ? 1 : 0))
}

/** Returns B of each side, of zeros, then A of each side, uniform in ±1/√dimensions as in LoRA (Hu et al. 2022): x A B is nothing at first. */
function narrowMatrices({ sides, rank }: MapShape, dimensions: number, seed: number): Float32Array {
  const random = randomFrom(mix(seed, PURPOSE.narrow))
  const half = sides * rank * dimensions
  const size = 1 / Math.sqrt(dimensions)
  return Float32Array.from({ length: 2 * half }, (_, at) => (at < half ? 0 : (2 * random() - 1) * size))
}

/** Returns what parameters of the engine come to: W, or the identity plus A B. */
function mapOf(parameters: Float32Array, { sides, rank }: MapShape, dimensions: number): LinearMap {
  const matrix = (side: number) => {
    const size = (rank === 0 ? dimensions : rank) * dimensions
    const whole = parameters.slice(side * size, (side + 1) * size)
    if (rank === 0) return whole
    return identityPlus(parameters.subarray((sides + side) * size, (sides + side + 1) * size), whole, dimensions)
  }
  const query = matrix(0)
  return { dimensions, query, passage: sides === 1 ? query : matrix(1) }
}

/** @param first A [dimensions × rank] @param second B [rank × dimensions] */
function identityPlus(first: Float32Array, second: Float32Array, dimensions: number): Float32Array {
  const rank = first.length / dimensions
  const product = new Float32Array(dimensions ** 2)
  const row = new Float64Array(dimensions)
  for (let at = 0; at < dimensions; at++) {
    row.fill(0)
    row[at] = 1
    for (let inner = 0; inner < rank; inner++) {
      const weight = first[at * rank + inner] as number
      for (let column = 0; column < dimensions; column++) {
        row[column] = (row[column] as number) + weight * (second[inner * dimensions + column] as number)
      }
    }
    product.set(row, at * dimensions)
  }
  return product
}
