// winnow publish against a local hub: what is sent, what is not sent again, and what is said when the hub refuses.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { publish } from '../src/commands/publish/publish.ts'
import type { PublishInput } from '../src/commands/publish/options.ts'
import { openInput } from '../src/rows/input.ts'
import { readRows } from '../src/rows/read.ts'
import { tempDir, writeJsonl, type Json } from './support/files.ts'
import { startHub } from './support/hub-server.ts'

const TARGET = 'hf://datasets/me/new'
const rowsOf = (count: number): Json[] =>
  Array.from({ length: count }, (_, at) => ({
    query: `query ${at}`,
    pos: [`yes ${at}`],
    neg: [`no ${at}`, `never ${at}`],
  }))

const setUp = async (files: Record<string, Buffer> = {}, token = 'good') => {
  const hub = await startHub(files)
  const folder = tempDir()
  const rows = writeJsonl(join(folder, 'cleaned.jsonl'), rowsOf(300))
  const env = { HF_ENDPOINT: hub.url, HF_HOME: join(folder, 'home'), ...(token && { HF_TOKEN: token }) }
  const published = (options: PublishInput = {}, target = TARGET, what = rows, more: Record<string, string> = {}) =>
    publish(what, target, options, { env: { ...env, ...more } })
  const failure = (...args: Parameters<typeof published>) =>
    published(...args).then(
      () => expect.unreachable(),
      ({ message, hint }: { message: string; hint: string }) => ({ message, hint }),
    )
  return { hub, folder, rows, published, failure }
}

const yamlIn = (readme: Buffer | undefined) => parse(String(readme).split('---\n')[1] ?? '') as Json

test('a dry run lists the files and asks nothing', async () => {
  const { hub, published } = await setUp({}, '')
  const { files, published: done, rows } = await published({ dryRun: true })
  expect([files.map(({ path }) => path), done, rows]).toEqual([
    ['README.md', 'data/train-00000-of-00001.parquet'],
    null,
    300,
  ])
  expect(files.every(({ bytes }) => bytes > 500)).toBe(true)
  expect(hub.seen).toEqual([])
})

describe('published rows', () => {
  test('are the same when they are read from the hub', async () => {
    const { hub, rows, published, folder } = await setUp()
    const { published: done, url } = await published({ private: true, license: 'cc-by-4.0' })
    expect(done).toEqual({ isNew: true, commit: 'c'.repeat(40), sent: 2, there: 0 })
    expect(url).toBe(`${hub.url}/datasets/me/new`)
    expect(hub.uploads.created).toEqual([{ type: 'dataset', name: 'new', organization: 'me', private: true }])
    const env = {
      HF_ENDPOINT: hub.url,
      HF_HOME: join(folder, 'other'),
      WINNOW_CACHE: join(folder, 'cache'),
      HF_TOKEN: 'good',
    }
    expect(await columnsAt(TARGET, env)).toEqual(await columnsAt(rows, env))
  })

  test('have a card that names files, columns, sizes and licence', async () => {
    const { hub, published } = await setUp()
    await published({ license: 'cc-by-4.0' })
    expect(yamlIn(hub.files.get('README.md'))).toMatchObject({
      license: 'cc-by-4.0',
      size_categories: ['n<1K'],
      configs: [
        {
          config_name: 'default',
          default: true,
          data_files: [{ split: 'train', path: 'data/train-*-of-00001.parquet' }],
        },
      ],
      dataset_info: [
        {
          config_name: 'default',
          features: [
            { name: 'query', dtype: 'string' },
            { name: 'pos', list: 'string' },
            { name: 'neg', list: 'string' },
          ],
          splits: [{ name: 'train', num_examples: 300 }],
          download_size: hub.files.get('data/train-00000-of-00001.parquet')?.length,
        },
      ],
    })
  })

  test('take the licence of a source on the hub', async () => {
    const source = Buffer.from(
      rowsOf(3)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    )
    const readme = Buffer.from('---\nlicense: mit\nlanguage:\n- en\n---\n')
    const { hub, published } = await setUp({ 'rows.jsonl': source, 'README.md': readme })
    const { notices } = await published({}, TARGET, 'hf://datasets/owner/rows/rows.jsonl')
    expect(notices).toEqual([])
    expect(yamlIn(hub.files.get('README.md'))).toMatchObject({
      license: 'mit',
      language: ['en'],
      source_datasets: ['owner/rows'],
    })
  })

  test('are sent once: a second call finds everything, a changed row changes one file', async () => {
    const { hub, published, rows } = await setUp()
    await published()
    expect((await published()).published).toEqual({ isNew: false, commit: null, sent: 0, there: 2 })
    expect(hub.uploads.commits).toHaveLength(1)
    writeJsonl(rows, rowsOf(299))
    expect((await published()).published).toMatchObject({ isNew: false, sent: 2, there: 0 })
    expect(hub.uploads.puts).toHaveLength(2)
  })
})

async function columnsAt(name: string, env: Record<string, string>): Promise<object[]> {
  const input = await openInput(name, undefined, { env })
  const rows: object[] = []
  for await (const batch of readRows(input)) for (const entry of batch) if ('row' in entry) rows.push(entry.columns)
  await input.close()
  return rows
}

describe('an interrupted upload', () => {
  test('goes on with the part that broke, and parts make the whole', async () => {
    const { hub, published } = await setUp()
    hub.uploads.partSize = 2000
    hub.uploads.breaks = 1
    const { files } = await published()
    const parts = Math.ceil((files[1]?.bytes ?? 0) / 2000)
    expect(parts).toBeGreaterThan(2)
    expect(hub.uploads.puts).toHaveLength(parts)
    expect(hub.files.get('data/train-00000-of-00001.parquet')).toHaveLength(files[1]?.bytes ?? 0)
  })

  test('is repeated without what has arrived', async () => {
    const { hub, published, failure } = await setUp()
    // The commit fails after the upload.
    const original = hub.uploads.answer.bind(hub.uploads)
    hub.uploads.answer = async (...args) => {
      if (args[2].url?.includes('/commit/')) return void args[3].writeHead(400).end()
      return original(...args)
    }
    expect((await failure()).message).toBe(`${hub.url} answered 400 for me/new`)
    expect(hub.uploads.puts).toHaveLength(1)
    hub.uploads.answer = original
    expect((await published()).published).toMatchObject({ sent: 1, there: 1 })
    expect(hub.uploads.puts).toHaveLength(1)
  })
})

describe('the hub refuses', () => {
  test('no token, a wrong one, one that may only read: each says what to do, and no token is shown', async () => {
    const { hub, failure } = await setUp({}, '')
    expect(await failure()).toEqual({
      message: 'publishing to me/new needs a token, and HF_TOKEN is not set',
      hint: 'Make one with write access at https://huggingface.co/settings/tokens, and set HF_TOKEN to it (or run hf auth login).',
    })
    expect((await failure({ tokenFromEnv: 'MINE' }, TARGET, undefined, { HF_TOKEN: 'good' })).message).toBe(
      'publishing to me/new needs a token, and MINE is not set',
    )
    expect(hub.seen).toEqual([])
    const wrong = await failure({ tokenFromEnv: 'MINE' }, TARGET, undefined, { MINE: 'wrong' })
    expect(wrong.hint).toMatch(/^The hub does not know the token in MINE/)
    const reader = await failure({}, TARGET, undefined, { HF_TOKEN: 'reader' })
    expect(reader.message).toBe(`${hub.url} does not let the token in HF_TOKEN write to me/new (403)`)
    expect(reader.hint).toContain('write access')
  })

  test('a rate limit that is short is waited for', async () => {
    const { hub, published } = await setUp()
    hub.failures.push({ status: 429, headers: { 'retry-after': '0' } })
    expect((await published()).published).toMatchObject({ isNew: true })
  })

  test('a target that is no data set, or names a file', async () => {
    const { failure } = await setUp()
    expect(await failure({}, 'me/new')).toEqual({
      message: 'me/new is not a data set on the hub: allowed: hf://datasets/OWNER/NAME',
      hint: 'winnow publish ROWS hf://datasets/me/new',
    })
    expect((await failure({}, `${TARGET}/data`)).hint).toBe(`Give ${TARGET}.`)
  })

  test('bad rows: nothing is asked', async () => {
    const { hub, folder, failure } = await setUp()
    const bad = join(folder, 'bad.jsonl')
    writeFileSync(bad, `${JSON.stringify(rowsOf(1)[0])}\n{"query": 3}\n`)
    expect((await failure({}, TARGET, bad)).message).toContain('nothing was published')
    expect(hub.seen).toEqual([])
  })
})

describe('a folder that is ready', () => {
  const ready = async (files: Record<string, string>) => {
    const { hub, folder, published, failure } = await setUp()
    const path = join(folder, 'ready')
    for (const [name, text] of Object.entries({ 'README.md': '# Mine\n', 'data/rows.jsonl': '{}\n', ...files })) {
      mkdirSync(join(path, dirname(name)), { recursive: true })
      writeFileSync(join(path, name), text)
    }
    return { hub, path, published, failure }
  }

  test('is published without what is hidden or belongs to the machine, which a dry run lists', async () => {
    const { hub, path, published } = await ready({
      '.env': 'HF_TOKEN=x',
      '.winnow/ledger.db': 'x',
      'replies.db': 'x',
      'replies.db-wal': 'x',
      'rows.manifest.json': '{}',
      'data/rows.jsonl.part': '{',
      'assets/plot.svg': '<svg/>',
    })
    const { files, notices } = await published({ dryRun: true }, TARGET, path)
    expect(files.map((file) => file.path)).toEqual(['README.md', 'assets/plot.svg', 'data/rows.jsonl'])
    expect(notices).toEqual([
      'left out, because they belong to this machine or are hidden: .env, .winnow/ledger.db, data/rows.jsonl.part, replies.db, replies.db-wal, … and 1 more',
    ])
    await published({}, TARGET, path)
    expect([...hub.files.keys()].toSorted()).toEqual(['README.md', 'assets/plot.svg', 'data/rows.jsonl'])
  })

  test.each<[string, Record<string, string>, string]>([
    ['a key by its name', { 'keys/id_rsa': 'x' }, 'keys/id_rsa: by its name, it holds keys'],
    ['credentials', { 'credentials.json': '{}' }, 'credentials.json: by its name, it holds keys'],
    [
      'a token in a text',
      { 'run.sh': `one\nexport T=${['hf', 'a'.repeat(34)].join('_')}\n` },
      'run.sh:2: a token of Hugging Face',
    ],
    ['an API key', { 'config.yaml': `key: ${['sk', 'proj', 'b'.repeat(30)].join('-')}` }, 'config.yaml:1: an API key'],
  ])('is refused with %s, and the secret is not said', async (_what, files, message) => {
    const { hub, path, failure } = await ready(files)
    const error = await failure({ dryRun: true }, TARGET, path)
    expect(error.message).toContain(`1 file looks like a secret; nothing was published\n  ${message}`)
    expect(error.message).not.toMatch(/aaaa|bbbb/)
    expect(error.hint).toContain('.private/')
    expect(hub.seen).toEqual([])
  })
})

test('a folder with a README.md is uploaded as it is; --folder keeps one', async () => {
  const { hub, folder, published, failure } = await setUp()
  const ready = join(folder, 'ready')
  await published({ dryRun: true, folder: ready })
  expect(readdirSync(ready).toSorted()).toEqual(['README.md', 'data'])
  expect((await failure({ folder: ready })).message).toBe(`--folder ${ready} is there already`)
  writeFileSync(join(ready, 'README.md'), '# Mine\n')
  writeFileSync(join(ready, '.secret'), 'x')
  const { rows } = await published({}, TARGET, ready)
  expect(rows).toBe(null)
  expect([...hub.files.keys()].toSorted()).toEqual(['README.md', 'data/train-00000-of-00001.parquet'])
  expect(String(hub.files.get('README.md'))).toBe('# Mine\n')
})

test('the manifest beside the rows becomes the lineage, without a folder of this machine', async () => {
  const { hub, folder, published } = await setUp()
  const manifest = {
    winnow: '0.1.0',
    command: 'clean',
    method: 'rlhn',
    models: { judge: 'gguf:/home/me/models/small.gguf#12', screen: 'gpt-5.4-mini' },
    prompts: [{ name: 'rlhn.judge@2', hash: '8d0c39e88418e447' }],
    options: { preset: 'safe', known: '/home/me/qrels.tsv', limit: 5, extraBody: '{"user":"secret"}' },
    input: { path: '/home/me/secret/rows.jsonl', sha256: 'f'.repeat(64) },
    outputs: { rows: '/home/me/secret/cleaned.jsonl' },
    rows: { read: 301 },
    passages: { relabelled: { 'as better': 12 }, removed: { worse: 3 } },
    cost: { run: 0.25, pricesAsOf: '2026-09-23' },
    started: '2026-11-01T00:00:00.000Z',
  }
  writeFileSync(join(folder, 'cleaned.manifest.json'), JSON.stringify(manifest))
  await published({ license: 'mit' })
  const readme = String(hub.files.get('README.md'))
  for (const fact of [
    '`winnow clean` from `rows.jsonl`',
    'judge: `gguf:small.gguf#12`',
    'screen: `gpt-5.4-mini`',
    '`rlhn.judge@2` (8d0c39e88418e447)',
    'rows read: 301; passages: 12 relabelled, 3 removed',
    'cost: $0.2500, by prices as of 2026-09-23',
    '{"preset":"safe","limit":5}',
  ])
    expect(readme).toContain(fact)
  for (const file of ['README.md', 'lineage.json']) expect(String(hub.files.get(file))).not.toMatch(/\/home|secret/)
  expect(existsSync(join(folder, 'home/token'))).toBe(false)
})
