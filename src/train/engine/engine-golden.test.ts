// The change that the engine applies to its table in a step, against worked cases: InfoNCE for all vectors,
// the term for generated negatives alone.
import { expect, it } from 'vitest'
import { describeWithData } from '../../../test/support/data.ts'
import { dot, goldenCases, type GoldenCase } from '../../../test/support/golden-losses.ts'
import { lossNamed, type LossName } from '../losses/index.ts'
import { ROLE } from '../losses/loss.ts'
import { bagOf } from '../token-texts.ts'
import { Engine } from './engine.ts'
import { ADAM, SLICE } from './sizes.ts'

/** Query, positive, mined, generated: each a text of one token, so that gradients by token equal gradients by vector. */
const textsOf = ({ q, positive, mined, generated }: GoldenCase) => [q, positive, ...mined, ...generated]

async function appliedBy(golden: GoldenCase, loss: LossName, lossWeight: number | undefined): Promise<number[][]> {
  const [vectors, dimensions] = [textsOf(golden), golden.q.length]
  const passages = vectors.length - 1
  const sizes = { tokens: vectors.length, dimensions, queries: 1, passages, entries: vectors.length }
  const engine = new Engine({ ...sizes, trains: true, setsPassagesApart: loss !== 'info-nce' }, 1)
  engine.writeTable(Float32Array.from(vectors.flat()))
  engine.place(1, passages, (bag, into, at) => {
    into.set(bagOf([bag]), at)
    return 1
  })
  const { temperature } = golden
  const entropyTemperature = loss === 'info-nce+entropy' ? golden.entropyTemperature : undefined
  const { infoNce, term } = lossNamed({ loss, temperature, lossWeight, entropyTemperature })
  const roleOf = (column: number) =>
    column === 0 ? ROLE.positive : column <= golden.mined.length ? ROLE.negative : ROLE.generated
  engine.learn(
    ({ values, stride }, gradient, ofPassages) => {
      const roles = Uint8Array.from({ length: stride }, (_, column) => roleOf(column))
      const batch = { scores: values, queries: 1, passages, stride, roles, positives: new Uint32Array(1) }
      const value = infoNce(batch, gradient.values)
      if (term === undefined) return value
      ofPassages.values.set(gradient.values)
      return value + term(batch, ofPassages.values)
    },
    1e-3,
    1,
  )
  const moments = new Float32Array(engine.state.buffer, engine.state.byteOffset + engine.table.length)
  const gradients = vectors.map((vector, at) => vector.map((_, k) => moments[at * SLICE + k]! / (1 - ADAM.first)))
  await engine.close()
  return gradients
}

/** Returns what normalising leaves of a gradient with respect to a unit vector. */
function throughLength(gradient: number[], vector: number[]): number[] {
  const along = dot(gradient, vector)
  return gradient.map((value, k) => value - along * vector[k]!)
}

/** Computes the gradients of InfoNCE for each vector from its formula. */
function infoNceBy(golden: GoldenCase): number[][] {
  const [q, ...passages] = textsOf(golden) as [number[], ...number[][]]
  const weights = passages.map((passage) => Math.exp(dot(q, passage) / golden.temperature))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const slopes = weights.map((weight, column) => (weight / sum - Number(column === 0)) / golden.temperature)
  const ofQuery = q.map((_, k) => passages.reduce((total, passage, column) => total + slopes[column]! * passage[k]!, 0))
  return [ofQuery, ...slopes.map((slope) => q.map((value) => value * slope))]
}

describeWithData('causalneg', 'the engine on the worked cases', () => {
  const cases = goldenCases().map((golden, at) => [at + 1, golden] as const)
  it.each(cases)('case %i', async (_, golden) => {
    const texts = textsOf(golden)
    const first = texts.length - golden.generated.length
    const terms = {
      'info-nce': { gradients: [], weight: undefined, times: 0 },
      'info-nce+entropy': { gradients: golden.entropyGradient, weight: golden.weight, times: golden.weight },
      'info-nce+match': { gradients: golden.matchGradient, weight: 3, times: 3 },
    }
    for (const [loss, { gradients, weight, times }] of Object.entries(terms)) {
      const expected = infoNceBy(golden).map((gradient, at) => {
        const ofTerm = gradients[at - first]
        const whole = gradient.map((value, k) => value + (ofTerm === undefined ? 0 : times * ofTerm[k]!))
        return throughLength(whole, texts[at]!)
      })
      const found = await appliedBy(golden, loss as LossName, weight)
      const far = found.flatMap((gradient, at) => gradient.map((value, k) => Math.abs(value - expected[at]![k]!)))
      expect(Math.max(...far), loss).toBeLessThan(1e-5)
    }
  })
})
