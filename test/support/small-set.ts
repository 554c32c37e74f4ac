// Training rows whose tokens are their words, so that a test can compute with them directly.
import { onTestFinished } from 'vitest'
import { readOptions } from '../../src/options/options.ts'
import type { Row } from '../../src/rows/row.ts'
import { COUNT_SHIFT } from '../../src/train/engine/sizes.ts'
import { Engine } from '../../src/train/engine/engine.ts'
import { settled, TRAINING_OPTIONS, type TrainingValues } from '../../src/train/options.ts'
import { TokenTexts } from '../../src/train/token-texts.ts'
import { capacityFor } from '../../src/train/trainer.ts'
import { TrainingSet } from '../../src/train/training-set.ts'
import { randomFrom } from './random.ts'

export const TOKENS = 60

export interface SmallRow {
  id?: string
  query: string
  positives: string[]
  negatives?: string[]
  generated?: string[]
}

const rowOf = ({ id, query, positives, negatives = [], generated = [] }: SmallRow, at: number): Row => ({
  id: id ?? `row ${at}`,
  query,
  passages: [
    ...positives.map((text) => ({ id: text, text, label: 'positive' as const, origin: 'given' as const })),
    ...negatives.map((text) => ({ id: text, text, label: 'negative' as const, origin: 'mined' as const })),
    ...generated.map((text) => ({ id: text, text, label: 'negative' as const, origin: 'generated' as const })),
  ],
})

/** Builds a set. Words are numbered as they first occur; a text without words has no token. */
export function smallSet(rows: readonly SmallRow[]): TrainingSet {
  const numbers = new Map<string, number>()
  const numberOf = (word: string) => {
    if (!numbers.has(word)) numbers.set(word, numbers.size)
    return numbers.get(word) as number
  }
  const tokenizer = {
    size: TOKENS,
    encode: (text: string, limit = Infinity) => (text.match(/\w+/g) ?? []).map(numberOf).slice(0, limit),
  }
  const texts = new TokenTexts(tokenizer, { query: '', passage: '' }, { maxTokens: 100, file: 'unused' })
  onTestFinished(() => texts.close())
  const set = new TrainingSet(texts)
  rows.forEach((row, at) => set.add(rowOf(row, at)))
  return set.seal()
}

/** Returns a row for each of `count` topics, with negatives of other topics; every third has a second positive. */
export const smallRows = (count: number): SmallRow[] =>
  Array.from({ length: count }, (_, at) => ({
    query: `q${at} q${(at * 3) % 11} shared`,
    positives: [`p${at} p${(at * 7) % 13} shared`, ...(at % 3 === 0 ? [`p${at} p${at} other`] : [])],
    negatives: [`p${(at + 1) % count} n${at % 5}`, `n${(at * 2) % 5} n${(at * 3) % 7} shared`],
  }))

export const allRows = (set: TrainingSet) => Uint32Array.from({ length: set.size }, (_, row) => row)

export const valuesOf = (given: Partial<TrainingValues>): TrainingValues =>
  settled(readOptions(TRAINING_OPTIONS, { dimensions: 8, batch: 5, negatives: 2, epochs: 3, ...given }))

/** Creates an engine with random vectors, the same in every test. */
export function smallEngine(set: TrainingSet, values: TrainingValues, threads = 1, scale = 1): Engine {
  const dimensions = values.dimensions as number
  const capacity = { tokens: TOKENS, dimensions, trains: true, ...capacityFor(values, set.texts.largest) }
  const engine = new Engine(capacity, threads)
  onTestFinished(() => engine.close())
  const random = randomFrom(7)
  engine.writeTable(Float32Array.from({ length: TOKENS * dimensions }, () => (random() - 0.5) * scale))
  return engine
}

/** Returns the tokens of a text with their counts. */
export function bagOfText(set: TrainingSet, text: number): { token: number; count: number }[] {
  const into = new Uint32Array(set.texts.largest)
  const length = set.texts.copy(text, into, 0)
  return Array.from(into.subarray(0, length), (entry) => ({
    token: entry & ((1 << COUNT_SHIFT) - 1),
    count: entry >>> COUNT_SHIFT,
  }))
}

/** Returns the vector of a text in 64 bits, scaled to length 1 unless it is zero, and its original length. */
export function vectorOf(set: TrainingSet, table: ArrayLike<number>, dimensions: number, text: number) {
  const vector = new Float64Array(dimensions)
  for (const { token, count } of bagOfText(set, text)) {
    for (let at = 0; at < dimensions; at++) vector[at]! += count * (table[token * dimensions + at] as number)
  }
  const length = Math.hypot(...vector)
  return { unit: vector.map((value) => (length === 0 ? 0 : value / length)), length }
}

export const dot = (one: Float64Array, other: Float64Array) =>
  one.reduce((sum, value, at) => sum + value * (other[at] as number), 0)
