// Dense and Router modules on a real encoder, saved by Python's sentence-transformers: the same vectors. Needs WINNOW_TEST_PYTHON (a
// Python that has it), WINNOW_TEST_ENCODER (all-MiniLM-L6-v2 as ONNX) and WINNOW_TEST_ENCODER_WEIGHTS (the same model with its
// model.safetensors).
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openEncoder } from '../src/encoders/models.ts'
import { innerProduct } from '../src/encoders/vectors.ts'
import { tempDir } from './support/files.ts'

const NEEDED = ['WINNOW_TEST_PYTHON', 'WINNOW_TEST_ENCODER', 'WINNOW_TEST_ENCODER_WEIGHTS'] as const
const [python = '', onnx = '', weights = ''] = NEEDED.map((name) => process.env[name])
const missing = NEEDED.filter((name) => !process.env[name])
if (missing.length > 0) {
  process.stderr.write(`SKIPPED: modules of sentence-transformers: set ${missing.join(', ')}\n`)
}
const SCRIPT = join(import.meta.dirname, 'support/modules.py')
const TEXTS = ['This is an example sentence', 'A query?', 'ships '.repeat(600), '']

describe.skipIf(missing.length > 0)('Python', () => {
  test.each(['dense', 'router'])('gives the vectors that we give: %s', { timeout: 300_000 }, async (shape) => {
    const [folder, model] = [tempDir(), join(tempDir(), 'model')]
    const [texts, vectors] = [join(folder, 'texts.json'), join(folder, 'vectors.json')]
    writeFileSync(texts, JSON.stringify(TEXTS))
    execFileSync(python, [SCRIPT, weights, model, shape, texts, vectors], { stdio: ['ignore', 'ignore', 'pipe'] })
    cpSync(join(onnx, 'onnx'), join(model, 'onnx'), { recursive: true })
    const theirs = JSON.parse(readFileSync(vectors, 'utf8')) as Record<'query' | 'passage', number[][]>
    const encoder = await openEncoder(model, process.env, { onNotice: () => undefined })
    for (const kind of ['query', 'passage'] as const) {
      const ours = await encoder.encode(TEXTS, kind)
      for (const [at, vector] of theirs[kind].entries()) {
        expect(vector).toHaveLength(encoder.dimensions)
        const own = ours.subarray(at * encoder.dimensions, (at + 1) * encoder.dimensions)
        expect(innerProduct(own, Float32Array.from(vector)), `${kind} ${at}`).toBeGreaterThan(0.99999)
      }
    }
    await encoder.close()
  })
})
