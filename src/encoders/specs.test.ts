import { expect, test } from 'vitest'
import { parseModelSpec, publicModelSpec } from './specs.ts'

const server = (name: string, baseUrl: string | undefined, tag?: string) => ({ kind: 'openai', name, tag, baseUrl })

test.each([
  ['hf:models/small', { kind: 'hf', path: 'models/small', settings: {} }],
  ['hf:/a b/small', { kind: 'hf', path: '/a b/small', settings: {} }],
  [
    'hf:intfloat/e5?query-prefix=query: &passage-prefix=passage%3A%20&pooling=mean',
    {
      kind: 'hf',
      path: 'intfloat/e5',
      settings: { queryPrefix: 'query: ', passagePrefix: 'passage: ', pooling: 'mean' },
    },
  ],
  [
    'hf:x?normalize=false&max-tokens=128&precision=q8&file=onnx/a.onnx',
    { kind: 'hf', path: 'x', settings: { normalize: false, maxTokens: 128, precision: 'q8', file: 'onnx/a.onnx' } },
  ],
  ['text-embedding-3-small', { kind: 'embeddings', model: server('text-embedding-3-small', undefined), settings: {} }],
  [
    'text-embedding-3-small?dimensions=256',
    { kind: 'embeddings', model: server('text-embedding-3-small', undefined), settings: { dimensions: 256 } },
  ],
  [
    'BAAI/bge-m3#a@http://h:1/v1',
    { kind: 'embeddings', model: server('BAAI/bge-m3', 'http://h:1/v1', 'a'), settings: {} },
  ],
  [
    'm@http://h/v1?key=abc&query-prefix=',
    { kind: 'embeddings', model: server('m', 'http://h/v1?key=abc'), settings: { queryPrefix: '' } },
  ],
  ['m@https://h/v2/rerank', { kind: 'rerank', model: server('m', 'https://h/v2/rerank'), settings: {} }],
  ['m@https://h/rerank/?key=a', { kind: 'rerank', model: server('m', 'https://h/rerank/?key=a'), settings: {} }],
])('%s', (text, parsed) => expect(parseModelSpec(text)).toEqual(parsed))

test.each(['', 'hf:', 'two words', 'gguf:m.gguf', 'local', 'replay:x.jsonl', 'm@http://'])('%j is no model', (text) => {
  expect(() => parseModelSpec(text)).toThrow(/^model ".*"/)
})

test('all settings that are wrong are named at once', () => {
  expect(() => parseModelSpec('hf:x?pooling=sum&normalize=maybe&max-tokens=0&prefix=q')).toThrow(
    'model "hf:x?…": pooling "sum": allowed: mean, cls, max, lasttoken, weightedmean, mean_sqrt_len_tokens; ' +
      'normalize "maybe": allowed: true, false; max-tokens "0": allowed: a whole number of 1 or more; ' +
      '"prefix" is not a setting (allowed: query-prefix, passage-prefix, pooling, normalize, max-tokens, precision, file)',
  )
  expect(() => parseModelSpec('m@http://h/rerank?pooling=cls')).toThrow('"pooling" is not a setting (allowed: none)')
})

test('credentials never show', () => {
  expect(publicModelSpec('m#t@http://user:secret@host:1/v1/?key=abc&query-prefix=q: ')).toBe(
    'm#t@http://host:1/v1?query-prefix=q: ',
  )
  expect(publicModelSpec('m@http://user:secret@host/rerank?key=abc')).toBe('m@http://host/rerank')
  expect(() => parseModelSpec('m@http://user:secret@host:x/v1')).toThrow(/^(?!.*secret)/)
})

test('a public name names the same model again', () => {
  for (const text of [
    'hf:a/b?query-prefix=50%25 %26 more&file=onnx/x.onnx',
    'm#t@http://h/v1?dimensions=8',
    'm@http://h/rerank',
  ]) {
    expect(parseModelSpec(publicModelSpec(text))).toEqual(parseModelSpec(text))
  }
})
