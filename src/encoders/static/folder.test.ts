// Covers folders of static encoders of every kind: reading, writing, refusing.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { STATIC_TEXTS, staticFolder, staticModel as model } from '../../../test/support/static-folder.ts'
import { openEncoder } from '../models.ts'
import { parseModelSpec, publicModelSpec } from '../specs.ts'
import { innerProduct } from '../vectors.ts'
import { openStaticEncoder, staticEncoder } from './encoder.ts'
import { isStaticFolder, readStaticFolder, writeStaticFolder } from './folder.ts'
import { readSafetensors, writeSafetensors } from '../safetensors.ts'

const { prompts } = model

describe('a folder', () => {
  it('comes back as it was written, and encodes the same', async () => {
    const folder = staticFolder()
    expect(readStaticFolder(folder)).toMatchObject({ vectors: model.vectors, dimensions: 32, prompts })
    const encoder = await openEncoder(folder)
    expect(encoder.name).toBe(`static:${folder}`)
    const texts = [...STATIC_TEXTS, '']
    const expected = await staticEncoder(model, { name: 'x', identity: 'x' }).encode(texts, 'query')
    const encoded = await encoder.encode(texts, 'passage')
    expect(encoded).toEqual(expected)
    texts.forEach((text, at) => {
      const vector = encoded.subarray(at * 32, (at + 1) * 32)
      expect(innerProduct(vector, vector)).toBeCloseTo(text === '' ? 0 : 1, 5)
    })
  })

  it('is told from other folders and from servers', () => {
    const folder = staticFolder()
    expect(isStaticFolder(folder)).toBe(true)
    expect(isStaticFolder(tempDir())).toBe(false)
    expect(parseModelSpec(folder).kind).toBe('static')
    expect(parseModelSpec('static:model').kind).toBe('static')
    expect(parseModelSpec('nowhere/').kind).toBe('static')
    expect(parseModelSpec('model@http://localhost:1/v1').kind).toBe('embeddings')
    expect(publicModelSpec('static:model?query-prefix=q: ')).toBe('static:model?query-prefix=q: ')
  })

  it('has another identity with other vectors, another tokenizer or another prefix', () => {
    const [folder, other] = [staticFolder(), staticFolder()]
    const { identity } = openStaticEncoder(folder)
    expect(openStaticEncoder(other).identity).toBe(identity)
    expect(openStaticEncoder(folder, { queryPrefix: 'query: ' }).identity).not.toBe(identity)
    writeStaticFolder(other, { ...model, vectors: model.vectors.map((value) => value * 2) }, '')
    expect(openStaticEncoder(other).identity).not.toBe(identity)
    const tokenizer = { ...model.tokenizer, truncation: { max_length: 3 } }
    writeStaticFolder(other, { ...model, tokenizer }, '')
    expect(openStaticEncoder(other).identity).not.toBe(identity)
  })

  it('puts its prompts before texts of their kind', async () => {
    const folder = join(tempDir(), 'model')
    writeStaticFolder(folder, { ...model, prompts: { query: 'kinase ', passage: '' } }, '')
    const encoder = openStaticEncoder(folder)
    expect(await encoder.encode(['trials'], 'query')).toEqual(await encoder.encode(['kinase trials'], 'passage'))
  })

  it('is refused where a vector holds what is no number', () => {
    const folder = join(tempDir(), 'model')
    const vectors = Float32Array.from(model.vectors)
    vectors[5 * 32 + 7] = Infinity
    writeStaticFolder(folder, { ...model, vectors }, '')
    expect(() => readStaticFolder(folder)).toThrow(/model\.safetensors: the vector of token 5 holds Infinity/)
  })

  it.each([
    ['no folder', 'nowhere/', /^no such folder: nowhere\/$/],
    [
      'another kind of model',
      { 'modules.json': [{ type: 'sentence_transformers.models.Transformer', path: '' }] },
      /the modules Transformer; allowed: StaticEmbedding, then Normalize/,
    ],
    ['a tokenizer that is none', { 'tokenizer.json': [1], 'model.safetensors': '' }, /not a safetensors file/],
  ])('that cannot be used says why: %s', (_, given, message) => {
    let folder = given as string
    if (typeof given !== 'string') {
      folder = tempDir()
      for (const [name, content] of Object.entries(given)) writeFileSync(join(folder, name), JSON.stringify(content))
    }
    expect(() => openStaticEncoder(folder)).toThrow(message)
  })

  it('whose tokenizer knows more tokens than there are vectors is refused', () => {
    const folder = join(tempDir(), 'model')
    writeStaticFolder(folder, { ...model, vectors: model.vectors.subarray(0, 320) }, '')
    expect(() => openStaticEncoder(folder)).toThrow(/the tokenizer has \d+ tokens, the table of vectors 10 rows/)
  })
})

/** Writes a safetensors file with the given tensors. */
function safetensors(
  path: string,
  tensors: Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>,
): void {
  let at = 0
  const header: Record<string, unknown> = {}
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] }
    at += bytes.length
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  writeFileSync(path, Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]))
}

const bytesOf = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)

describe('a Model2Vec folder', () => {
  const vocab = { '[UNK]': 0, '[CLS]': 1, red: 2, house: 3, '##s': 4 }
  const tokenizer = {
    added_tokens: ['[UNK]', '[CLS]'].map((content, id) => ({
      id,
      content,
      special: true,
      normalized: false,
      lstrip: false,
      rstrip: false,
      single_word: false,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  }
  const folderWith = (tensors: Parameters<typeof safetensors>[1]) => {
    const folder = tempDir()
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'model2vec', normalize: true }))
    safetensors(join(folder, 'model.safetensors'), tensors)
    return folder
  }

  it('is read with its mapping and its weights', async () => {
    const folder = folderWith({
      embeddings: { dtype: 'F32', shape: [3, 2], bytes: bytesOf(Float32Array.of(0, 0, 1, 0, 0, 1)) },
      mapping: { dtype: 'I64', shape: [5], bytes: bytesOf(BigInt64Array.of(0n, 0n, 1n, 2n, 2n)) },
      weights: { dtype: 'F64', shape: [5], bytes: bytesOf(Float64Array.of(1, 1, 3, 2, 2)) },
    })
    expect(isStaticFolder(folder)).toBe(true)
    const encoder = openStaticEncoder(folder)
    const [one, two, three] = (await encoder.encode(['Red houses'], 'query'))
      .values()
      .toArray()
      .concat(await encoder.encode(['[CLS] house'], 'query').then((v) => [...v]))
    // 3 · red + 2 · house + 2 · ##s
    expect([one, two]).toEqual([Math.fround(3 / 5), Math.fround(4 / 5)])
    expect(three).toBe(0)
  })

  it('is read in half precision and in small integers', () => {
    const half = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555, 0)
    const tensors = (dtype: string, numbers: NodeJS.TypedArray) => ({
      embeddings: { dtype, shape: [3, 2], bytes: bytesOf(numbers) },
    })
    expect([...readStaticFolder(folderWith(tensors('F16', half))).vectors]).toEqual([
      1,
      -2,
      2 ** -24,
      65504,
      Math.fround(0.333251953125),
      0,
    ])
    const brain = Uint16Array.of(0x3f80, 0xc000, 0, 0, 0, 0)
    expect([...readStaticFolder(folderWith(tensors('BF16', brain))).vectors.subarray(0, 2)]).toEqual([1, -2])
    expect([
      ...readStaticFolder(folderWith(tensors('I8', Int8Array.of(1, -128, 127, 0, 0, 0)))).vectors.subarray(0, 3),
    ]).toEqual([1, -128, 127])
  })

  it('that is damaged says how', () => {
    const floats = bytesOf(new Float32Array(6))
    const cases: [Parameters<typeof safetensors>[1], RegExp][] = [
      [
        { other: { dtype: 'F32', shape: [3, 2], bytes: floats } },
        /no table of vectors; tensors: other; allowed: embedding\.weight, embeddings/,
      ],
      [{ embeddings: { dtype: 'F32', shape: [4, 2], bytes: floats } }, /does not fit/],
      [{ embeddings: { dtype: 'Q4', shape: [3, 2], bytes: floats } }, /has type "Q4"/],
      [
        {
          embeddings: { dtype: 'F32', shape: [3, 2], bytes: floats },
          mapping: { dtype: 'I32', shape: [1], bytes: bytesOf(Int32Array.of(7)) },
        },
        /token 0 is mapped to row 7 of 3/,
      ],
      [
        {
          embeddings: { dtype: 'F32', shape: [3, 2], bytes: floats },
          weights: { dtype: 'F32', shape: [1], bytes: bytesOf(Float32Array.of(7)) },
        },
        /1 weights for 3 tokens/,
      ],
    ]
    for (const [tensors, message] of cases) expect(() => readStaticFolder(folderWith(tensors))).toThrow(message)
  })
})

describe('safetensors', () => {
  it('come back as they were written', () => {
    const path = join(tempDir(), 'x.safetensors')
    const values = Float32Array.from({ length: 12 }, (_, at) => at / 7)
    const more = { shape: [2], values: Float32Array.of(7, -8) }
    writeSafetensors(path, { table: { shape: [3, 4], values }, more })
    expect(readSafetensors(path)).toEqual(new Map(Object.entries({ table: { shape: [3, 4], values }, more })))
  })

  it('that are none are refused', () => {
    const folder = tempDir()
    mkdirSync(folder, { recursive: true })
    for (const content of ['', 'x', 'not a header at all', '\x02\0\0\0\0\0\0\0[]']) {
      writeFileSync(join(folder, 'x'), content)
      expect(() => readSafetensors(join(folder, 'x'))).toThrow(/is not a safetensors file/)
    }
  })
})
