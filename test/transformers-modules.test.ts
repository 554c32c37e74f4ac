// Modules after the pooling, with a stand-in for @huggingface/transformers: Dense as sentence-transformers writes it, against
// plain arithmetic.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openEncoder } from '../src/encoders/models.ts'
import { weightsIn } from '../src/rows/miners.ts'
import { near, times, unit, writeDense } from './support/dense.ts'
import {
  BEGIN,
  fakeModel,
  fakeTransformers,
  idOf,
  sentenceFiles,
  stateOf,
  type ModelKind,
} from './support/fake-transformers.ts'
import { tempDir } from './support/files.ts'
import { startHub } from './support/hub-server.ts'

let env: Record<string, string>
let folder: string

beforeEach(() => {
  folder = join(tempDir(), 'model')
  env = { WINNOW_TRANSFORMERS: fakeTransformers(tempDir()), WINNOW_CACHE: tempDir() }
})

/** The first module after the pooling. */
const FIRST = '2_Dense'
const DOT = { similarity_fn_name: 'dot' }
const WEIGHT = [
  [0.5, 0, 1],
  [-0.25, 1, 0],
]
const BIAS = [0.5, -1]
/** The pooled vector of any text, cls: [1, 1, -1]. */
const POOLED = stateOf(BEGIN)

/** Writes a folder whose vectors are the states of the first token, and what follows. */
function model(modules: string[], more: { normalize?: boolean; sentences?: object; kind?: ModelKind } = {}): void {
  const { kind = 'states', sentences = DOT, normalize = false } = more
  fakeModel(folder, kind, sentenceFiles({ pooling_mode: 'cls' }, { modules, normalize, sentences }))
}

async function vectorOf(text: string, kind: 'query' | 'passage' = 'passage'): Promise<number[]> {
  const encoder = await openEncoder(`hf:${folder}`, env, { onNotice: () => undefined })
  return [...(await encoder.encode([text], kind))]
}

describe('Dense', () => {
  test.each<[string, (x: number) => number]>([
    ['linear.Identity', (x) => x],
    ['activation.Tanh', Math.tanh],
    ['activation.ReLU', (x) => Math.max(0, x)],
    ['activation.Sigmoid', (x) => 1 / (1 + Math.exp(-x))],
    ['activation.SiLU', (x) => x / (1 + Math.exp(-x))],
  ])('a map, its bias and %s', async (activation, apply) => {
    model(['Dense'])
    const config = { activation_function: `torch.nn.modules.${activation}` }
    writeDense(join(folder, FIRST), { weight: WEIGHT, bias: BIAS, config })
    expect(await vectorOf('a ship')).toEqual(near(times(WEIGHT, POOLED, BIAS).map(apply)))
  })

  test('GELU has the values that torch gives', async () => {
    const inputs = [-3, -1, -0.25, 0, 0.5, 2]
    const gelu = [-0.00404969, -0.15865525, -0.10032341, 0, 0.34573123, 1.95449984]
    model(['Dense'])
    const config = { activation_function: 'torch.nn.modules.activation.GELU' }
    writeDense(join(folder, FIRST), { weight: inputs.map((value) => [value, 0, 0]), config })
    expect(await vectorOf('a ship')).toEqual(gelu.map((value) => expect.closeTo(value, 6)))
  })

  test('without an activation in its file it is tanh, as in sentence-transformers', async () => {
    model(['Dense'])
    writeDense(join(folder, FIRST), { weight: WEIGHT, config: { activation_function: undefined } })
    expect(await vectorOf('a ship')).toEqual(near(times(WEIGHT, POOLED).map(Math.tanh)))
  })

  test('a residual adds the input, by a map of its own where lengths differ', async () => {
    model(['Dense'])
    const square = [...WEIGHT, [2, 0, 1]]
    const config = { use_residual: true, activation_function: 'torch.nn.modules.activation.ReLU' }
    writeDense(join(folder, FIRST), { weight: square, config })
    const relu = (vector: number[]) => vector.map((value) => Math.max(0, value))
    expect(await vectorOf('a ship')).toEqual(near(relu(times(square, POOLED)).map((value, at) => value + POOLED[at]!)))
    const residual = [
      [1, 2, 3],
      [0, 1, 0],
    ]
    writeDense(join(folder, FIRST), { weight: WEIGHT, residual, config })
    const added = times(residual, POOLED)
    expect(await vectorOf('a ship')).toEqual(near(relu(times(WEIGHT, POOLED)).map((value, at) => value + added[at]!)))
  })

  test('several in a row, before and after Normalize, each text its own', async () => {
    const second = [
      [2, 1],
      [1, -3],
      [0, 1],
    ]
    const pooling = { pooling_mode: 'lasttoken' }
    fakeModel(folder, 'states', sentenceFiles(pooling, { modules: ['Normalize', 'Dense', 'Dense'], sentences: DOT }))
    writeDense(join(folder, '3_Dense'), { weight: WEIGHT, bias: BIAS })
    writeDense(join(folder, '4_Dense'), { weight: second })
    const last = unit(stateOf(2))
    expect(await vectorOf('a ship')).toEqual(near(times(second, times(WEIGHT, last, BIAS))))
    // By cosine, or with Normalize at the end, the last vector is normalised once more.
    const expected = near(unit(times(second, times(WEIGHT, last, BIAS))))
    fakeModel(
      folder,
      'states',
      sentenceFiles(pooling, { modules: ['Normalize', 'Dense', 'Dense'], normalize: true, sentences: DOT }),
    )
    expect(await vectorOf('a ship')).toEqual(expected)
    fakeModel(folder, 'states', sentenceFiles(pooling, { modules: ['Normalize', 'Dense', 'Dense'] }))
    expect(await vectorOf('a ship')).toEqual(expected)
  })

  test('texts of a batch go through one by one', async () => {
    fakeModel(folder, 'states', sentenceFiles({ pooling_mode: 'max' }, { modules: ['Dense'], sentences: DOT }))
    writeDense(join(folder, FIRST), { weight: WEIGHT, bias: BIAS })
    const encoder = await openEncoder(`hf:${folder}`, env)
    expect(encoder.dimensions).toBe(2)
    const vectors = await encoder.encode(['sails', 'a', 'ship a'], 'passage')
    const longest = ['sails', 'a', 'ship'].map((word) => [idOf(word), Math.max(2, idOf(word) % 7), -1])
    longest[2]![1] = Math.max(...['ship', 'a'].map((word) => idOf(word) % 7))
    expect([...vectors]).toEqual(longest.flatMap((vector) => near(times(WEIGHT, vector, BIAS))))
  })

  test('the weights count in the identity', async () => {
    const identityOf = async () => (await openEncoder(`hf:${folder}`, env)).identity
    model([])
    const without = await identityOf()
    model(['Dense'])
    writeDense(join(folder, FIRST), { weight: WEIGHT })
    const [first, again] = [await identityOf(), await identityOf()]
    writeDense(join(folder, FIRST), { weight: [WEIGHT[1]!, WEIGHT[0]!] })
    const other = await identityOf()
    writeDense(join(folder, FIRST), {
      weight: [WEIGHT[1]!, WEIGHT[0]!],
      config: { activation_function: 'torch.nn.Tanh' },
    })
    const used = await identityOf()
    expect(again).toBe(first)
    expect(new Set([without, first, other].map((each) => weightsIn(`dense-1 ${each}`)[0])).size).toBe(3)
    expect(weightsIn(`dense-1 ${used}`)).toEqual(weightsIn(`dense-1 ${other}`))
    expect(used).not.toBe(other)
  })

  test('a model that pools by itself is believed only where there are no states, or a module cannot be read', async () => {
    model(['Dense'], { kind: 'whole' })
    expect(await vectorOf('a ship')).toEqual([4, 1])
    writeDense(join(folder, FIRST), { weight: WEIGHT })
    expect(await vectorOf('a ship')).toEqual([4, 1])
    model(['Dense'], { kind: 'both' })
    expect(await vectorOf('a ship')).toEqual(near(times(WEIGHT, POOLED)))
    rmSync(join(folder, FIRST, 'model.safetensors'))
    expect(await vectorOf('a ship')).toEqual([4, 1])
  })
})

describe('what cannot be used', () => {
  test.each<[string, () => void, string]>([
    [
      'weights that are missing',
      () => rmSync(join(folder, FIRST, 'model.safetensors')),
      '2_Dense/model.safetensors is missing',
    ],
    [
      'a pickle',
      () => {
        rmSync(join(folder, FIRST, 'model.safetensors'))
        writeFileSync(join(folder, FIRST, 'pytorch_model.bin'), '')
      },
      '2_Dense/pytorch_model.bin is a pickle, which Winnow does not read',
    ],
    [
      'an activation of its own',
      () => writeDense(join(folder, FIRST), { weight: WEIGHT, config: { activation_function: 'mine.Swoosh' } }),
      'Dense (2_Dense) has the activation mine.Swoosh (known: Identity, Tanh, ReLU, GELU, SiLU, Sigmoid of torch.nn)',
    ],
    [
      'vectors of tokens',
      () => writeDense(join(folder, FIRST), { weight: WEIGHT, config: { module_input_name: 'token_embeddings' } }),
      'Dense (2_Dense) works on "token_embeddings", not on "sentence_embedding"',
    ],
    [
      'weights of another shape',
      () => writeDense(join(folder, FIRST), { weight: WEIGHT, config: { out_features: 3 } }),
      'expected linear.weight [3 × 3] by its config.json; it holds: linear.weight [2 × 3]',
    ],
    [
      'maps that do not follow each other',
      () => writeDense(join(folder, FIRST), { weight: [[1, 2]] }),
      '2_Dense takes vectors of 2 numbers, but gets 3',
    ],
  ])('%s', async (_name, change, message) => {
    model(['Dense'])
    writeDense(join(folder, FIRST), { weight: WEIGHT })
    change()
    const failure = await openEncoder(`hf:${folder}`, env).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining(message) })
  })

  test('another module, or one before the pooling', async () => {
    model(['LSTM'])
    await expect(openEncoder(`hf:${folder}`, env)).rejects.toThrow(
      `hf:${folder}: its module LSTM is not in the ONNX file and cannot be carried out: LSTM (2_LSTM) is not a module that Winnow knows`,
    )
    const modules = ['Transformer', 'Dense', 'Pooling'].map((kind, idx) => ({
      idx,
      path: `${idx}_${kind}`,
      type: kind,
    }))
    fakeModel(folder, 'states', { 'modules.json': modules, '2_Pooling/config.json': { pooling_mode: 'cls' } })
    await expect(openEncoder(`hf:${folder}`, env)).rejects.toThrow('Dense (1_Dense) comes before the pooling')
  })
})

test('the weights of modules come from the hub with the rest', async () => {
  model(['Dense', 'Router'])
  writeDense(join(folder, FIRST), { weight: WEIGHT })
  const names = ['2_Dense', '3_Router/query_0_Dense'].flatMap((path) => [
    `${path}/config.json`,
    `${path}/model.safetensors`,
  ])
  const files = ['config.json', 'tokenizer.json', 'modules.json', '1_Pooling/config.json', ...names]
  const here = ['onnx/model.onnx', '3_Router/router_config.json', ...files]
  const left = ['model.safetensors', '2_Dense/pytorch_model.bin']
  const hub = await startHub(Object.fromEntries([...here, ...left].map((name) => [name, Buffer.from('{}')])))
  env['HF_ENDPOINT'] = hub.url
  await openEncoder('hf:owner/repo', env, { consent: { yes: true }, onNotice: () => undefined }).catch(() => undefined)
  const downloaded = join(env['WINNOW_CACHE']!, 'models/owner/repo')
  expect([...here, ...left].filter((name) => existsSync(join(downloaded, name)))).toEqual(here)
})

test('a folder is its own name, with or without a slash at its end', async () => {
  model(['Dense'])
  writeDense(join(folder, FIRST), { weight: WEIGHT })
  for (const name of [folder, `${folder}/`]) {
    expect((await openEncoder(name, env, { onNotice: () => undefined })).name).toBe(`hf:${name}`)
  }
})
