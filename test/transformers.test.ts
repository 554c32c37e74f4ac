// Encoders and rerankers in this process, with a stand-in for @huggingface/transformers: what is read from a model's files, and what is
// passed to it.
import { cpSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openEncoder, openScorer } from '../src/encoders/models.ts'
import { weightsIn } from '../src/rows/miners.ts'
import { BEGIN, END, fakeModel, fakeTransformers, idOf, sentenceFiles, stateOf } from './support/fake-transformers.ts'
import { tempDir } from './support/files.ts'

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
const scorerAt = (path = folder) => openScorer(`hf:${path}`, env, { onNotice })
const vectorsOf = async (settings: string, texts: string[], kind: 'query' | 'passage' = 'passage') => {
  const encoder = await encoderAt(folder, settings)
  const vectors = await encoder.encode(texts, kind)
  return texts.map((_, at) => [...vectors.subarray(at * encoder.dimensions, (at + 1) * encoder.dimensions)])
}

/** States of a text's tokens, special ones and all. */
const states = (...words: string[]) => [BEGIN, ...words.map(idOf), END].map(stateOf)
const mean = (rows: number[][]) =>
  (rows[0] as number[]).map((_, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length)
const unit = (vector: number[]) => vector.map((value) => expect.closeTo(value / Math.hypot(...vector), 5))
const near = (vector: number[]) => vector.map((value) => expect.closeTo(value, 4))

describe('how texts become vectors', () => {
  const words = ['a', 'ship', 'sails']
  const all = states(...words)

  test('where nothing is said: the mean, normalised, and a notice of each', async () => {
    fakeModel(folder, 'states')
    expect(await vectorsOf('', [words.join(' ')])).toEqual([unit(mean(all))])
    expect(notices).toEqual([
      `hf:${folder}: no pooling in its files: using the mean (?pooling=… for another)`,
      `hf:${folder}: no similarity in its files: using cosine (?normalize=false for inner products)`,
    ])
  })

  test.each<[string, object, number[]]>([
    ['cls', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, all[0]!],
    ['mean', { pooling_mode_mean_tokens: true }, mean(all)],
    ['max', { pooling_mode_max_tokens: true }, [idOf('sails'), 4, -1]],
    ['last token', { pooling_mode_lasttoken: true }, all.at(-1)!],
    ['mean by the root', { pooling_mode_mean_sqrt_len_tokens: true }, mean(all).map((value) => value * Math.sqrt(5))],
    [
      'weighted mean',
      { pooling_mode_weightedmean_tokens: true },
      [0, 1, 2].map((at) => all.reduce((sum, row, token) => sum + ((token + 1) * row[at]!) / 15, 0)),
    ],
    ['several', { pooling_mode_cls_token: true, pooling_mode_max_tokens: true }, [...all[0]!, idOf('sails'), 4, -1]],
    ['the newer way to write it', { pooling_mode: 'cls' }, all[0]!],
  ])('pooling as configured: %s', async (_name, pooling, expected) => {
    fakeModel(folder, 'states', sentenceFiles(pooling, { sentences: { similarity_fn_name: 'dot' } }))
    expect(await vectorsOf('', [words.join(' ')])).toEqual([near(expected)])
    expect(notices).toEqual([])
  })

  test('normalised where the model is, or is compared by cosine; settings are stronger', async () => {
    const pooling = { pooling_mode_cls_token: true }
    fakeModel(folder, 'states', sentenceFiles(pooling, { normalize: true }))
    expect(await vectorsOf('', ['a'])).toEqual([unit(stateOf(BEGIN))])
    fakeModel(folder, 'states', sentenceFiles(pooling, { sentences: { similarity_fn_name: 'cosine' } }))
    expect(await vectorsOf('', ['a'])).toEqual([unit(stateOf(BEGIN))])
    expect(await vectorsOf('?normalize=false&pooling=lasttoken', ['a'])).toEqual([near(stateOf(END))])
    expect(notices).toEqual([])
  })

  test('prefixes only where they are configured, or given', async () => {
    const sentences = { prompts: { query: 'ask ', document: 'hold ' }, similarity_fn_name: 'dot' }
    fakeModel(folder, 'states', sentenceFiles({ pooling_mode_mean_tokens: true }, { sentences }))
    expect(await vectorsOf('', ['ship'], 'query')).toEqual([near(mean(states('ask', 'ship')))])
    expect(await vectorsOf('', ['ship'], 'passage')).toEqual([near(mean(states('hold', 'ship')))])
    expect(await vectorsOf('?query-prefix=&passage-prefix=so%20very%20', ['ship'], 'query')).toEqual([
      near(mean(states('ship'))),
    ])
    expect((await encoderAt(folder, '?passage-prefix=p: ')).prefixes).toEqual({ query: 'ask ', passage: 'p: ' })
  })

  test('the prompts of a task come first, and are named', async () => {
    const prompts = { query: 'ask ', document: 'hold ', 'SciFact-query': 'claim ', Retrieval: 'find ' }
    const sentences = { prompts, similarity_fn_name: 'dot' }
    fakeModel(folder, 'states', sentenceFiles({ pooling_mode: 'mean' }, { sentences }))
    const open = (settings: string, task: string) =>
      openEncoder(`hf:${folder}${settings}`, env, { onNotice, task: { name: task, type: 'Retrieval' } })
    const encoder = await open('', 'SciFact')
    expect(encoder.prefixes).toEqual({ query: 'claim ', passage: 'find ' })
    expect(notices).toEqual([
      `hf:${folder}: its prompt "SciFact-query" for each query`,
      `hf:${folder}: its prompt "Retrieval" for each passage`,
    ])
    expect((await open('?query-prefix=mine ', 'SciFact')).prefixes).toEqual({ query: 'mine ', passage: 'find ' })
    expect((await open('', 'NQ')).identity).not.toBe(encoder.identity)
  })

  test('a model that pools by itself is believed, and needed where there are other modules', async () => {
    const files = sentenceFiles(
      { pooling_mode_mean_tokens: true },
      { modules: ['Dense'], sentences: { similarity_fn_name: 'dot' } },
    )
    fakeModel(folder, 'whole', files)
    expect(await vectorsOf('', ['a ship', 'a'])).toEqual([
      [4, 1],
      [3, 1],
    ])
    fakeModel(folder, 'states', files)
    await expect(encoderAt()).rejects.toThrow('its module Dense is not in the ONNX file and cannot be carried out')
  })

  test('long texts are cut to what the model reads, with the closing token, counted and said', async () => {
    fakeModel(folder, 'states', {
      ...sentenceFiles({ pooling_mode_lasttoken: true }, { sentences: { similarity_fn_name: 'dot' } }),
      'sentence_bert_config.json': { max_seq_length: 5 },
    })
    const encoder = await encoderAt(folder, '?pooling=mean')
    const vectors = await encoder.encode(['a ship sails', 'a ship sails far', 'b '.repeat(50)], 'passage')
    expect([...vectors]).toEqual([mean(all), mean(all), mean(states('b', 'b', 'b'))].flatMap(near))
    await encoder.close()
    expect(notices).toEqual([`hf:${folder}?pooling=mean: 2 texts were longer than 5 tokens and truncated`])
  })

  test.each([
    ['the tokenizer', { 'tokenizer_config.json': { model_max_length: 9 } }, '', 9],
    ['its positions', { 'tokenizer_config.json': { model_max_length: 1e30 } }, '', 32],
    [
      'positions that begin behind padding',
      { 'tokenizer_config.json': {}, 'config.json': { model_type: 'xlm-roberta', max_position_embeddings: 14 } },
      '',
      12,
    ],
    ['nothing: 512', { 'tokenizer_config.json': {}, 'config.json': {} }, '', 512],
    ['a setting', {}, '?max-tokens=7', 7],
  ])('how much a model reads comes from %s', async (_name, files, settings, expected) => {
    fakeModel(folder, 'states', files)
    const log = join(env['WINNOW_TRANSFORMERS']!, 'log')
    const encoder = await encoderAt(folder, settings)
    await encoder.encode(['a '.repeat(600)], 'passage')
    expect(readFileSync(log, 'utf8').trim().split('\n').at(-1)).toBe(`1 ${expected}`)
  })

  test('texts run longest first, in batches of 2,048 tokens, and come back in their order', async () => {
    fakeModel(folder, 'states', { 'tokenizer_config.json': {}, 'config.json': {} })
    const texts = Array.from({ length: 40 }, (_, at) => 'w '.repeat(1 + ((at * 37) % 100)))
    const encoder = await encoderAt(folder, '?normalize=false')
    const vectors = await encoder.encode(texts, 'passage')
    texts.forEach((text, at) =>
      expect([...vectors.subarray(at * 3, at * 3 + 3)]).toEqual(near(mean(states(...text.trim().split(' '))))),
    )
    const shapes = readFileSync(join(env['WINNOW_TRANSFORMERS']!, 'log'), 'utf8').trim().split('\n').slice(1)
    const sizes = shapes.map((line) => line.split(' ').map(Number) as [number, number])
    expect(sizes.every(([count, width]) => count * width <= 2048)).toBe(true)
    expect(sizes.map(([, width]) => width)).toEqual(
      sizes.map(([, width]) => width).toSorted((one, other) => other - one),
    )
    expect(sizes.length).toBeLessThan(3)
  })
})

describe('the identity', () => {
  const identityOf = async (path: string, settings = '') => (await encoderAt(path, settings)).identity

  test('is what decides the numbers, not name or place', async () => {
    fakeModel(folder, 'states', sentenceFiles({ pooling_mode_mean_tokens: true }, { normalize: true }))
    const identity = await identityOf(folder)
    expect(identity).toMatch(/^hf#[0-9a-f]{16}\.[0-9a-f]{16}$/)
    const copy = join(tempDir(), 'another name')
    cpSync(folder, copy, { recursive: true })
    expect(await identityOf(copy)).toBe(identity)
    const others = [
      await identityOf(folder, '?pooling=cls'),
      await identityOf(folder, '?max-tokens=8'),
      await identityOf(folder, '?query-prefix=q: '),
      await identityOf(fakeModel(copy, 'states', { 'tokenizer.json': { other: true } })),
      await identityOf(fakeModel(copy, 'states', { 'onnx/model.onnx': { kind: 'states', more: 1 } })),
    ]
    expect(new Set([identity, ...others]).size).toBe(6)
    // Only the last has other weights.
    const weights = weightsIn(identity)
    expect(others.map((other) => weightsIn(`dense-1 ${other}`)[0] === weights[0])).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
    expect(await identityOf(folder, '?pooling=mean')).toBe(identity)
  })

  test('large weights are read once, and again when they change', async () => {
    const weights = (padding: string) => JSON.stringify({ kind: 'states', padding: padding.repeat(2 ** 20) })
    fakeModel(folder, 'states', { 'onnx/model.onnx': weights('a') })
    const identity = await identityOf(folder)
    const remembered = join(env['WINNOW_CACHE']!, 'models', 'digests.json')
    const onnx = join(folder, 'onnx/model.onnx')
    expect(Object.keys(JSON.parse(readFileSync(remembered, 'utf8')))).toEqual([onnx])
    // Another digest on record shows: the file is not read again.
    writeFileSync(remembered, readFileSync(remembered, 'utf8').replace(/"digest": "\w+"/, '"digest": "abc"'))
    expect(await identityOf(folder)).not.toBe(identity)
    const { mtimeMs } = statSync(onnx)
    utimesSync(onnx, mtimeMs / 1000 + 5, mtimeMs / 1000 + 5)
    expect(await identityOf(folder)).toBe(identity)
    writeFileSync(onnx, weights('b'))
    expect(await identityOf(folder)).not.toBe(identity)
  })
})

describe('rerankers', () => {
  test('one label: the logit of query and passage together', async () => {
    fakeModel(folder, 'logit')
    const scorer = await scorerAt()
    expect(await scorer.score('a query', ['one', 'one two three', ''])).toEqual([2, 4, 1])
    expect(scorer.identity).toMatch(/^hf#[0-9a-f]{16}\.[0-9a-f]{16}$/)
  })

  test('two labels: relevant less not relevant, whichever is which', async () => {
    fakeModel(folder, 'logits')
    expect(await (await scorerAt()).score('q', ['one two'])).toEqual([2])
    const config = { architectures: ['BertForSequenceClassification'], id2label: { 0: 'relevant', 1: 'irrelevant' } }
    fakeModel(folder, 'logits', { 'config.json': config })
    expect(await (await scorerAt()).score('q', ['one two'])).toEqual([-2])
  })

  test('long pairs lose the end of the longer text first', async () => {
    fakeModel(folder, 'logit')
    const scorer = await scorerAt()
    // 16 tokens: 3 special ones, 2 of the query, 11 of the passage.
    expect(await scorer.score('a query', ['w '.repeat(50)])).toEqual([12])
    expect(await scorer.score('q '.repeat(50), ['w '.repeat(50)])).toEqual([8])
    await scorer.close()
    expect(notices).toEqual([`hf:${folder}: 2 passages were longer than 16 tokens with its query and truncated`])
  })

  test('an encoder is a scorer, a reranker no encoder, a classifier neither', async () => {
    fakeModel(folder, 'states')
    expect(await (await scorerAt()).score('a ship', ['a ship'])).toEqual([expect.closeTo(1, 5)])
    fakeModel(folder, 'logit')
    await expect(encoderAt()).rejects.toThrow(`hf:${folder} is a reranker and returns no vectors`)
    const config = { architectures: ['XForSequenceClassification'], id2label: { 0: 'joy', 1: 'anger', 2: 'fear' } }
    fakeModel(folder, 'logit', { 'config.json': config })
    await expect(scorerAt()).rejects.toThrow('is a classifier with 3 classes (joy, anger, fear), not a reranker')
  })
})
