// The training loop against the same in 64-bit numbers, and its reports.
import { describe, expect, it } from 'vitest'
import {
  allRows,
  bagOfText,
  dot,
  smallEngine,
  smallRows,
  smallSet,
  TOKENS,
  valuesOf,
  vectorOf,
} from '../../test/support/small-set.ts'
import { Batch } from './batch.ts'
import { developmentOf } from './development.ts'
import { orderOf } from './draws.ts'
import { ADAM } from './engine/sizes.ts'
import { ROLE } from './losses/loss.ts'
import type { TrainingValues } from './options.ts'
import { train, type EpochReport, type Position } from './trainer.ts'
import type { TrainingSet } from './training-set.ts'

/** Computes every step of a training directly: InfoNCE over cosines, its gradient by the chain rule, Adam on the tokens that occur. */
function reference(
  set: TrainingSet,
  values: TrainingValues,
  table: Float64Array,
): { losses: number[]; table: Float64Array } {
  const { batch: size, seed, epochs, temperature, learningRate, schedule } = values
  const dimensions = values.dimensions as number
  const [first, second] = [new Float64Array(table.length), new Float64Array(table.length)]
  const batch = new Batch(set, values)
  const perEpoch = Math.ceil(set.size / size)
  const losses: number[] = []
  for (let step = 1; step <= perEpoch * epochs; step++) {
    const epoch = Math.ceil(step / perEpoch)
    const order = orderOf(allRows(set), (row) => set.codeOf(row), { seed, epoch })
    const start = ((step - 1) % perEpoch) * size
    batch.fill(order.subarray(start, start + size), { seed, epoch })
    const { queryCount, passageCount, stride, roles, positives } = batch
    const texts = [...batch.queries.subarray(0, queryCount), ...batch.passages.subarray(0, passageCount)]
    const vectors = texts.map((text) => vectorOf(set, table, dimensions, text))
    const slopes = texts.map(() => new Float64Array(dimensions))
    let loss = 0
    for (let query = 0; query < queryCount; query++) {
      const taking = Array.from({ length: passageCount }, (_, at) => at).filter(
        (at) => roles[query * stride + at] !== ROLE.masked,
      )
      const scores = taking.map((at) => dot(vectors[query]!.unit, vectors[queryCount + at]!.unit) / temperature)
      const sum = scores.reduce((total, score) => total + Math.exp(score), 0)
      taking.forEach((at, place) => {
        const isPositive = at === positives[query]
        if (isPositive) loss += (Math.log(sum) - scores[place]!) / queryCount
        const slope = (Math.exp(scores[place]!) / sum - (isPositive ? 1 : 0)) / (temperature * queryCount)
        for (let k = 0; k < dimensions; k++) {
          slopes[query]![k]! += slope * vectors[queryCount + at]!.unit[k]!
          slopes[queryCount + at]![k]! += slope * vectors[query]!.unit[k]!
        }
      })
    }
    losses.push(loss)
    const gradients = new Map<number, Float64Array>()
    texts.forEach((text, at) => {
      const { unit, length } = vectors[at]!
      const along = dot(slopes[at]!, unit)
      for (const { token, count } of bagOfText(set, text)) {
        const gradient = gradients.get(token) ?? new Float64Array(dimensions)
        gradients.set(token, gradient)
        for (let k = 0; k < dimensions; k++) gradient[k]! += (count * (slopes[at]![k]! - along * unit[k]!)) / length
      }
    })
    const rate = schedule === 'constant' ? learningRate : learningRate * (1 - (step - 1) / (perEpoch * epochs))
    for (const [token, gradient] of gradients) {
      for (let k = 0; k < dimensions; k++) {
        const at = token * dimensions + k
        first[at] = ADAM.first * first[at]! + (1 - ADAM.first) * gradient[k]!
        second[at] = ADAM.second * second[at]! + (1 - ADAM.second) * gradient[k]! ** 2
        const [mean, spread] = [first[at]! / (1 - ADAM.first ** step), second[at]! / (1 - ADAM.second ** step)]
        table[at]! -= (rate * mean) / (Math.sqrt(spread) + ADAM.epsilon)
      }
    }
  }
  return { losses, table }
}

/** Trains and returns the vectors and reports. */
async function trained(given: Partial<TrainingValues>, { count = 17, threads = 1, looks = false } = {}) {
  const set = smallSet(smallRows(count))
  const values = valuesOf(given)
  const engine = smallEngine(set, values, threads)
  const before = Float64Array.from(engine.readTable())
  const steps: { step: number; rows: number; loss: number }[] = []
  const rows = looks ? allRows(set).subarray(0, 11) : allRows(set)
  const development = looks ? developmentOf(set, allRows(set).subarray(11)) : undefined
  const { epochs, best } = await train(
    { set, rows, values, engine, development },
    { onStep: (step) => steps.push(step) },
  )
  return { set, values, before, steps, epochs, best, table: engine.readTable() }
}

describe('training', () => {
  it.each([{}, { schedule: 'linear' as const }, { temperature: 0.5, batch: 3, negatives: 1, seed: 4 }])(
    'does what plain arithmetic does, step for step (%o)',
    async (given) => {
      const { set, values, before, steps, table } = await trained({ ...given, dimensions: 8 })
      const expected = reference(set, values, Float64Array.from(before))
      expect(steps.length).toBe(expected.losses.length)
      steps.forEach(({ loss }, at) => expect(loss).toBeCloseTo(expected.losses[at] as number, 3))
      expect(steps[0]?.loss).toBeCloseTo(expected.losses[0] as number, 6)
      let moved = 0
      for (let at = 0; at < TOKENS * 8; at++) {
        const change = expected.table[at]! - before[at]!
        expect(table[at]! - before[at]!).toBeCloseTo(change, 2)
        if (Math.abs(change) > 0.02) moved += 1
      }
      expect(moved).toBeGreaterThan(100)
    },
  )

  it('reports for each epoch the mean over its rows, though the last step has fewer', async () => {
    const { steps, epochs } = await trained({ batch: 5 })
    expect(steps.map(({ rows }) => rows)).toEqual([5, 5, 5, 2, 5, 5, 5, 2, 5, 5, 5, 2])
    epochs.forEach(({ epoch, loss, steps: done }) => {
      const own = steps.filter(({ step }) => Math.ceil(step / 4) === epoch)
      const sum = own.reduce((total, each) => total + each.loss * each.rows, 0)
      expect(loss).toBeCloseTo(sum / 17, 12)
      expect(done).toBe(epoch * 4)
      expect(Math.abs(loss - own.reduce((total, each) => total + each.loss, 0) / 4)).toBeGreaterThan(1e-4)
    })
  })

  it('ends with the vectors of the best epoch by the development queries, the earlier of equal ones', async () => {
    const whole = await trained({ epochs: 12, learningRate: 0.2 }, { looks: true })
    const most = Math.max(...whole.epochs.map(({ ndcg }) => ndcg as number))
    expect(whole.best).toBe(whole.epochs.find(({ ndcg }) => ndcg === most)?.epoch)
    expect(whole.best).toBeLessThan(12)
    const still = await trained({ epochs: 3, learningRate: 0 }, { looks: true })
    expect(still.best).toBe(1)
    const short = await trained({ epochs: whole.best, learningRate: 0.2 }, { looks: true })
    expect(whole.table).toEqual(short.table)
  })

  it('ends with the last vectors where nothing is looked at, after any number of steps', async () => {
    const { steps, epochs, best, table } = await trained({ steps: 7, batch: 5 })
    expect(epochs.map(({ epoch, steps: done, ndcg }) => [epoch, done, ndcg])).toEqual([
      [1, 4, null],
      [2, 7, null],
    ])
    expect(best).toBe(2)
    expect(steps.length).toBe(7)
    expect(table).toEqual((await trained({ steps: 7, batch: 5, epochs: 1 })).table)
  })

  it('takes all rows once in each epoch, in another order', () => {
    const set = smallSet(smallRows(17))
    const orders = [1, 2, 3].map((epoch) => orderOf(allRows(set), (row) => set.codeOf(row), { seed: 1, epoch }))
    for (const order of orders) expect(order.toSorted()).toEqual(allRows(set))
    expect(orders[1]).not.toEqual(orders[0])
    expect(orders[2]).not.toEqual(orders[1])
    expect(orderOf(allRows(set), (row) => set.codeOf(row), { seed: 2, epoch: 1 })).not.toEqual(orders[0])
  })

  it('gives the same bits with 1, 2 and 3 threads', async () => {
    const tables = [1, 2, 3].map(async (threads) => (await trained({ dimensions: 96 }, { threads })).table)
    const [one, two, three] = await Promise.all(tables)
    expect(two).toEqual(one)
    expect(three).toEqual(one)
  })

  it('goes on from any step to the same bits and reports', async () => {
    const whole = await trained({ epochs: 4 }, { looks: true })
    const set = smallSet(smallRows(17))
    const values = valuesOf({ epochs: 4 })
    const rows = allRows(set).subarray(0, 11)
    const development = developmentOf(set, allRows(set).subarray(11))
    const saved: { position: Position; best: Uint8Array | undefined; state: Uint8Array }[] = []
    const first = smallEngine(set, values)
    const save = (position: Position, best: Uint8Array | undefined) =>
      saved.push({ position: structuredClone(position), best, state: Uint8Array.from(first.state) })
    await train({ set, rows, values, engine: first, development }, { save })
    expect(saved.length).toBe(12)
    for (const { position, best, state } of saved) {
      const engine = smallEngine(set, values)
      engine.state.set(state)
      const ended = await train({ set, rows, values, engine, development, from: { position, best } })
      expect(ended.epochs).toEqual(whole.epochs)
      expect(ended.best).toBe(whole.best)
      expect(engine.readTable()).toEqual(whole.table)
    }
  })

  it('ends after any number of epochs', async () => {
    const reports: EpochReport[] = []
    const set = smallSet([{ query: 'a', positives: ['b'], negatives: ['c'] }])
    const values = valuesOf({ dimensions: 1, steps: 150_000, batch: 1 })
    const engine = smallEngine(set, values)
    const { best } = await train(
      { set, rows: allRows(set), values, engine, development: undefined },
      { onEpoch: (report) => reports.push(report) },
    )
    expect(reports.length).toBe(150_000)
    expect(best).toBe(150_000)
  })
})
