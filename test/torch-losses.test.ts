// The losses and draws of the torch engine against worked cases and against the static trainer. Needs WINNOW_TEST_TORCH.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Batch } from '../src/train/batch.ts'
import { orderOf } from '../src/train/draws.ts'
import { lossNamed } from '../src/train/losses/index.ts'
import { readTorchOptions } from '../src/train/torch/options.ts'
import { requestOf } from '../src/train/torch/request.ts'
import { TextsFile, writeCodes, writeRows } from '../src/train/torch/rows-file.ts'
import { TokenTexts } from '../src/train/token-texts.ts'
import { TrainingSet } from '../src/train/training-set.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir } from './support/files.ts'
import { dot, goldenCases } from './support/golden-losses.ts'
import { randomFrom } from './support/random.ts'
import { allRows, smallRows } from './support/small-set.ts'
import { describeWithTorch, runPython, TRAINER } from './support/torch.ts'

type Result = Record<'info-nce' | 'info-nce+entropy' | 'info-nce+match', { loss: number; gradient: number[][] }> & {
  /** The total of the plugin for ms-swift. */
  plugin: number
}

describeWithData('causalneg', 'worked cases of losses', () => {
  describeWithTorch('by the torch engine', () => {
    it('gives the losses and gradients of data/causalneg to 1e-5, in 32 bits', () => {
      const results = JSON.parse(runPython('golden.py', dataPath('causalneg', 'golden.json'), TRAINER)) as Result[]
      for (const [at, golden] of goldenCases().entries()) {
        const { 'info-nce': alone, 'info-nce+entropy': entropy, 'info-nce+match': match } = results[at] as Result
        const near = (one: number, other: number) => expect(Math.abs(one - other)).toBeLessThan(1e-5)
        near(alone.loss, golden.infonce)
        near(entropy.loss, golden.total)
        near((results[at] as Result).plugin, golden.total)
        near(match.loss, golden.infonce + 3 * golden.matchLoss)
        const first = alone.gradient.length - golden.generated.length
        alone.gradient.forEach((row, text) =>
          row.forEach((value, k) => {
            near(value, gradientOf(golden, text)[k] as number)
            const [ofEntropy = 0, ofMatch = 0] = [golden.entropyGradient, golden.matchGradient].map(
              (g) => g[text - first]?.[k],
            )
            near((entropy.gradient[text]?.[k] as number) - value, golden.weight * ofEntropy)
            near((match.gradient[text]?.[k] as number) - value, 3 * ofMatch)
          }),
        )
      }
    })
  })
})

/** The gradient of InfoNCE by its formula: of the query (text 0), or of a passage. */
function gradientOf(
  { q, positive, mined, generated, temperature }: ReturnType<typeof goldenCases>[number],
  text: number,
) {
  const passages = [positive, ...mined, ...generated]
  const weights = passages.map((passage) => Math.exp(dot(q, passage) / temperature))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const slopes = weights.map((weight, column) => (weight / sum - Number(column === 0)) / temperature)
  if (text > 0) return q.map((value) => value * (slopes[text - 1] as number))
  return q.map((_, k) =>
    passages.reduce((total, passage, at) => total + (slopes[at] as number) * (passage[k] as number), 0),
  )
}

interface Step {
  queries: number[]
  passages: number[]
  roles: number[][]
  loss: number
  ofQueries: number[][]
  ofPassages: number[][]
}

const DIMENSIONS = 8

describeWithTorch('a step of the torch engine', () => {
  it('draws what the static trainer draws, and has its loss and gradient on the same vectors', () => {
    const folder = tempDir()
    const given = { engine: 'torch', base: 'none', kind: 'encoder', loss: 'info-nce+match', lossWeight: 2 } as const
    const sizes = { batch: 5, negatives: 2, generated: 1, epochs: 3, seed: 11, temperature: 0.1 }
    const values = readTorchOptions({ ...given, ...sizes, out: join(folder, 'model') })
    const set = writtenSet(folder)
    const vectors = unitVectors(set.texts.size)
    const [request, file] = [join(folder, 'request.json'), join(folder, 'vectors.json')]
    writeFileSync(
      request,
      JSON.stringify(requestOf(values, { work: folder, texts: folder, model: join(folder, 'model') }, '')),
    )
    writeFileSync(file, JSON.stringify(vectors))
    const steps = JSON.parse(runPython('step.py', request, file, TRAINER)) as Step[]
    expect(steps).toHaveLength(Math.ceil(set.size / sizes.batch) * sizes.epochs)
    const batch = new Batch(set, sizes)
    const { infoNce, term } = lossNamed({ ...values, loss: given.loss })
    steps.forEach((step, at) => {
      const perEpoch = Math.ceil(set.size / sizes.batch)
      const draw = { seed: sizes.seed, epoch: Math.floor(at / perEpoch) + 1 }
      const order = orderOf(allRows(set), (row) => set.codeOf(row), draw)
      batch.fill(order.subarray((at % perEpoch) * sizes.batch).subarray(0, sizes.batch), draw)
      const { queryCount, passageCount, stride } = batch
      expect(step.queries).toEqual([...batch.queries.subarray(0, queryCount)])
      expect(step.passages).toEqual([...batch.passages.subarray(0, passageCount)])
      const rolesOf = (query: number) => [...batch.roles.subarray(query * stride, query * stride + passageCount)]
      expect(step.roles).toEqual(step.queries.map((_, query) => rolesOf(query)))
      const vectorOf = (text: number) => vectors[text] as number[]
      const scores = new Float64Array(queryCount * stride)
      step.queries.forEach((query, row) =>
        step.passages.forEach((text, column) => (scores[row * stride + column] = dot(vectorOf(query), vectorOf(text)))),
      )
      const view = {
        scores,
        queries: queryCount,
        passages: passageCount,
        stride,
        roles: batch.roles,
        positives: batch.positives,
      }
      const slopes = new Float64Array(scores.length)
      const ofInfoNce = infoNce(view, slopes)
      const ofQueries = step.queries.map((_, row) =>
        sumOf(step.passages, (text, column) => [vectorOf(text), slopes[row * stride + column]]),
      )
      expect(step.loss).toBeCloseTo(ofInfoNce + (term?.(view, slopes) ?? 0), 5)
      const ofPassages = step.passages.map((_, column) =>
        sumOf(step.queries, (query, row) => [vectorOf(query), slopes[row * stride + column]]),
      )
      expectNear(step.ofQueries, ofQueries)
      expectNear(step.ofPassages, ofPassages)
    })
  })
})

/** Rows with second positives, shared passages, known positives of other rows, and generated negatives of some. */
function writtenSet(folder: string): TrainingSet {
  const file = new TextsFile(folder)
  const set = new TrainingSet(
    new TokenTexts(file, { query: '', passage: '' }, { maxTokens: 1, file: join(folder, 'bags') }),
  )
  smallRows(13).forEach(({ query, positives, negatives = [] }, at) => {
    const generated = at % 2 === 0 ? [`written ${at}`, `p${(at + 1) % 13} written`] : []
    const passage = (label: 'positive' | 'negative', origin: 'given' | 'generated') => (text: string) => ({
      id: text,
      text,
      label,
      origin,
    })
    const passages = [
      ...positives.map(passage('positive', 'given')),
      ...[...negatives, 'of all rows'].map(passage('negative', 'given')),
      ...generated.map(passage('negative', 'generated')),
    ]
    set.add({ id: `row ${at}`, query: at === 12 ? 'q0 q0 shared' : query, passages })
  })
  file.close()
  set.seal()
  writeCodes(folder, set.texts)
  writeRows(folder, set, { rows: allRows(set), development: undefined })
  return set
}

function unitVectors(count: number): number[][] {
  const random = randomFrom(3)
  return Array.from({ length: count }, () => {
    const vector = Array.from({ length: DIMENSIONS }, () => random() - 0.5)
    const length = Math.hypot(...vector)
    return vector.map((value) => Math.fround(value / length))
  })
}

function sumOf(items: number[], part: (item: number, at: number) => [number[], number | undefined]): number[] {
  const sum = Array<number>(DIMENSIONS).fill(0)
  items.forEach((item, at) => {
    const [vector, slope = 0] = part(item, at)
    vector.forEach((value, k) => (sum[k]! += value * slope))
  })
  return sum
}

function expectNear(found: number[][], expected: number[][]): void {
  const far = found.flatMap((row, at) => row.map((value, k) => Math.abs(value - (expected[at]?.[k] as number))))
  expect(Math.max(...far)).toBeLessThan(1e-5)
}
