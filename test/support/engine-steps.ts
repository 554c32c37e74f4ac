// Small random steps for tests of the engine, and the same arithmetic in plain 64-bit numbers.
import { Engine } from '../../src/train/engine/engine.ts'
import { COUNT_SHIFT } from '../../src/train/engine/sizes.ts'
import { ROLE, type ScoreBatch } from '../../src/train/losses/loss.ts'
import { bagOf } from '../../src/train/token-texts.ts'
import { randomFrom } from './random.ts'

export const TOKENS = 50

export interface Setup {
  dimensions: number
  bags: Uint32Array[]
  queries: number
  passages: number
  table: Float32Array
}

export function setupOf(dimensions: number, queries = 5, passages = 11, seed = 1): Setup {
  const random = randomFrom(seed)
  const bag = (length: number) => bagOf(Array.from({ length }, () => Math.floor(random() * TOKENS)))
  return {
    dimensions,
    queries,
    passages,
    bags: Array.from({ length: queries + passages }, (_, at) => bag(at === 3 ? 0 : 1 + Math.floor(random() * 12))),
    table: Float32Array.from({ length: TOKENS * dimensions }, () => random() - 0.5),
  }
}

export function engineFor(
  { dimensions, bags, queries, passages, table }: Setup,
  threads = 1,
  setsPassagesApart = false,
): Engine {
  const entries = bags.reduce((sum, { length }) => sum + length, 0)
  const capacity = { tokens: TOKENS, dimensions, queries, passages, entries, trains: true, setsPassagesApart }
  const engine = new Engine(capacity, threads)
  engine.writeTable(table)
  return engine
}

export const placed = (engine: Engine, { bags, queries, passages }: Setup) =>
  engine.place(queries, passages, (bag, into, at) => {
    into.set(bags[bag] as Uint32Array, at)
    return (bags[bag] as Uint32Array).length
  })

/** Builds a batch in which query i has passage i; every fourth other pair is masked. */
export function batchOf({ queries, passages }: Setup, scores: Float32Array | Float64Array, stride: number): ScoreBatch {
  const roles = new Uint8Array(queries * stride).fill(ROLE.other)
  roles.forEach((_, at) => {
    if ((Math.floor(at / stride) * 7 + (at % stride)) % 4 === 0) roles[at] = ROLE.masked
  })
  for (let query = 0; query < queries; query++) roles[query * stride + query] = ROLE.positive
  return {
    scores,
    queries,
    passages,
    stride,
    roles,
    positives: Uint32Array.from({ length: queries }, (_, query) => query),
  }
}

/** Returns cosines in 64 bits; a bag without tokens scores 0. */
export function cosines({ bags, queries, passages, dimensions }: Setup, table: Float64Array): Float64Array {
  const vectors = bags.map((bag) => {
    const sum = new Float64Array(dimensions)
    for (const entry of bag) {
      const [token, count] = [entry & ((1 << COUNT_SHIFT) - 1), entry >>> COUNT_SHIFT]
      for (let at = 0; at < dimensions; at++) sum[at]! += count * table[token * dimensions + at]!
    }
    const length = Math.hypot(...sum)
    return sum.map((value) => (length === 0 ? 0 : value / length))
  })
  return Float64Array.from({ length: queries * passages }, (_, at) => {
    const [query, passage] = [vectors[Math.floor(at / passages)]!, vectors[queries + (at % passages)]!]
    return query.reduce((sum, value, k) => sum + value * passage[k]!, 0)
  })
}
