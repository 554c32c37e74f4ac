import { expect, test } from 'vitest'
import { LOCAL_MODEL } from './adapters/gguf/open.ts'
import { openModel, parseModelName, publicModelName } from './models.ts'
import { parsePrices } from './prices.ts'

const none = parsePrices([])

test.each([
  ['gpt-4o', { kind: 'openai', name: 'gpt-4o', tag: undefined, baseUrl: undefined }],
  [
    'Qwen/Qwen3-32B@http://gpu:8000/v1',
    { kind: 'openai', name: 'Qwen/Qwen3-32B', tag: undefined, baseUrl: 'http://gpu:8000/v1' },
  ],
  ['qwen3:8b#mine@http://h/v1', { kind: 'openai', name: 'qwen3:8b', tag: 'mine', baseUrl: 'http://h/v1' }],
  ['@cf/meta/llama', { kind: 'openai', name: '@cf/meta/llama', tag: undefined, baseUrl: undefined }],
  ['replay:a/b.jsonl', { kind: 'replay', name: 'a/b.jsonl', tag: undefined, baseUrl: undefined }],
  ['gguf:/a b/m.gguf#mine', { kind: 'gguf', name: '/a b/m.gguf', tag: 'mine', baseUrl: undefined }],
  ['gguf:hf:o/r:Q4_K_M', { kind: 'gguf', name: 'hf:o/r:Q4_K_M', tag: undefined, baseUrl: undefined }],
  ['local', { kind: 'gguf', name: LOCAL_MODEL, tag: undefined, baseUrl: undefined }],
  ['local@http://h/v1', { kind: 'openai', name: 'local', tag: undefined, baseUrl: 'http://h/v1' }],
])('%s', (text, parsed) => expect(parseModelName(text)).toEqual(parsed))

test.each(['', 'replay:', 'gguf:', 'gguf:hf:owner/repo', 'two words', 'm@http://'])('%j is no model', (text) => {
  expect(() => parseModelName(text)).toThrow(/model ".*"/)
})

test.each([
  'mod@localhost:8000/v1',
  'mod@localhost',
  'mod@10.0.0.7:8000',
  'mod@gpu.example.org',
  'mod@gpu/v1',
  'mod@[::1]:8000/v1',
  'm#t@gpu:8000/v1',
  'mod@ftp://host/v1',
  'http://me:secret@host/v1',
  'https://host/v1',
  'me:secret@host:8000/v1',
  'me:secret@host',
  'mod@me:secret@gpu',
  'mod@me:secret@localhost:8000/v1',
  'mod@http:/me:secret@host/v1',
  'mod@//me:secret@host/v1',
  'localhost:8000/v1',
  'gpu:8000/v1',
])('%s is an address where a name belongs, and shows no login', (text) => {
  expect(() => parseModelName(text)).toThrow(/^model ".*": it looks like an address, not like a name$/)
  expect(() => parseModelName(text)).not.toThrow(/secret/)
})

test('schemes are read in any case, and names that hold an @ are names', () => {
  expect(parseModelName('mod@HTTP://me:secret@host/v1').baseUrl).toBe('HTTP://me:secret@host/v1')
  expect(publicModelName('mod@HTTP://me:secret@host/v1')).toBe('mod@http://host/v1')
  for (const name of ['@cf/meta/llama-3.1-8b', 'claude-sonnet@20250514', 'org/model:8b', 'hf.co/org/model:Q4'])
    expect(parseModelName(name)).toMatchObject({ name, baseUrl: undefined })
})

test('credentials never show', () => {
  expect(publicModelName('m#t@http://user:secret@host:1/v1/?key=abc')).toBe('m#t@http://host:1/v1')
})

test('the identity is the name and tag, wherever the server is', async () => {
  const at = (url: string) => openModel(`m#t@${url}`, none, {})
  const [one, two] = [await at('http://a/v1'), await at('http://u:p@b:2/v1/')]
  expect([one.identity, two.identity]).toEqual(['m#t', 'm#t'])
  expect([one.endpoint, two.endpoint]).toEqual(['http://a/v1', 'http://b:2/v1'])
})

test('where to ask comes from the environment, and doubts are errors', async () => {
  expect((await openModel('m', none, { OPENAI_BASE_URL: 'http://x/v1' })).endpoint).toBe('http://x/v1')
  expect((await openModel('m', none, { OPENAI_API_KEY: 'k' })).endpoint).toBe('https://api.openai.com/v1')
  await expect(openModel('m', none, {})).rejects.toThrow('no key for https://api.openai.com/v1')
  const azure = { AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/' }
  await expect(openModel('m', none, azure)).rejects.toThrow('AZURE_OPENAI_API_KEY')
  const full = { ...azure, AZURE_OPENAI_API_KEY: 'k', OPENAI_API_VERSION: '2024-10-21' }
  expect((await openModel('m', none, full)).endpoint).toBe('https://mine.openai.azure.com')
  await expect(openModel('m', none, { ...full, OPENAI_API_KEY: 'k' })).rejects.toThrow('ambiguous')
})

test('a model in this process is written out in full, so that a manifest repeats the run', () => {
  expect(publicModelName('local#x')).toBe(`gguf:${LOCAL_MODEL}#x`)
  expect(publicModelName('gguf:a/m.gguf')).toBe('gguf:a/m.gguf')
})

test('a model that is only looked at is not downloaded and needs no library', async () => {
  const model = await openModel('local', none, { WINNOW_CACHE: '/nowhere', HF_ENDPOINT: 'http://127.0.0.1:9' }, false)
  expect(model).toMatchObject({ identity: `gguf:${LOCAL_MODEL}`, price: { input: 0, output: 0 } })
  await expect(openModel('gguf:/nowhere.gguf', none, {}, false)).rejects.toThrow('no such model: /nowhere.gguf')
})

test('a model that is only looked at needs no key', async () => {
  expect((await openModel('gpt-4o', none, {}, false)).price).toEqual({ input: 2.5, output: 10 })
})
