// A published folder loaded by `datasets`, and a download of Winnow found by `huggingface_hub`. Needs WINNOW_TEST_TRAINERS, a folder with
// a virtual environment named st that has both.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { publish } from '../src/commands/publish/publish.ts'
import { fetchRows } from '../src/hub/rows.ts'
import { readJsonl, tempDir } from './support/files.ts'
import { startHub } from './support/hub-server.ts'
import { runWinnow } from './support/run-winnow.ts'

const python = join(process.env['WINNOW_TEST_TRAINERS'] ?? '', 'st/bin/python')
const isThere = process.env['WINNOW_TEST_TRAINERS'] !== undefined && existsSync(python)
if (!isThere) process.stderr.write('SKIPPED: published rows in Python: set WINNOW_TEST_TRAINERS\n')

const examples = resolve(import.meta.dirname, '../examples')
const replies = (stage: string) => [`--${stage}`, `replay:${join(examples, 'replies', `${stage}.jsonl`)}`]

test.skipIf(!isThere)(
  'Python loads what is published, and finds what was downloaded',
  { timeout: 300_000 },
  async () => {
    const cwd = tempDir()
    const line = ['clean', join(examples, 'rows.jsonl'), '--out', 'cleaned.jsonl', '--write-evidence', 'parquet']
    const tasks = ['--tasks', join(examples, 'tasks.yaml')]
    const { stderr } = await runWinnow([...line, ...tasks, ...replies('screen'), ...replies('judge')], { cwd })
    expect(stderr).not.toContain('winnow:')
    const [rows, folder] = [join(cwd, 'cleaned.jsonl'), join(cwd, 'ready')]
    await publish(rows, 'hf://datasets/me/cleaned', { dryRun: true, folder, license: 'mit' })

    const source = readFileSync(join(examples, 'rows.jsonl'))
    const hub = await startHub({ 'rows.jsonl': source })
    const env = { HF_ENDPOINT: hub.url, HF_HOME: join(cwd, 'home'), WINNOW_CACHE: join(cwd, 'cache') }
    await fetchRows('hf://datasets/owner/rows/rows.jsonl', { env })

    const script = join(import.meta.dirname, 'support/published_rows.py')
    const offline = { ...process.env, ...env, HF_HUB_OFFLINE: '1' }
    const args = [script, folder, 'owner/rows', 'rows.jsonl']
    const { stdout } = await promisify(execFile)(python, args, { env: offline, maxBuffer: 2 ** 26 })
    const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    expect(seen).toMatchObject({ license: 'mit', configs: { default: 47 }, cached: String(source) })
    expect(seen.configs.evidence).toBeGreaterThan(100)
    expect(seen.rows).toEqual(readJsonl(rows))
  },
)
