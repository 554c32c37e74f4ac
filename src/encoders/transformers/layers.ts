// The steps between a pooled vector and the model's vector: Dense modules with their weights, and Normalize in between.
import { join } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import type { TextKind } from '../encoder.ts'
import { readSafetensors, type Tensor } from '../safetensors.ts'
import { innerProduct, normalizeRows } from '../vectors.ts'
import { ACTIVATIONS } from './activations.ts'
import { weightsOf, type DenseStep, type Step } from './modules.ts'

/** Carries a vector through the steps. The result may be the vector itself, changed in place. */
export type Layers = Record<TextKind, (vector: Float32Array) => Float32Array>

/** Returns the files with weights, relative to the model's folder, each once. */
export function weightFilesOf(steps: Record<TextKind, readonly Step[]>): string[] {
  const dense = [...steps.query, ...steps.passage].filter((step) => step.kind === 'dense')
  return [...new Set(dense.map(weightsOf))]
}

/** Returns whether queries and passages go through different steps. */
export function routesDiffer({ query, passage }: Record<TextKind, readonly Step[]>): boolean {
  return JSON.stringify(query) !== JSON.stringify(passage)
}

/** Reads the weights. @throws UsageError if they do not fit the configuration, or one step the next */
export function readLayers(folder: string, steps: Record<TextKind, readonly Step[]>): Layers {
  const read = new Map<string, DenseWeights>()
  const denseOf = (step: DenseStep) => {
    const known = read.get(step.path) ?? readDense(join(folder, weightsOf(step)), step)
    read.set(step.path, known)
    return known
  }
  const chain = (all: readonly Step[]) => {
    const layers = all.map((step) => (step.kind === 'dense' ? { step, weights: denseOf(step) } : undefined))
    return (vector: Float32Array) => {
      let result = vector
      for (const layer of layers) {
        if (layer === undefined) normalizeRows(result, result.length)
        else result = applied(layer.step, layer.weights, result)
      }
      return result
    }
  }
  return { query: chain(steps.query), passage: chain(steps.passage) }
}

/** The steps of an encoder whose last are linear maps: those before them, the same for all texts, and the maps. */
export interface SplitSteps {
  before: Record<TextKind, readonly Step[]>
  maps: Record<TextKind, readonly DenseStep[]>
}

/**
 * Splits off the square linear maps at the end, such as those of `winnow train --base`. A vector may be normalised before such maps if it
 * is after them.
 * @returns undefined if there are none, or if queries and passages differ before them
 */
export function mapsAtEnd(
  folder: string,
  { query, passage }: Record<TextKind, readonly Step[]>,
): SplitSteps | undefined {
  const firstMap = (all: readonly Step[]) => 1 + all.findLastIndex((step) => !isSquareMap(folder, step))
  const [ofQuery, ofPassage] = [firstMap(query), firstMap(passage)]
  const before = { query: query.slice(0, ofQuery), passage: passage.slice(0, ofPassage) }
  const isDense = (step: Step) => step.kind === 'dense'
  const maps = { query: query.slice(ofQuery).filter(isDense), passage: passage.slice(ofPassage).filter(isDense) }
  return maps.query.length + maps.passage.length === 0 || routesDiffer(before) ? undefined : { before, maps }
}

function isSquareMap(folder: string, step: Step): boolean {
  if (step.kind !== 'dense' || step.inputs !== step.outputs || step.activation !== 'Identity' || step.isResidual) {
    return false
  }
  return !readSafetensors(join(folder, weightsOf(step))).has('linear.bias')
}

interface DenseWeights {
  /** [outputs × inputs] */
  weight: Float32Array
  /** [outputs] */
  bias: Float32Array | undefined
  /** [outputs × inputs]; undefined where the input itself is added, or nothing. */
  residual: Float32Array | undefined
}

function readDense(path: string, { inputs, outputs, isResidual }: DenseStep): DenseWeights {
  const tensors = readSafetensors(path)
  const tensor = (name: string, shape: readonly number[]) => {
    const found = tensors.get(name)
    if (found?.shape.join() !== shape.join()) throw unfit(path, name, shape, tensors)
    return found.values
  }
  return {
    weight: tensor('linear.weight', [outputs, inputs]),
    bias: tensors.has('linear.bias') ? tensor('linear.bias', [outputs]) : undefined,
    residual: isResidual && inputs !== outputs ? tensor('residual.weight', [outputs, inputs]) : undefined,
  }
}

function unfit(path: string, name: string, shape: readonly number[], tensors: Map<string, Tensor>): UsageError {
  const seen = [...tensors].map(([each, found]) => `${each} [${found.shape.join(' × ')}]`).join(', ') || 'none'
  return new UsageError(`${path}: expected ${name} [${shape.join(' × ')}] by its config.json; it holds: ${seen}`)
}

function applied(step: DenseStep, { weight, bias, residual }: DenseWeights, vector: Float32Array): Float32Array {
  const { path, inputs, outputs, activation, isResidual } = step
  if (vector.length !== inputs) {
    throw new UsageError(`${path} takes vectors of ${inputs} numbers, but gets ${vector.length}`, {
      hint: 'Look at in_features and out_features of its config.json, and at the module before it.',
    })
  }
  const productWith = (table: Float32Array, at: number) =>
    innerProduct(vector, table.subarray(at * inputs, (at + 1) * inputs))
  const result = new Float32Array(outputs)
  for (let at = 0; at < outputs; at++) {
    const value = ACTIVATIONS[activation](productWith(weight, at) + (bias?.[at] ?? 0))
    const added = residual === undefined ? (vector[at] as number) : productWith(residual, at)
    result[at] = isResidual ? value + added : value
  }
  return result
}
