// The output of winnow train, loaded by Python's sentence-transformers: the same vectors. Needs WINNOW_TEST_PYTHON to name a Python that
// has it: python3 -m venv venv && venv/bin/pip install sentence-transformers
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStaticEncoder } from '../src/encoders/static/encoder.ts'
import { innerProduct } from '../src/encoders/vectors.ts'
import { trainEncoder } from '../src/train/train.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { trainingRows } from './support/training-rows.ts'

const python = process.env['WINNOW_TEST_PYTHON']
const hasLibrary = python !== undefined && spawnSync(python, ['-c', 'import sentence_transformers']).status === 0
if (!hasLibrary) {
  const why = python === undefined ? 'set WINNOW_TEST_PYTHON to a Python that has it' : `${python} has it not`
  process.stderr.write(`SKIPPED: comparison with sentence-transformers: ${why}\n`)
}
const SCRIPT = join(import.meta.dirname, 'support/static-embeddings.py')

const TEXTS = [
  'A plain English sentence, with 3 numbers: 1, 22 and 333.',
  'Naïve CAFÉ ﬁnds ＦＵＬＬ width; İstanbul, ΟΔΟΣ and straße',
  'kepravi unbelievably unseenwords',
  '我们使用新的方法来训练检索模型。模型很小，速度很快。',
  'ประเทศไทยมีอากาศร้อนและฝนตกชุก',
  'ខ្ញុំចូលចិត្តអាន និង မြန်မာစာ',
  '日本語の文章を検索する。カタカナも。',
  '한국어 문장도 검색합니다',
  'שלום עולם مرحبا بالعالم नमस्ते दुनिया',
  '😀 emoji 🚀👩‍🚀 alone',
  '😀',
  '',
  '   ',
  'x'.repeat(5000),
  '检'.repeat(3000),
  `${'long '.repeat(3000)}text`,
]

describe.skipIf(!hasLibrary)('Python', () => {
  it('gives the vectors that we give', { timeout: 300_000 }, async () => {
    const folder = tempDir()
    const rows = trainingRows(60)
    // Words of every script are in the vocabulary, others not.
    TEXTS.forEach((text, at) => {
      const row = rows[at]
      if (row && at % 2 === 0) row.positive_passages.push({ docid: `t${at}`, title: '', text: text.slice(0, 400) })
    })
    const out = join(folder, 'model')
    await trainEncoder(writeJsonl(join(folder, 'rows.jsonl'), rows), { out, dimensions: 100, epochs: 2, batch: 8 })
    const encoder = openStaticEncoder(out)
    const ours = await encoder.encode(TEXTS, 'query')

    const [texts, file] = [join(folder, 'texts.json'), join(folder, 'vectors')]
    writeFileSync(texts, JSON.stringify(TEXTS))
    execFileSync(python as string, [SCRIPT, out, texts, file], { stdio: ['ignore', 'ignore', 'pipe'] })
    const bytes = readFileSync(file)
    const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    expect(theirs.length).toBe(ours.length)

    const rowOf = (vectors: Float32Array, at: number) => vectors.subarray(at * 100, (at + 1) * 100)
    const cosines = TEXTS.map((_, at) => innerProduct(rowOf(ours, at), rowOf(theirs, at)))
    const isBlank = (at: number) => rowOf(ours, at).every((value) => value === 0)
    TEXTS.forEach((text, at) => {
      if (isBlank(at))
        expect(
          rowOf(theirs, at).every((value) => value === 0),
          text,
        ).toBe(true)
      else expect(cosines[at], text).toBeGreaterThan(0.99999)
    })
    expect(TEXTS.filter((_, at) => isBlank(at)).length).toBeLessThan(8)
    process.stderr.write(
      `least cosine with sentence-transformers: ${Math.min(...cosines.filter((_, at) => !isBlank(at)))}\n`,
    )
  })
})
