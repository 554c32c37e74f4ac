// winnow train --engine torch, end to end on models of two layers: it trains, resumes to the same weights, splits over processes, and
// what it writes is read as torch: models. Needs WINNOW_TEST_TORCH.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { readSafetensors } from '../src/encoders/safetensors.ts'
import type { TorchManifest } from '../src/train/torch/manifest.ts'
import { sharedDir, writeJsonl } from './support/files.ts'
import { runWinnow, type RunOptions } from './support/run-winnow.ts'
import { collectionIn, tinyRows } from './support/tiny-rows.ts'
import { describeWithTorch, makeTinyModels, torchEnv } from './support/torch.ts'

const SETTINGS = [
  '--engine',
  'torch',
  '--batch',
  '16',
  '--negatives',
  '3',
  '--learning-rate',
  '0.003',
  '--max-tokens',
  '32',
]

describeWithTorch('winnow train --engine torch', () => {
  const folder = sharedDir()
  const at = (name: string) => join(folder, name)
  beforeAll(() => {
    makeTinyModels(folder)
    writeJsonl(at('rows.jsonl'), tinyRows(110))
  }, 180_000)

  const env = torchEnv() as Record<string, string>
  const command = (out: string, ...more: string[]) => [
    'train',
    at('rows.jsonl'),
    '--out',
    at(out),
    ...SETTINGS,
    '--json',
    ...more,
  ]
  const train = (out: string, more: string[], options: RunOptions = {}) =>
    runWinnow(command(out, ...more), { env, ...options })
  const trained = async (out: string, ...more: string[]): Promise<TorchManifest> => {
    const ran = await train(out, more)
    expect(ran.code, ran.stderr).toBe(0)
    return JSON.parse(ran.stdout) as TorchManifest
  }
  const furthest = (out: string, other: string) => {
    const [one, two] = [
      readSafetensors(join(at(out), 'model.safetensors')),
      readSafetensors(join(at(other), 'model.safetensors')),
    ]
    expect([...one.keys()].toSorted()).toEqual([...two.keys()].toSorted())
    return Math.max(...[...one].map(([name, { values }]) => distance(values, two.get(name)?.values as Float32Array)))
  }
  const ENCODER = ['--base', at('bert'), '--epochs', '3']

  it('trains an encoder; killed, interrupted and resumed it has the same weights', { timeout: 600_000 }, async () => {
    const whole = await trained('whole', ...ENCODER)
    expect(whole.training.epochs).toHaveLength(3)
    expect(whole.training.epochs.at(-1)?.loss).toBeLessThan(0.7 * (whole.training.epochs[0]?.loss as number))
    expect(whole.development).toMatchObject({ from: 'rows' })
    expect(readdirSync(at('whole')).toSorted()).toEqual(whole.files)
    const every = [...ENCODER, '--checkpoint-every', '0']
    const killed = await train('resumed', every, {
      onStart: afterCheckpoint(at('resumed'), 3, (child) => child.kill('SIGKILL')),
    })
    expect(killed.signal).toBe('SIGKILL')
    const stopped = await train('resumed', every, {
      onStart: afterCheckpoint(at('resumed'), 9, (child) => child.kill('SIGINT')),
    })
    expect(stopped.stderr).toMatch(/resuming after step \d+ of \d+/)
    expect(stopped.code, stopped.stderr).toBe(130)
    expect(stopped.stderr).toContain('Run the same command again to resume from the last checkpoint.')
    expect(existsSync(at('resumed'))).toBe(false)
    const ended = await trained('resumed', ...every)
    expect(ended.training.resumedAt).toBeGreaterThanOrEqual(9)
    expect(ended.training.epochs).toEqual(whole.training.epochs)
    expect(furthest('resumed', 'whole')).toBe(0)
    expect(existsSync(`${at('resumed')}.training`)).toBe(false)
  })

  it('gives the same by two processes, and by mini-batches', { timeout: 600_000 }, async () => {
    const steps = ['--base', at('bert'), '--steps', '4']
    await trained('one', ...steps)
    const two = await trained('two', ...steps, '--processes', '2', '--mini-batch', '5')
    expect(two.training.processes).toBe(2)
    expect(furthest('two', 'one')).toBeLessThan(1e-5)
  })

  it('trains an adapter on a language model, and merges it', async () => {
    const layers = ['--lora-rank', '4', '--lora-targets', 'q_proj,v_proj,down_proj']
    const qwen = ['--base', at('qwen2'), '--pooling', 'lasttoken', '--append-eos', '--gradient-checkpointing']
    const { model, training } = await trained('adapted', ...qwen, ...layers, '--epochs', '2')
    expect(model.trained).toBeLessThan(model.parameters / 5)
    expect(training.epochs[1]?.loss).toBeLessThan(training.epochs[0]?.loss as number)
    const [before, after] = [at('qwen2'), at('adapted')].map((path) => readSafetensors(join(path, 'model.safetensors')))
    const changed = [...(after as typeof before & object)].filter(
      ([name, { values }]) => distance(values, before?.get(name)?.values as Float32Array) > 0,
    )
    expect(changed.map(([name]) => name.replace(/.*\.(\w+)\.weight/, '$1')).toSorted()).toEqual([
      'down_proj',
      'down_proj',
      'q_proj',
      'q_proj',
      'v_proj',
      'v_proj',
    ])
  })

  it('trains a reranker that eval takes', { timeout: 600_000 }, async () => {
    const settings = ['--kind', 'reranker', '--base', at('bert'), '--loss', 'list-wise', '--mini-batch', '4']
    const { model, training } = await trained('reranker-out', ...settings, '--epochs', '2')
    expect(model).toMatchObject({ kind: 'reranker' })
    expect(training.epochs[1]?.loss).toBeLessThan(training.epochs[0]?.loss as number)
    expect(training.epochs[0]?.ndcg).toBeGreaterThan(0)
    const args = [
      'eval',
      at('bert'),
      collectionIn(at('collection')),
      '--split',
      'train',
      '--rerank',
      at('reranker-out'),
    ]
    const ran = await runWinnow([...args, '--json'], { env: { ...env, WINNOW_CACHE: at('cache') } })
    expect(ran.code, ran.stderr).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({ queries: 5, measures: { 'nDCG@10': expect.any(Number) } })
  })

  it('names the setting or the next command when it cannot', async () => {
    const failing = async (...more: string[]) => (await train('failed', more)).stderr
    expect(await failing('--recipe', 'e5-base', '--base', at('bert'))).toContain(
      'torch finds no GPU here\nTrain with --device cpu',
    )
    expect(await failing('--base', at('qwen2'), '--lora-rank', '2', '--lora-targets', 'query')).toContain(
      'the model has no linear layers named query\nGive others: --lora-targets down_proj,gate_proj',
    )
    expect(await failing('--base', 'owner/never-downloaded')).toContain(
      'Download it first: hf download owner/never-downloaded',
    )
  })
})

const distance = (one: Float32Array, other: Float32Array) =>
  one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] as number))), 0)

/** Does something to the process once a whole checkpoint of at least this step is there. */
function afterCheckpoint(
  out: string,
  least: number,
  act: (child: Parameters<NonNullable<RunOptions['onStart']>>[0]) => void,
) {
  const folder = join(`${out}.training`, 'torch', 'checkpoints')
  const isThere = () =>
    existsSync(folder) &&
    readdirSync(folder).some(
      (name) => Number(name.split('-')[1]) >= least && existsSync(join(folder, name, 'winnow.json')),
    )
  return (child: Parameters<NonNullable<RunOptions['onStart']>>[0]) => {
    void (async () => {
      while (!isThere() && child.exitCode === null) await sleep(5)
      act(child)
    })()
  }
}
