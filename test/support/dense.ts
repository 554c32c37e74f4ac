// Dense modules as sentence-transformers writes them, and plain arithmetic to compare them with.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { writeSafetensors } from '../../src/encoders/safetensors.ts'

interface DenseParts {
  weight: number[][]
  bias?: number[]
  residual?: number[][]
  config?: object
}

/** Writes a Dense module as sentence-transformers does. */
export function writeDense(path: string, { weight, bias, residual, config }: DenseParts): void {
  const [outputs, inputs] = [weight.length, weight[0]!.length]
  const table = (rows: number[][]) => ({
    shape: [rows.length, rows[0]!.length],
    values: Float32Array.from(rows.flat()),
  })
  mkdirSync(path, { recursive: true })
  writeFileSync(
    join(path, 'config.json'),
    JSON.stringify({
      in_features: inputs,
      out_features: outputs,
      bias: bias !== undefined,
      activation_function: 'torch.nn.modules.linear.Identity',
      module_input_name: 'sentence_embedding',
      module_output_name: 'sentence_embedding',
      ...config,
    }),
  )
  writeSafetensors(join(path, 'model.safetensors'), {
    ...(bias && { 'linear.bias': { shape: [outputs], values: Float32Array.from(bias) } }),
    'linear.weight': table(weight),
    ...(residual && { 'residual.weight': table(residual) }),
  })
}

export const times = (weight: number[][], vector: number[], bias = weight.map(() => 0)) =>
  weight.map((row, at) => row.reduce((sum, value, place) => sum + value * vector[place]!, bias[at]!))
export const unit = (vector: number[]) => vector.map((value) => value / Math.hypot(...vector))
export const near = (vector: number[]) => vector.map((value) => expect.closeTo(value, 5))
