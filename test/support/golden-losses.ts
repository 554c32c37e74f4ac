// The worked cases of data/causalneg: vectors in full precision, with losses and gradients that were computed elsewhere in 64 bits.
import { readFileSync } from 'node:fs'
import { dataPath } from './data.ts'

export interface GoldenCase {
  q: number[]
  positive: number[]
  mined: number[][]
  generated: number[][]
  temperature: number
  entropyTemperature: number
  /** Weight of the entropy loss in `total`. */
  weight: number
  H: number
  P: number
  E: number
  entropyLoss: number
  /** With respect to the vectors of the generated negatives. */
  entropyGradient: number[][]
  infonce: number
  total: number
  matchLoss: number
  matchGradient: number[][]
}

export const goldenCases = () => JSON.parse(readFileSync(dataPath('causalneg', 'golden.json'), 'utf8')) as GoldenCase[]

export const dot = (one: number[], other: number[]) =>
  one.reduce((sum, value, at) => sum + value * (other[at] as number), 0)
