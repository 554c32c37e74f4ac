// What the torch engine refuses in compare, prune and trainEncoder, without a Python: options, recipes, rows, and what is missing.
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compare } from '../src/commands/compare/compare.ts'
import type { CompareInput } from '../src/commands/compare/options.ts'
import { prune } from '../src/commands/prune/prune.ts'
import type { TrainInput } from '../src/train/input.ts'
import { trainEncoder } from '../src/train/train.ts'
import { world } from './support/comparing.ts'
import { writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { trainingRows } from './support/training-rows.ts'

/** A program that is taken for a Python with every package, and ends at once when it is started as the engine. */
function idlePython(folder: string): string {
  const path = join(folder, 'python')
  writeFileSync(path, '#!/bin/sh\necho nothing to do >&2\n')
  chmodSync(path, 0o755)
  return path
}

/** Returns files of rows and a collection, and compares the files. */
function setting() {
  const { folder, clean, dirty, set } = world()
  const base = join(folder, 'no-model')
  const env = { PATH: '', WINNOW_CACHE: join(folder, 'cache') }
  const work = join(folder, 'work')
  const compared = (more: object, files = [dirty, clean]) =>
    compare(files, { eval: [set], work, ...more } as CompareInput, { env })
  return { folder, clean, dirty, set, base, env, work, compared, torch: { engine: 'torch', base } }
}

describe('compare and prune with the torch engine', () => {
  it('refuse options of the other engine, and those without effect', async () => {
    const { dirty, clean, set, base, env, work, compared, torch } = setting()
    await expect(compared({ ...torch, threads: 2, map: 'shared' })).rejects.toThrow(
      '--threads, --map: no effect with --engine torch',
    )
    await expect(compared({ loraRank: 4, firstStage: 'bm25' })).rejects.toThrow(
      '--lora-rank, --first-stage: no effect without --engine torch',
    )
    await expect(compared({ ...torch, firstStage: 'bm25', depth: 5 })).rejects.toThrow(
      '--first-stage, --depth: no effect on encoders',
    )
    await expect(compared({ ...torch, lossWeight: 2 })).rejects.toThrow(
      '--loss-weight 2: no effect with --loss info-nce',
    )
    await expect(compared({ ...torch, kind: 'reranker', loss: 'info-nce' })).rejects.toThrow(
      '--loss info-nce is for encoders',
    )
    await expect(compared({ engine: 'torch' })).rejects.toThrow('no model to fine-tune')
    const pruned = prune([dirty, clean], { eval: [set], work, engine: 'torch', base, weightDecay: 1 } as never, { env })
    await expect(pruned).rejects.toThrow('--weight-decay: no effect with --engine torch')
  })

  it('name the recipes, and take their options', async () => {
    const { compared } = setting()
    await expect(compared({ recipe: 'e6-base' })).rejects.toThrow(/recipe "e6-base": allowed: e5-base, qwen2\.5-7b/)
    await expect(compared({ recipe: 'minilm', engine: 'winnow' })).rejects.toThrow('no effect with engine winnow')
    await expect(compared({ recipe: 'minilm', rank: 3 })).rejects.toThrow('--rank: no effect with --engine torch')
  })

  it('say that there is no Python, before anything is read', async () => {
    const { dirty, clean, set, base, env, compared, torch } = setting()
    await expect(compared(torch)).rejects.toMatchObject({
      message: expect.stringContaining('need Python with sentence-transformers 6, and none is found'),
      hint: expect.stringContaining('Install uv'),
    })
    await expect(compared({ ...torch, python: base })).rejects.toThrow(
      `--python ${base} is not a Python that can be started`,
    )
    const ran = await runWinnow(
      ['compare', dirty, clean, '--eval', set, '--recipe', 'reranker-minilm', '--python', base],
      { env },
    )
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('Give the path of one, such as venv/bin') })
  })

  it('need negatives for a reranker, and say which row has none', async () => {
    const { folder, dirty, compared, torch } = setting()
    const bare = trainingRows(20, 10, 3).map((row, at) => (at === 3 ? { ...row, negative_passages: [] } : row))
    const files = [dirty, writeJsonl(join(folder, 'bare.jsonl'), bare)]
    const reranker = { ...torch, kind: 'reranker', python: idlePython(folder) }
    await expect(compared(reranker, files)).rejects.toThrow(/bare\.jsonl:4: .*negative/)
  })

  it('say so where the engine ends without a model, and leave no texts', async () => {
    const { folder, work, compared, torch } = setting()
    const failed = compared({ ...torch, python: idlePython(folder), noControls: true })
    await expect(failed).rejects.toThrow('the torch engine ended before its work was done')
    expect(readdirSync(work).filter((name) => name.startsWith('texts'))).toEqual([])
  })

  it('train nothing where all files hold the same rows', async () => {
    const { folder, clean, compared, torch } = setting()
    const copy = writeJsonl(join(folder, 'copy.jsonl'), trainingRows(240, 40, 3))
    const report = await compared({ ...torch, python: idlePython(folder) }, [clean, copy])
    expect(report.arms.map(({ identicalTo }) => identicalTo)).toEqual([undefined, 'clean'])
  })
})

describe('trainEncoder with the torch engine', () => {
  it('has the errors of the command', async () => {
    const { folder, clean, env } = setting()
    const trained = (given: object) => trainEncoder(clean, given as TrainInput, { env })
    const out = join(folder, 'model')
    await expect(trained({ engine: 'torch', base: 'b' })).rejects.toThrow('no output folder')
    await expect(trained({ engine: 'torch', out })).rejects.toThrow('no model to fine-tune')
    await expect(trained({ engine: 'torch', out, base: 'b', dimensions: 3 })).rejects.toThrow(
      '--dimensions: no effect with --engine torch',
    )
    await expect(trained({ recipe: 'minilm', out })).rejects.toThrow('need Python with sentence-transformers 6')
    await expect(trained({ recipe: 'mini', out })).rejects.toThrow('recipe "mini": allowed: e5-base')
    await expect(trained({ recipe: 'reranker-minilm', out, loss: 'info-nce' })).rejects.toThrow('is for encoders')
  })
})
