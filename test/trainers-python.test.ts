// Every training script, run for two steps against the real package of its trainer, on untrained models of two layers. Needs
// WINNOW_TEST_TRAINERS, a folder of virtual environments named st, tevatron, flagembedding, ms-swift, automodel: those that are there are
// used. Each has what the first lines of its script list.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { TRAINER_NAMES, type TrainerName } from '../src/trainers/options.ts'
import { sharedDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const environments = process.env['WINNOW_TEST_TRAINERS']
const pythonOf = (trainer: TrainerName) => join(environments ?? '', trainer, 'bin/python')
const there = TRAINER_NAMES.filter((trainer) => environments !== undefined && existsSync(pythonOf(trainer)))
for (const trainer of TRAINER_NAMES.filter((name) => !there.includes(name))) {
  const why = environments === undefined ? 'set WINNOW_TEST_TRAINERS' : `${pythonOf(trainer)} is not there`
  process.stderr.write(`SKIPPED: the training script for ${trainer}: ${why}\n`)
}

const run = promisify(execFile)
const example = (path: string) => resolve(import.meta.dirname, '../examples', path)
const SMALL = ['--max-steps', '2', '--batch-size', '4', '--negatives', '3']

describe.skipIf(there.length === 0)('the scripts, with their trainers', { timeout: 900_000 }, () => {
  const folder = sharedDir()
  const model = (name: string) => join(folder, 'models', name)

  beforeAll(async () => {
    const script = join(import.meta.dirname, 'support/tiny_models.py')
    await run(pythonOf(there[0] as TrainerName), [script, join(folder, 'models')])
  }, 300_000)

  /** Cleans the rows of the example; returns the script beside them. */
  const scriptOf = async (trainer: TrainerName) => {
    const out = join(folder, `${trainer}.jsonl`)
    const replies = ['screen', 'judge'].flatMap((stage) => [
      `--${stage}`,
      `replay:${example(`replies/${stage}.jsonl`)}`,
    ])
    const more = ['--out', out, '--tasks', example('tasks.yaml'), '--trainer', trainer, '--quiet']
    expect(await runWinnow(['clean', example('rows.jsonl'), ...more, ...replies])).toMatchObject({ code: 0 })
    return join(folder, `${trainer}.train.py`)
  }

  /** Returns what training printed. */
  const trained = async (trainer: TrainerName, name: string, args: string[]) => {
    const env = { ...process.env, HF_HUB_OFFLINE: '1' }
    const all = [await scriptOf(trainer), '--model', model(name), ...args]
    return (await run(pythonOf(trainer), all, { cwd: folder, maxBuffer: 1 << 26, env })).stdout
  }

  const cases: [TrainerName, string, string[]][] = [
    ['st', 'bert', SMALL],
    ['tevatron', 'bert', SMALL],
    ['flagembedding', 'bert', SMALL],
    ['ms-swift', 'qwen3', [...SMALL, '--model-type', 'qwen3_emb']],
  ]
  it.each(cases.filter(([trainer]) => there.includes(trainer)))(
    '%s trains for two steps, and its verdict is that of the same queries before and after',
    async (trainer, name, args) => {
      const out = join(folder, `${trainer}.model`)
      const stdout = await trained(trainer, name, args)
      expect(stdout).toMatch(/Before training: nDCG@10 \d\.\d{4}/)
      expect(stdout).toMatch(/difference +[+-]\d\.\d{4}, 95% interval [+-]\d\.\d{4} to [+-]\d\.\d{4}/)
      const verdict = JSON.parse(readFileSync(join(out, 'verdict.json'), 'utf8')) as Record<
        'before' | 'queries',
        number
      >
      expect(verdict.queries).toBe(4)
      expect(stdout).toContain(`Before training: nDCG@10 ${verdict.before.toFixed(4)}`)
      for (const file of ['modules.json', 'model.safetensors']) expect(existsSync(join(out, file))).toBe(true)
      const weights = (path: string) => readFileSync(join(path, 'model.safetensors'))
      expect(weights(out).equals(weights(model(name)))).toBe(false)
    },
  )

  const teachers = (['st', 'tevatron', 'flagembedding'] as const).filter((trainer) => there.includes(trainer))
  it.each(teachers)('%s learns from scores', async (trainer) => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((each, at) => ({
      query_id: each,
      query: `${each} ${at}`,
      positive_passages: [5, 4.5].map((score) => ({ docid: `${each}${score}`, text: `${each} is ${score}`, score })),
      negative_passages: [1, 0.5, -1].map((score) => ({
        docid: `${each}${score}`,
        text: `no ${each} ${score}`,
        score,
      })),
    }))
    writeJsonl(join(folder, 'scored.jsonl'), rows)
    const args = ['--rows', 'scored.jsonl', '--distill', '--out', join(folder, `${trainer}-distilled`)]
    const stdout = await trained(trainer, 'bert', [...SMALL, ...args])
    expect(stdout).toContain('difference')
  })

  it.skipIf(!there.includes('automodel'))(
    'automodel reads the rows and the settings that the script gives it',
    async () => {
      const script = join(import.meta.dirname, 'support/automodel_rows.py')
      await expect(trained('automodel', 'bert', SMALL)).rejects.toThrow('NeMo Automodel trains on NVIDIA GPUs only')
      const { stdout } = await run(pythonOf('automodel'), [script, join(folder, 'automodel.train.py'), model('bert')])
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
        rows: 42,
        passages: 4,
        recipe: 'TrainBiEncoderRecipe',
        rotated: true,
        batch: [2, 8],
      })
    },
  )
})
