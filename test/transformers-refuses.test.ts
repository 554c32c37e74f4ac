// Models in this process that are unavailable or unusable, and the downloads from the hub; with a stand-in for @huggingface/transformers.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openEncoder } from '../src/encoders/models.ts'
import { fakeModel, fakeTransformers, sentenceFiles } from './support/fake-transformers.ts'
import { tempDir } from './support/files.ts'
import { startHub } from './support/hub-server.ts'

let env: Record<string, string>
let folder: string
let notices: string[]

beforeEach(() => {
  folder = join(tempDir(), 'model')
  env = { WINNOW_TRANSFORMERS: fakeTransformers(tempDir()), WINNOW_CACHE: tempDir() }
  notices = []
})

const onNotice = (notice: string) => notices.push(notice)
const encoderAt = (path = folder, settings = '') => openEncoder(`hf:${path}${settings}`, env, { onNotice })
const failureAt = async (path = folder, settings = '') =>
  encoderAt(path, settings).then(
    () => undefined,
    (error: unknown) => error,
  )

describe('what cannot be used', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'no ONNX file',
      { 'onnx/model.onnx': undefined, 'model.safetensors': 'x' },
      '',
      'has no ONNX file: only ONNX models run',
    ],
    ['other ONNX files', { 'onnx/model.onnx': undefined, 'onnx/model_O3.onnx': 'x' }, '', 'has no ONNX file'],
    ['a precision that is not there', {}, '?precision=q8', 'has no ONNX file of precision q8'],
    ['a file that is not there', {}, '?file=onnx/other.onnx', 'has no onnx/other.onnx'],
    [
      'weights that are none',
      { 'onnx/model.onnx': 'broken' },
      '',
      'onnx/model.onnx cannot be loaded: Protobuf parsing failed.',
    ],
    ['no configuration', { 'config.json': undefined }, '', 'config.json is missing'],
    ['broken configuration', { 'config.json': '{' }, '', 'config.json is not JSON'],
    ['an unknown pooling', sentenceFiles({ pooling_mode_sum_tokens: true }), '', 'unknown pooling sum'],
    [
      'a pooling without the prefix',
      sentenceFiles({ pooling_mode: 'mean', include_prompt: false }),
      '',
      'include_prompt false',
    ],
    [
      'another distance',
      sentenceFiles({ pooling_mode: 'mean' }, { sentences: { similarity_fn_name: 'euclidean' } }),
      '',
      'it compares vectors by "euclidean" (allowed: cosine, dot)',
    ],
    ['more tokens than positions', {}, '?max-tokens=33', 'max-tokens 33: allowed: up to 32'],
    [
      'vectors that are no numbers',
      { 'onnx/model.onnx': { kind: 'nan' } },
      '',
      'has a value that is not a finite number',
    ],
  ])('%s', async (_name, files, settings, message) => {
    fakeModel(folder, 'states', files)
    const failure =
      (await failureAt(folder, settings)) ??
      (await (await encoderAt(folder, settings)).encode(['x'], 'query').catch((error: unknown) => error))
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining(message) })
  })

  test('a quantised model alone is taken, and that is said', async () => {
    fakeModel(folder, 'states', { 'onnx/model.onnx': undefined, 'onnx/model_quantized.onnx': { kind: 'states' } })
    await encoderAt()
    expect(notices).toContain(`${folder}: no model.onnx, using onnx/model_quantized.onnx (q8)`)
  })

  test('no folder, a file, no package', async () => {
    expect(await failureAt('/nowhere/at/all')).toMatchObject({ message: 'no such folder: /nowhere/at/all' })
    fakeModel(folder, 'states')
    expect(await failureAt(join(folder, 'config.json'))).toMatchObject({
      message: expect.stringContaining('is a file'),
    })
    env['WINNOW_TRANSFORMERS'] = '/nowhere'
    expect(await failureAt()).toMatchObject({
      message: expect.stringContaining('hf: models need the package @huggingface/transformers, which cannot be loaded'),
      hint: expect.stringContaining('WINNOW_TRANSFORMERS'),
    })
    delete env['WINNOW_TRANSFORMERS']
    expect(await failureAt()).toMatchObject({
      message: expect.stringContaining('need the package @huggingface/transformers'),
      hint: 'Install it next to Winnow: npm install @huggingface/transformers@4',
    })
  })
})

describe('a model of the hub', () => {
  const files = {
    'config.json': Buffer.from('{"max_position_embeddings":32}'),
    'tokenizer.json': Buffer.from('{}'),
    '1_Pooling/config.json': Buffer.from('{"pooling_mode_cls_token":true}'),
    'onnx/model.onnx': Buffer.from('{"kind":"states"}'),
    'onnx/model_fp16.onnx': Buffer.from('{}'),
    'model.safetensors': Buffer.from('large'),
    'README.md': Buffer.from('words'),
  }

  test('is downloaded once, when that is agreed to: its configuration and one ONNX file', async () => {
    const hub = await startHub(files)
    env['HF_ENDPOINT'] = hub.url
    await expect(openEncoder('hf:owner/repo', env)).rejects.toThrow('owner/repo (1 MB) is not on this machine yet')
    const encoder = await openEncoder('hf:owner/repo', env, { onNotice, consent: { yes: true } })
    expect(encoder.name).toBe('hf:owner/repo')
    const here = join(env['WINNOW_CACHE']!, 'models/owner/repo')
    expect(Object.keys(files).filter((name) => existsSync(join(here, name)))).toEqual(Object.keys(files).slice(0, 4))
    const before = hub.seen.length
    expect((await openEncoder('hf:owner/repo', env, { onNotice })).identity).toBe(encoder.identity)
    expect(hub.seen.length).toBe(before)
  })

  test('without an ONNX file nothing is fetched', async () => {
    const hub = await startHub({ 'config.json': files['config.json'], 'model.safetensors': files['model.safetensors'] })
    env['HF_ENDPOINT'] = hub.url
    const opened = openEncoder('hf:owner/repo', env, { onNotice, consent: { yes: true } })
    await expect(opened).rejects.toThrow('owner/repo has no ONNX file')
    expect(hub.seen).toHaveLength(1)
  })
})
