// winnow compare --engine torch on models of two layers: arms have the values that train and eval have, also after an interruption, and
// rerankers are measured on a first stage. Needs WINNOW_TEST_TORCH.
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { compare } from '../src/commands/compare/compare.ts'
import { evaluate } from '../src/commands/eval/evaluate.ts'
import { htmlPage } from '../src/commands/compare/html.ts'
import { trainEncoder } from '../src/train/train.ts'
import { unitsIn } from './support/comparing.ts'
import { sharedDir, writeJsonl } from './support/files.ts'
import { collectionIn, tinyRows } from './support/tiny-rows.ts'
import { describeWithTorch, makeTinyModels, torchEnv } from './support/torch.ts'

describeWithTorch('winnow compare --engine torch', () => {
  const folder = sharedDir()
  const at = (name: string) => join(folder, name)
  const env = { ...torchEnv(), WINNOW_CACHE: at('cache') }
  // Too few rows to hold out queries: train uses the last step, as compare does.
  const rows = tinyRows(40)
  const swapped = rows.map((row, place) => ({
    ...row,
    positive_passages: place % 2 === 0 ? row.negative_passages.slice(0, 1) : row.positive_passages,
  }))
  const files = [at('swapped.jsonl'), at('rows.jsonl')]
  const set = collectionIn(at('set'))
  const unitsOf = (name: string) => unitsIn(at(name)).filter((path) => /\/[0-9a-f]{32}\.json$/.test(path))
  const common = { engine: 'torch', base: at('bert'), batch: 16, negatives: 3, maxTokens: 32 } as const
  beforeAll(() => {
    makeTinyModels(folder)
    writeJsonl(at('rows.jsonl'), rows)
    writeJsonl(at('swapped.jsonl'), swapped)
  }, 180_000)

  it('has the values of train and eval, and resumes an interrupted training', { timeout: 300_000 }, async () => {
    const given = { ...common, learningRate: 0.003, steps: 4, checkpointEvery: 0 }
    const question = { eval: [`${set}:train`], noControls: true, work: at('encoders/work') }
    const controller = new AbortController()
    const stopped = compare(
      files,
      { ...given, ...question },
      {
        env,
        signal: controller.signal,
        onTraining: ({ done, share }) => void (done === 1 && share > 0 && controller.abort(new Error('enough'))),
      },
    )
    await expect(stopped).rejects.toThrow('enough')
    expect(unitsOf('encoders')).toHaveLength(6)
    const notices: string[] = []
    const report = await compare(files, { ...given, ...question }, { env, onNotice: (text) => void notices.push(text) })
    expect(notices).toContainEqual(expect.stringMatching(/^resuming after step \d of 4$/))
    expect(unitsOf('encoders')).toHaveLength(15)
    expect(report).toMatchObject({ trained: `encoders fine-tuned with PyTorch from ${at('bert')}`, steps: 4 })
    expect(report.arms.map(({ epochs, losses }) => [epochs, losses.length])).toEqual([
      [1.4, 20],
      [1.4, 20],
    ])
    expect(report.arms[1]?.mean).toBeGreaterThan(report.initial?.[0] as number)

    // The training that was interrupted.
    const manifest = await trainEncoder(at('rows.jsonl'), { ...given, out: at('model') }, { env })
    expect(manifest.development).toBeNull()
    const [own] = await evaluate(at('model'), [set], { split: 'train', measures: 'nDCG@10' }, { env })
    expect(report.arms[1]?.bySeed[0]).toBeCloseTo(own?.measures['nDCG@10'] as number, 6)
  })

  it('measures rerankers on the documents of a first stage', { timeout: 300_000 }, async () => {
    const question = { eval: [`${set}:train`], noControls: true, work: at('rerankers/work'), depth: 4 }
    const given = { ...common, kind: 'reranker', loss: 'list-wise', learningRate: 0.003, steps: 2 } as const
    const report = await compare(files, { ...given, ...question }, { env })
    const [bm25] = await evaluate('bm25', [set], { split: 'train', measures: 'nDCG@10', depth: 4 }, { env })
    expect(report.firstStage).toMatchObject({ retriever: 'bm25', depth: 4 })
    expect(report.firstStage?.means[0]).toBeCloseTo(bm25?.measures['nDCG@10'] as number, 12)
    // A new head for each seed.
    expect(new Set(report.arms[0]?.bySeed).size).toBeGreaterThan(1)
    expect(report.differences[0]).toMatchObject({ arm: 'rows', against: 'swapped' })
    expect(await htmlPage(report)).toMatch(/rerankers fine-tuned with PyTorch[\s\S]*bm25, its first 4/)
  })
})
