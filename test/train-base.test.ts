// winnow train --base, end to end: a map over vectors that stay as they are, written as a folder that every command and Python take.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openEncoder } from '../src/encoders/models.ts'
import { readSafetensors } from '../src/encoders/safetensors.ts'
import { innerProduct } from '../src/encoders/vectors.ts'
import { compare } from '../src/commands/compare/compare.ts'
import { trainEncoder } from '../src/train/train.ts'
import type { OwnInput } from '../src/train/options.ts'
import { collectionOf, world } from './support/comparing.ts'
import { fakeModel, fakeTransformers, sentenceFiles } from './support/fake-transformers.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { STATIC_TEXTS, staticFolder } from './support/static-folder.ts'
import { grownRows, trainingRows } from './support/training-rows.ts'
import { startWordServer, wordVector } from './support/word-vectors.ts'

const QUICK: OwnInput = { batch: 16, threads: 1, learningRate: 0.01 }
const rowsIn = (folder: string, rows = trainingRows(320)) => writeJsonl(join(folder, 'rows.jsonl'), rows)
const matrixIn = (folder: string) => readSafetensors(join(folder, 'model.safetensors')).get('linear.weight')!.values
const envIn = (folder: string) => ({ WINNOW_CACHE: join(folder, 'cache') })

/** Returns the texts' vectors times a matrix [outputs × inputs], scaled to length 1. */
function mapped(vectors: readonly number[][], matrix: Float32Array): number[][] {
  return vectors.map((vector) => {
    const result = vector.map((_, row) =>
      vector.reduce((sum, value, at) => sum + value * matrix[row * vector.length + at]!, 0),
    )
    const length = Math.hypot(...result)
    return result.map((value) => value / length)
  })
}

const near = (vector: number[]) => vector.map((value) => expect.closeTo(value, 4))

describe('over the vectors of a server', () => {
  it(
    'learns what they do not know, asks for each text once, and eval takes the folder',
    { timeout: 60_000 },
    async () => {
      const folder = tempDir()
      const server = await startWordServer()
      const [rows, out, env] = [rowsIn(folder), join(folder, 'model'), envIn(folder)]
      const args = [
        '--base',
        server.name,
        '--batch',
        '16',
        '--learning-rate',
        '0.01',
        '--epochs',
        '20',
        '--threads',
        '1',
      ]
      const ran = await runWinnow(['train', rows, '--out', out, ...args], { env })
      expect(ran.code, ran.stderr).toBe(0)
      expect(ran.stderr).toContain(`: a linear map, 64 × 64, over ${server.name}`)
      expect(ran.stderr).toContain(`note: the folder holds the map alone: ${server.name} is asked for the vectors`)
      expect(new Set(server.texts).size).toBe(server.texts.length)
      expect(readdirSync(out).toSorted()).toEqual([
        '0_Dense',
        '1_Normalize',
        'README.md',
        'base.json',
        'manifest.json',
        'modules.json',
      ])

      const collection = collectionOf(folder, trainingRows(80))
      const figure = async (model: string) => {
        const evaluated = await runWinnow(['eval', model, collection, '--json'], { env })
        expect(evaluated.code, evaluated.stderr).toBe(0)
        return (JSON.parse(evaluated.stdout) as { measures: Record<string, number> }).measures['nDCG@10'] as number
      }
      const [before, after] = [await figure(server.name), await figure(`${out}/`)]
      expect(before).toBeLessThan(0.3)
      expect(after).toBeGreaterThan(0.8)

      const encoder = await openEncoder(out, env)
      const text = 'bakeli nunu prazen'
      const vector = await encoder.encode([text], 'query')
      expect([[...vector]]).toEqual(mapped([wordVector(text)], matrixIn(join(out, '0_Dense'))).map(near))
      await encoder.close()

      const asked = server.texts.length
      await trainEncoder(rows, { ...QUICK, base: server.name, out, epochs: 1 }, { env })
      // Only the length of its vectors is asked for again.
      expect(server.texts.slice(asked)).toEqual(['winnow'])
    },
  )

  it(
    'gives the same bits with any number of threads; a seed decides them, also of narrow maps',
    { timeout: 60_000 },
    async () => {
      const folder = tempDir()
      const server = await startWordServer()
      const rows = rowsIn(folder, grownRows(120))
      const trained = async (name: string, more: OwnInput) => {
        const out = join(folder, name)
        const input = { ...QUICK, base: server.name, out, epochs: 2, loss: 'info-nce+match' as const, ...more }
        await trainEncoder(rows, input, { env: envIn(folder) })
        const router = join(out, '0_Router')
        const place = existsSync(router) ? join(router, 'query_0_Dense') : join(out, '0_Dense')
        return Buffer.from(matrixIn(place).buffer).toString('base64')
      }
      for (const shape of [{}, { map: 'per-side' as const }, { rank: 8 }, { map: 'per-side' as const, rank: 8 }]) {
        const one = await trained('one', shape)
        expect(await trained('two', { ...shape, threads: 2 })).toBe(one)
        expect(await trained('other', { ...shape, seed: 2 })).not.toBe(one)
      }
    },
  )

  it('goes on from its checkpoint to the same bits', { timeout: 60_000 }, async () => {
    const folder = tempDir()
    const server = await startWordServer()
    const [rows, env] = [rowsIn(folder), envIn(folder)]
    const input = { ...QUICK, base: server.name, epochs: 4, rank: 8, weightDecay: 0.1 }
    await trainEncoder(rows, { ...input, out: join(folder, 'whole') }, { env })
    const stop = new AbortController()
    const out = join(folder, 'parts')
    const onStep = ({ step }: { step: number }) => step === 25 && stop.abort(new Error('enough'))
    await expect(trainEncoder(rows, { ...input, out }, { env, signal: stop.signal, onStep })).rejects.toThrow('enough')
    const manifest = await trainEncoder(rows, { ...input, out }, { env })
    expect(manifest.training.resumedAt).toBe(25)
    expect(matrixIn(join(out, '0_Dense'))).toEqual(matrixIn(join(folder, 'whole/0_Dense')))
  })

  it('writes no login of the server anywhere', async () => {
    const server = await startWordServer()
    const { clean, dirty, set, folder } = world()
    const [out, env] = [join(folder, 'model'), envIn(folder)]
    const base = server.name.replace('http://', 'http://user:hush-hush@')
    const small = ['--base', base, '--steps', '2', '--threads', '1']
    const trained = await runWinnow(['train', clean, '--out', out, ...small, '--json'], { env })
    expect(trained.code, trained.stderr).toBe(0)
    const page = join(folder, 'page.html')
    const compared = await runWinnow(
      ['compare', dirty, clean, '--eval', set, '--html', page, '--work', join(folder, 'work'), ...small, '--json'],
      { env },
    )
    expect(compared.code, compared.stderr).toBe(0)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const written = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    const all = [...written, trained.stdout, trained.stderr, compared.stdout, compared.stderr]
    expect(all.filter((text) => text.includes('hush-hush'))).toEqual([])
  })

  it('compares files of rows on it', { timeout: 120_000 }, async () => {
    const server = await startWordServer()
    const { clean, dirty, set, folder } = world()
    const given = {
      base: server.name,
      eval: [set],
      work: join(folder, 'work'),
      noControls: true,
      threads: 1,
      epochs: 4,
    }
    const report = await compare([dirty, clean], { ...given, learningRate: 0.01, batch: 16 }, { env: envIn(folder) })
    expect(report.differences[0]?.mean).toBeGreaterThan(0.01)
    expect(report.differences[0]?.p).toBeLessThan(0.05)
    expect(report.movers[0]?.queries[0]?.rows.length).toBeGreaterThan(0)
  })
})

describe('over a transformer in this process', () => {
  const place = () => {
    const folder = tempDir()
    const env = { ...envIn(folder), WINNOW_TRANSFORMERS: fakeTransformers(tempDir()) }
    const files = sentenceFiles(
      { pooling_mode_mean_tokens: true },
      { normalize: true, sentences: { prompts: { query: 'query: ', document: 'passage: ' } } },
    )
    const base = fakeModel(join(folder, 'base'), 'states', {
      ...files,
      'model.safetensors': 'weights',
      'vocab.txt': 'words',
    })
    return { folder, env, base, rows: rowsIn(folder, trainingRows(60)), out: join(folder, 'model') }
  }

  it.each([
    ['shared', '2_Dense'],
    ['per-side', '2_Router/query_0_Dense'],
  ] as const)('writes the whole model, %s', async (map, dense) => {
    const { env, base, rows, out } = place()
    const notices: string[] = []
    const hooks = { env, onNotice: (notice: string) => notices.push(notice) }
    const named = `hf:${base}?query-prefix=ask: &max-tokens=12`
    await trainEncoder(rows, { ...QUICK, base: named, out, epochs: 2, map }, hooks)
    expect(notices.join()).not.toContain('PyTorch')
    expect(readFileSync(join(out, 'model.safetensors'), 'utf8')).toBe('weights')
    expect(existsSync(join(out, 'onnx/model.onnx')) && existsSync(join(out, 'vocab.txt'))).toBe(true)
    const [before, after] = [await openEncoder(named, env), await openEncoder(`${out}/`, env)]
    const texts = ['one word', 'another text altogether']
    for (const kind of ['query', 'passage'] as const) {
      const vectors = await before.encode(texts, kind)
      const found = await after.encode(texts, kind)
      const rowsOf = (all: Float32Array) => texts.map((_, at) => [...all.subarray(at * 3, at * 3 + 3)])
      const matrix = matrixIn(join(out, kind === 'query' ? dense : dense.replace('query', 'document')))
      expect(rowsOf(found)).toEqual(mapped(rowsOf(vectors), matrix).map(near))
    }
    await before.close()
    await after.close()
  })

  it('stands in for an earlier one, and leaves files of others alone', async () => {
    const { env, base, rows, out } = place()
    const input = { ...QUICK, base: `hf:${base}`, out, epochs: 1 }
    await trainEncoder(rows, input, { env })
    await trainEncoder(rows, { ...input, map: 'per-side' }, { env })
    expect(existsSync(join(out, '2_Dense'))).toBe(false)
    await expect(trainEncoder(rows, { ...input, base: `hf:${out}` }, { env })).rejects.toThrow(
      /would overwrite the folder of --base/,
    )
    writeFileSync(join(out, 'notes.txt'), 'mine')
    await expect(trainEncoder(rows, input, { env })).rejects.toThrow(/files not written by winnow train: notes.txt/)
    const second = join(out, '../second')
    await trainEncoder(rows, { ...input, base: `${out}/`, out: second }, { env })
    const modules = JSON.parse(readFileSync(join(second, 'modules.json'), 'utf8')) as { path: string }[]
    expect(modules.map(({ path }) => path)).toEqual(['', '1_Pooling', '2_Router', '3_Dense', '4_Normalize'])
  })

  it('says what Python needs where there are no weights for it', async () => {
    const { folder, env, rows, out } = place()
    const notices: string[] = []
    const base = fakeModel(
      join(folder, 'bare'),
      'states',
      sentenceFiles({ pooling_mode_mean_tokens: true }, { normalize: true }),
    )
    const hooks = { env, onNotice: (notice: string) => notices.push(notice) }
    await trainEncoder(rows, { ...QUICK, base: `hf:${base}`, out, epochs: 1 }, hooks)
    expect(notices.join()).toContain('has no weights for PyTorch')
  })

  it('refuses a model that pools by itself, and a reranker', async () => {
    const { folder, env, rows, out } = place()
    const whole = fakeModel(join(folder, 'whole'), 'whole')
    const given = { ...QUICK, out, epochs: 1 }
    await expect(trainEncoder(rows, { ...given, base: `hf:${whole}` }, { env })).rejects.toThrow(/pools by itself/)
    const reranker = fakeModel(join(folder, 'reranker'), 'logit')
    await expect(trainEncoder(rows, { ...given, base: `hf:${reranker}` }, { env })).rejects.toThrow(/is a reranker/)
  })
})

describe('over a static encoder', () => {
  it('becomes one with other vectors', async () => {
    const folder = tempDir()
    const rows = writeJsonl(
      join(folder, 'rows.jsonl'),
      STATIC_TEXTS.map((text, at) => ({
        query: text,
        pos: [STATIC_TEXTS[(at + 1) % 3]],
        neg: [STATIC_TEXTS[(at + 2) % 3]],
      })),
    )
    const [base, out] = [staticFolder(), join(folder, 'model')]
    await trainEncoder(rows, { ...QUICK, base: `${base}/`, out, epochs: 5 }, { env: envIn(folder) })
    const [before, after] = [await openEncoder(`${base}/`), await openEncoder(`${out}/`)]
    const cosine = async (encoder: typeof before) => {
      const vectors = await encoder.encode(STATIC_TEXTS.slice(0, 2), 'query')
      return innerProduct(vectors.subarray(0, 32), vectors.subarray(32))
    }
    expect(await cosine(after)).toBeGreaterThan((await cosine(before)) + 0.2)
    await expect(
      trainEncoder(rows, { ...QUICK, base: `${base}/`, out, map: 'per-side' }, { env: envIn(folder) }),
    ).rejects.toThrow(/--map per-side: static:.* has one table for all texts; allowed: shared/)
  })
})

it.each([
  [{ rank: 4 }, '--rank: no effect without --base'],
  [{ map: 'per-side' as const, weightDecay: 1 }, '--map, --weight-decay: no effect without --base'],
  [{ base: 'SERVER', from: 'model' }, '--base and --from exclude each other'],
  [{ base: 'SERVER', dimensions: 32 }, '--dimensions: no effect with --base'],
  [{ base: 'SERVER', maxTokens: 64, vocabulary: 10 }, '--vocabulary, --max-tokens: no effect with --base'],
  [{ base: 'SERVER', rank: 64 }, '--rank 64: allowed: less than 64, the dimensions of words@'],
] as const)('%j is refused', async (given, message) => {
  const folder = tempDir()
  const server = await startWordServer()
  const base = 'base' in given ? { base: server.name } : {}
  const out = join(folder, 'model')
  await expect(trainEncoder(rowsIn(folder), { ...given, ...base, out }, { env: envIn(folder) })).rejects.toThrow(
    message,
  )
  expect(existsSync(out)).toBe(false)
})
