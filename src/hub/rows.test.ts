import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { hashOf } from '../../test/support/hub-answers.ts'
import { startHub } from '../../test/support/hub-server.ts'
import { parseHubRows } from './names.ts'
import { fetchRows } from './rows.ts'

const line = (query: string) => Buffer.from(`${JSON.stringify({ query, pos: ['yes'], neg: ['no'] })}\n`)
const readme = (yaml: string) => Buffer.from(`---\n${yaml}\n---\n# Rows\n`)
const NAME = 'hf://datasets/owner/rows'
const many = {
  'README.md': readme('license: mit'),
  'data/train-00000-of-00002.jsonl': line('a'),
  'data/train-00001-of-00002.jsonl': line('b'),
  'data/test-00000-of-00001.jsonl': line('t'),
}

const setUp = async (files: Record<string, Buffer>, more: Record<string, string> = {}) => {
  const hub = await startHub(files)
  const home = tempDir()
  const env = { HF_ENDPOINT: hub.url, HF_HOME: home, WINNOW_CACHE: tempDir(), ...more }
  const fetched = async (name: string, others: Record<string, string> = {}) => {
    const notices: string[] = []
    const rows = await fetchRows(name, { env: { ...env, ...others }, onNotice: (notice) => notices.push(notice) })
    return { ...rows, notices, text: textAt(rows.path) }
  }
  const failure = (name: string, others: Record<string, string> = {}) =>
    fetched(name, others).then(
      () => expect.unreachable(),
      ({ message, hint }: { message: string; hint: string }) => ({ message, hint }),
    )
  return { hub, env, home, fetched, failure }
}

/** Returns the contents of a file, or of the files of a folder by path. */
function textAt(path: string): string {
  if (!existsSync(path) || readdirIf(path) === undefined) return readFileSync(path, 'utf8')
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted()
  return names
    .filter((name) => name.includes('.'))
    .map((name) => readFileSync(join(path, name), 'utf8'))
    .join('')
}

function readdirIf(path: string): string[] | undefined {
  try {
    return readdirSync(path)
  } catch {
    return undefined
  }
}

describe('names', () => {
  test('with a revision and a path', () => {
    expect(parseHubRows('hf://datasets/o/n@v1.2/data/*.parquet')).toEqual({
      repository: { kind: 'datasets', name: 'o/n', revision: 'v1.2' },
      path: 'data/*.parquet',
    })
    expect(parseHubRows('hf://datasets/o/n@refs/convert/parquet/x/').repository.revision).toBe('refs/convert/parquet')
    expect(parseHubRows('hf://datasets/o/n@feature%2Fx').repository.revision).toBe('feature/x')
  })
  test.each([
    'hf://datasets/n',
    'hf://models/o/n',
    'hf://datasets/o/n/../x',
    'hf://datasets/o/n@..',
    'hf://datasets/o/n@%2e%2e%2Fx',
  ])('%s is none', (name) =>
    expect(() => parseHubRows(name)).toThrow('allowed: hf://datasets/OWNER/NAME[@REVISION][/PATH]'),
  )
})

describe('which files', () => {
  test('one file by its path, and its name then holds the commit', async () => {
    const { hub, fetched } = await setUp(many)
    const { name, path, text, notices } = await fetched(`${NAME}/data/test-00000-of-00001.jsonl`)
    expect(name).toBe(`hf://datasets/owner/rows@${hub.commit}/data/test-00000-of-00001.jsonl`)
    expect(text).toBe(String(line('t')))
    expect(path).toMatch(/test-00000-of-00001\.jsonl$/)
    expect(notices).toEqual([`downloading ${NAME}/data/test-00000-of-00001.jsonl (1 file, 1 MB, commit aaaaaaaa)`])
  })
  test('by default the split train, told by the names', async () => {
    const { fetched } = await setUp(many)
    expect((await fetched(NAME)).text).toBe(`${line('a')}${line('b')}`)
  })
  test('a pattern, and a folder of their own for the files', async () => {
    const { fetched } = await setUp(many)
    expect((await fetched(`${NAME}/data/*-00000-*`)).text).toBe(`${line('t')}${line('a')}`)
    expect((await fetched(`${NAME}/data`)).text).toBe(`${line('a')}${line('b')}`)
  })
  test('the card names them', async () => {
    const yaml = (isDefault: string) =>
      `configs:\n- config_name: hard\n${isDefault}  data_files:\n  - split: train\n    path: hard/*.jsonl\n  - split: test\n    path: t.jsonl\n- config_name: easy\n  data_files: easy.jsonl`
    const files = { 'hard/x.jsonl': line('h'), 'easy.jsonl': line('e'), 't.jsonl': line('t') }
    const { fetched } = await setUp({ 'README.md': readme(yaml('  default: true\n')), ...files })
    expect((await fetched(NAME)).text).toBe(String(line('h')))
    expect((await fetched(`${NAME}/easy`)).text).toBe(String(line('e')))
    const none = await setUp({ 'README.md': readme(yaml('')), ...files })
    expect(await none.failure(NAME)).toEqual({
      message: 'owner/rows has 2 configurations and none is the default',
      hint: `Name one: hf://datasets/owner/rows@${none.hub.commit}/hard. There are: hard, easy.`,
    })
  })
  test('what is not there is said with what is', async () => {
    const { failure } = await setUp(many)
    expect(await failure(`${NAME}/nothing.jsonl`)).toEqual({
      message: 'owner/rows has no nothing.jsonl',
      hint: 'Its files of rows: data/train-00000-of-00002.jsonl, data/train-00001-of-00002.jsonl, data/test-00000-of-00001.jsonl.',
    })
  })
  test('a list of several pages is read to its end, at the mirror that was asked', async () => {
    const { hub, fetched } = await setUp(many)
    hub.pageSize = 1
    expect((await fetched(NAME)).text).toBe(`${line('a')}${line('b')}`)
    expect(hub.seen.filter(({ path }) => path.includes('/tree/'))).toHaveLength(4)
  })
})

describe('what is here', () => {
  test('is kept as the libraries of Python keep it, and asked for once', async () => {
    const { hub, home, fetched } = await setUp({ 'rows.parquet': line('a'), 'README.md': Buffer.from('hello') })
    const { path } = await fetched(`${NAME}/rows.parquet`)
    const root = join(home, 'hub/datasets--owner--rows')
    expect(path).toBe(join(root, 'snapshots', hub.commit, 'rows.parquet'))
    expect(readlinkSync(path)).toBe(`../../blobs/${hashOf('sha256', line('a'))}`)
    expect(readFileSync(join(root, 'refs/main'), 'utf8')).toBe(hub.commit)
    const before = hub.seen.length
    const again = await fetched(`${NAME}/rows.parquet`)
    expect(again.notices).toEqual([])
    expect(hub.seen.slice(before).map(({ path: asked }) => asked)).toEqual(['/api/datasets/owner/rows/revision/main'])
    await fetched(again.name)
    expect(hub.seen).toHaveLength(before + 1)
  })
  test('serves without the hub; HF_HUB_OFFLINE asks nothing', async () => {
    const { hub, fetched, failure } = await setUp(many)
    await fetched(NAME)
    const before = hub.seen.length
    expect((await fetched(NAME, { HF_HUB_OFFLINE: '1' })).text).toBe(`${line('a')}${line('b')}`)
    expect(await failure(`${NAME}/data/test-00000-of-00001.jsonl`, { HF_HUB_OFFLINE: '1' })).toEqual({
      message: 'HF_HUB_OFFLINE is set, and data/test-00000-of-00001.jsonl is not on this machine',
      hint: 'Unset HF_HUB_OFFLINE.',
    })
    expect(hub.seen).toHaveLength(before)
    expect((await failure(NAME, { HF_ENDPOINT: 'http://127.0.0.1:9' })).hint).toBe(
      'To use the copy on this machine, set HF_HUB_OFFLINE=1.',
    )
  })
  test('may come from Python', async () => {
    const { hub, home, fetched } = await setUp({})
    const root = join(home, 'hub/datasets--owner--rows')
    mkdirSync(join(root, 'snapshots', hub.commit), { recursive: true })
    mkdirSync(join(root, 'refs'))
    writeFileSync(join(root, 'refs/main'), hub.commit)
    writeFileSync(join(root, 'snapshots', hub.commit, 'x.jsonl'), 'theirs')
    expect((await fetched(`${NAME}/x.jsonl`, { HF_HUB_OFFLINE: 'true' })).text).toBe('theirs')
    expect(hub.seen).toEqual([])
  })
  test('is checked: a small file by the id of git, a large one by SHA-256', async () => {
    for (const path of ['rows.jsonl', 'rows.parquet']) {
      const { hub, failure } = await setUp({ [path]: line('a') })
      hub.lies.set(path, '0'.repeat(path === 'rows.jsonl' ? 40 : 64))
      const what = path === 'rows.jsonl' ? 'git id' : 'SHA-256'
      expect((await failure(`${NAME}/${path}`)).message).toBe(
        `${path} does not match the hub: size or ${what} differs; deleted`,
      )
    }
  })
})

test('an interrupted download goes on where it stopped', async () => {
  const rows = Buffer.concat(Array.from({ length: 5000 }, (_, at) => line(`query ${at}`)))
  const { hub, fetched } = await setUp({ 'rows.parquet': rows })
  hub.breaks.push(100_000, 50_000)
  const { path } = await fetched(`${NAME}/rows.parquet`)
  expect(readFileSync(realpathSync(path))).toEqual(rows)
  const ranges = hub.seen.filter(({ path: at }) => at === '/rows.parquet').flatMap(({ range }) => range ?? [])
  expect(ranges).toEqual(['bytes=100000-', 'bytes=150000-'])
})

describe('what the hub refuses', () => {
  test('too many requests: it waits as told, and says so only if that is long', async () => {
    const { hub, fetched, failure } = await setUp(many)
    hub.failures.push(
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 503, headers: { 'retry-after': '0' } },
    )
    expect((await fetched(NAME)).text).toBe(`${line('a')}${line('b')}`)
    hub.failures.push({ status: 429, headers: { ratelimit: '"api";r=0;t=250' } })
    expect(await failure(NAME)).toEqual({
      message: `${hub.url} limits the rate of requests (429)`,
      hint: 'Run the same command again in 250 s; what is done is not repeated. With a token in HF_TOKEN the limit is higher.',
    })
  })
  test('private, gated, missing, a wrong token, no such revision: each says what to do', async () => {
    const { hub, failure } = await setUp(many)
    expect(await failure('hf://datasets/owner/private')).toEqual({
      message: `${hub.url} refuses owner/private (401)`,
      hint: 'It is private, gated or missing: set HF_TOKEN to a token with read access.',
    })
    expect(await failure('hf://datasets/owner/gated')).toEqual({
      message: 'owner/gated is gated: its owner decides who may read it (401)',
      hint: `Ask for access at ${hub.url}/datasets/owner/gated, then set HF_TOKEN to a token of that account.`,
    })
    expect((await failure('hf://datasets/owner/gated', { HF_TOKEN: 'good' })).hint).toContain(
      'the account of the token in HF_TOKEN',
    )
    expect((await failure('hf://datasets/owner/missing', { HF_TOKEN: 'good' })).message).toBe(
      `${hub.url} has no owner/missing (404)`,
    )
    const wrong = await failure(NAME, { HF_TOKEN: 'wrong' })
    expect(wrong.hint).toMatch(/^The hub does not know the token in HF_TOKEN: it is wrong or was revoked/)
    expect(`${wrong.message} ${wrong.hint}`).not.toContain('Bearer')
    expect(await failure(`${NAME}@v9`)).toEqual({
      message: 'owner/rows has no revision v9',
      hint: `Its branches and tags are at ${hub.url}/datasets/owner/rows.`,
    })
  })
  test('the token of `hf auth login` is used, and goes only to the hub', async () => {
    const { hub, home, fetched } = await setUp({ 'rows.parquet': line('a') })
    writeFileSync(join(home, 'token'), 'good\n')
    await fetched('hf://datasets/owner/private/rows.parquet')
    expect(hub.seen.map(({ token }) => token)).toEqual(['Bearer good', 'Bearer good', 'Bearer good', undefined])
  })
})

test('a large download is asked about, if someone can answer', async () => {
  const { hub, env } = await setUp({ 'rows.parquet': line('a') })
  const big = { path: 'big.parquet', size: 3e9, sha256: 'f'.repeat(64) }
  const own = join(env.WINNOW_CACHE, 'datasets/owner/rows', hub.commit)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'files.json'), JSON.stringify([big]))
  const asked: string[] = []
  const onQuestion = async (question: string) => asked.push(question) < 0
  await expect(fetchRows(NAME, { env, onQuestion })).rejects.toThrow('hf://datasets/owner/rows was not downloaded')
  expect(asked).toEqual([
    `Download ${NAME} (1 file, 3.0 GB, commit aaaaaaaa) into ${join(env.HF_HOME, 'hub/datasets--owner--rows')}?`,
  ])
})
