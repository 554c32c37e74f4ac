// Rows of the hub as input of commands: the same as a local file, and named by their commit wherever they are recorded.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from './support/files.ts'
import { startHub } from './support/hub-server.ts'
import { runWinnow } from './support/run-winnow.ts'

const examples = resolve(import.meta.dirname, '../examples')
const rows = readFileSync(join(examples, 'rows.jsonl'))
const NAME = 'hf://datasets/owner/rows@main'

const setUp = async () => {
  const hub = await startHub({ 'rows.jsonl': rows, 'README.md': Buffer.from('# Rows') })
  const cwd = tempDir()
  const env = { HF_ENDPOINT: hub.url, HF_HOME: join(cwd, 'home'), WINNOW_CACHE: join(cwd, 'cache'), HF_TOKEN: 'good' }
  const winnow = (...args: string[]) => runWinnow(args, { cwd, env })
  return { hub, cwd, winnow }
}

test('doctor reads them, and finds what it finds in the file', async () => {
  const { winnow } = await setUp()
  const there = await winnow('doctor', NAME, '--json')
  const here = await winnow('doctor', join(examples, 'rows.jsonl'), '--json')
  const findings = ({ stdout }: typeof here) => JSON.parse(stdout).findings
  expect(findings(there)).toEqual(findings(here))
  expect(there.stderr).toBe('note: downloading hf://datasets/owner/rows (1 file, 1 MB, commit aaaaaaaa)\n')
})

test('clean records the commit, so that explain finds the same rows after the branch has moved', async () => {
  const { hub, cwd, winnow } = await setUp()
  const replies = (stage: string) => [`--${stage}`, `replay:${join(examples, 'replies', `${stage}.jsonl`)}`]
  const tasks = ['--tasks', join(examples, 'tasks.yaml')]
  const ran = await winnow('clean', NAME, '--out', 'cleaned.jsonl', ...tasks, ...replies('screen'), ...replies('judge'))
  expect(ran.stderr).not.toContain('winnow:')
  const written = readFileSync(join(cwd, 'cleaned.manifest.json'), 'utf8')
  const name = `hf://datasets/owner/rows@${hub.commit}`
  expect(JSON.parse(written).input.path).toBe(name)
  expect(written).not.toContain('good')
  hub.files.set('rows.jsonl', Buffer.from('{}\n'))
  hub.commit = 'b'.repeat(40)
  const before = hub.seen.length
  const { code, stdout } = await winnow('explain', 'cleaned.jsonl', 'bike-chain-worn')
  expect(code).toBe(0)
  expect(stdout).toContain('bike-chain-worn')
  expect(hub.seen).toHaveLength(before)
})

test('mine and overlap take them too; what is missing is an error with the next step', async () => {
  const { hub, winnow } = await setUp()
  const collection = join(examples, 'collection')
  const mined = await winnow('mine', NAME, '--corpus', collection, '--out', 'mined.jsonl')
  expect(mined.code, mined.stderr).toBe(0)
  expect((await winnow('overlap', NAME, collection)).code).toBe(0)
  const missing = await winnow('doctor', 'hf://datasets/owner/rows@v9')
  expect([missing.code, missing.stderr]).toEqual([
    2,
    `winnow: owner/rows has no revision v9\nIts branches and tags are at ${hub.url}/datasets/owner/rows.\n`,
  ])
})
