import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startHub } from '../../test/support/hub-server.ts'
import { tempDir } from '../../test/support/files.ts'
import { ggufIdentity } from '../llm/adapters/gguf/identity.ts'
import { filesOf } from './gguf.ts'
import { parseHubModel } from './model-name.ts'
import { downloadFiles, localFiles } from './resolve.ts'

const NAME = 'hf:owner/repo:Q4_K_M'
const bytes = Buffer.concat([Buffer.from('GGUF'), randomBytes(300_000)])
const one = { 'README.md': Buffer.from('hello'), 'model-Q4_K_M.gguf': bytes, 'model-Q8_0.gguf': bytes }
const setUp = async (files: Record<string, Buffer> = one, more: Record<string, string> = {}) => {
  const hub = await startHub(files)
  const env = { HF_ENDPOINT: hub.url, WINNOW_CACHE: tempDir(), ...more }
  return { hub, env, folder: join(env.WINNOW_CACHE, 'models/owner/repo') }
}

describe('which files', () => {
  const files = [
    'model-Q4_K_M.gguf',
    'mmproj-Q4_K_M.gguf',
    'BF16/big-BF16-00002-of-00002.gguf',
    'BF16/big-BF16-00001-of-00002.gguf',
    'a-Q5_0.gguf',
    'b-q5_0.gguf',
  ].map((path) => ({ path }))
  const found = (quantisation: string) => filesOf(files, { repository: 'o/r', quantisation }).map(({ path }) => path)

  test('the case of the name does not matter, nor do projectors of images', () =>
    expect(found('q4_k_m')).toEqual(['model-Q4_K_M.gguf']))
  test('a split model is all of its parts, in order', () =>
    expect(found('BF16')).toEqual(['BF16/big-BF16-00001-of-00002.gguf', 'BF16/big-BF16-00002-of-00002.gguf']))
  test('an ending is not a part of a word', () => expect(found('K_M')).toEqual([]))
  test('several models are a question to the user', () => {
    expect(() => found('Q5_0')).toThrow('matches several models: a-Q5_0, b-q5_0')
    expect(found('b-Q5_0')).toEqual(['b-q5_0.gguf'])
  })
})

test('names of the hub', () => {
  expect(parseHubModel(NAME)).toEqual({ repository: 'owner/repo', quantisation: 'Q4_K_M' })
  for (const name of ['hf:repo:Q4', 'hf:owner/repo', 'hf:../..:Q4', 'model.gguf'])
    expect(parseHubModel(name)).toBeUndefined()
})

describe('a download', () => {
  test('asks first, goes through the redirect without the token, and is there the next time', async () => {
    const { hub, env, folder } = await setUp(one, { HF_TOKEN: 'good' })
    const asked: string[] = []
    const progress: number[] = []
    const paths = await downloadFiles(NAME, env, {
      confirm: async (question) => asked.push(question) > 0,
      onProgress: ({ received }) => progress.push(received),
    })
    expect(asked).toEqual([`Download owner/repo Q4_K_M (1 MB) into ${folder}?`])
    expect(readFileSync(paths[0])).toEqual(bytes)
    expect(progress.at(-1)).toBe(bytes.length)
    expect(readdirSync(folder)).toEqual(['model-Q4_K_M.gguf'])
    expect(hub.seen.map(({ token }) => token)).toEqual(['Bearer good', 'Bearer good', undefined])
    expect(await localFiles(NAME, env)).toEqual(paths)
    expect(await localFiles('hf:owner/repo:Q8_0', env)).toBeUndefined()
  })

  test('a split model comes whole, and counts as there only then', async () => {
    const parts = { 'm-Q4_K_M-00001-of-00002.gguf': bytes, 'm-Q4_K_M-00002-of-00002.gguf': bytes.subarray(9) }
    const { env, folder } = await setUp(parts)
    const paths = await downloadFiles(NAME, env, { yes: true })
    expect(paths).toEqual(Object.keys(parts).map((part) => join(folder, part)))
    expect(await localFiles(NAME, env)).toEqual(paths)
    expect(await localFiles(paths[0], env)).toEqual(paths)
  })

  test('goes on where the connection dropped', async () => {
    const { hub, env } = await setUp()
    hub.breaks.push(100_000, 50_000)
    const [path] = await downloadFiles(NAME, env, { yes: true })
    expect(readFileSync(path)).toEqual(bytes)
    const ranges = hub.seen.filter(({ path: at }) => at === '/model-Q4_K_M.gguf').map(({ range }) => range)
    expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=150000-'])
  })

  test('a later start goes on too; a file that has changed meanwhile starts over', async () => {
    const { hub, env, folder } = await setUp()
    const stop = new AbortController()
    hub.breaks.push(120_000)
    const onProgress = ({ received }: { received: number }) => {
      if (received === 120_000) stop.abort(new Error('stopped'))
    }
    await expect(downloadFiles(NAME, env, { yes: true, signal: stop.signal, onProgress })).rejects.toThrow('stopped')
    expect(readFileSync(join(folder, 'model-Q4_K_M.gguf.part'))).toHaveLength(120_000)
    const changed = Buffer.concat([Buffer.from('GGUF'), randomBytes(200_000)])
    hub.files.set('model-Q4_K_M.gguf', changed)
    const [path] = await downloadFiles(NAME, env, { yes: true })
    expect(readFileSync(path)).toEqual(changed)
    expect(hub.seen.at(-1)).toMatchObject({ range: 'bytes=120000-' })
  })

  test('what is not what the hub lists is deleted', async () => {
    const { hub, env, folder } = await setUp()
    hub.lies.set('model-Q4_K_M.gguf', '0'.repeat(64))
    await expect(downloadFiles(NAME, env, { yes: true })).rejects.toThrow('size or SHA-256 differs; deleted')
    expect(readdirSync(folder)).toEqual([])
  })

  test('is left to a process that is at it already', async () => {
    const { env, folder } = await setUp()
    mkdirSync(folder, { recursive: true })
    const claim = join(folder, 'model-Q4_K_M.gguf.part.pid')
    writeFileSync(claim, String(process.ppid))
    const message = `process ${process.ppid} is downloading model-Q4_K_M.gguf`
    await expect(downloadFiles(NAME, env, { yes: true })).rejects.toThrow(message)
    writeFileSync(claim, '99999999')
    await downloadFiles(NAME, env, { yes: true })
    expect(readdirSync(folder)).toEqual(['model-Q4_K_M.gguf'])
  })

  test('without a terminal it takes --yes; a no is a no', async () => {
    const { env, folder } = await setUp()
    await expect(downloadFiles(NAME, env, {})).rejects.toMatchObject({
      message: 'owner/repo Q4_K_M (1 MB) is not on this machine yet',
      hint: expect.stringContaining('--yes'),
    })
    await expect(downloadFiles(NAME, env, { confirm: async () => false })).rejects.toThrow('was not downloaded')
    expect(existsSync(folder)).toBe(false)
  })

  test('what the hub has not, or refuses, is said', async () => {
    const { env } = await setUp()
    const fail = (name: string, more = {}) =>
      downloadFiles(name, { ...env, ...more }, { yes: true }).catch((error) => error)
    expect(await fail('hf:owner/repo:Q2_K')).toMatchObject({
      message: 'owner/repo has no GGUF file of Q2_K',
      hint: 'Available: Q4_K_M, Q8_0.',
    })
    expect((await fail('hf:owner/nothing:Q4')).message).toBe(`${env.HF_ENDPOINT} has no owner/nothing (404)`)
    expect((await fail('hf:owner/private:Q4_K_M')).hint).toContain('set HF_TOKEN')
    const refused = await fail('hf:owner/private:Q4_K_M', { HF_TOKEN: 'secret' })
    expect(`${refused.message} ${refused.hint}`).not.toContain('secret')
    expect((await fail(NAME, { HF_ENDPOINT: 'http://127.0.0.1:9' })).message).toMatch(/^cannot reach http/)
    const login = await fail(NAME, { HF_ENDPOINT: 'https://user:hush-hush@127.0.0.1:9' })
    expect(login.message).toContain('HF_ENDPOINT is not a plain URL')
    expect(login.message).not.toContain('hush')
  })
})

test('the identity holds name and contents, not the folder', async () => {
  const [here, there] = [tempDir(), tempDir()]
  const file = (folder: string, contents: Buffer) => {
    writeFileSync(join(folder, 'm.gguf'), contents)
    return ggufIdentity([join(folder, 'm.gguf')], undefined)
  }
  const identity = await file(here, bytes)
  expect(identity).toMatch(/^gguf:m\.gguf#[0-9a-f]{8}$/)
  expect(await file(there, bytes)).toBe(identity)
  expect(await file(there, Buffer.concat([bytes, bytes]))).not.toBe(identity)
  expect(await ggufIdentity([join(here, 'm.gguf')], 'mine')).toBe('gguf:m.gguf#mine')
  await expect(file(there, Buffer.from('no model'))).rejects.toThrow('not a GGUF file')
})
