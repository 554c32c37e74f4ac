// While one process writes an output, no command that would write the same begins.
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { whileHeld } from '../src/base/held-file.ts'
import { tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const example = (name: string) => join(import.meta.dirname, '../examples', name)
const collection = example('collection')
const judged = ['--screen', 'screen', '--judge', 'judge'].map((each, index) =>
  index % 2 === 0 ? each : `replay:${example(`replies/${each}.jsonl`)}`,
)
const SMALL = ['--steps', '1', '--dimensions', '16', '--threads', '1', '--seeds', '5']

it.each([
  ['clean', 'rows.jsonl', '--tasks', example('tasks.yaml'), ...judged],
  ['mine', collection, '--split', 'test'],
  ['overlap', 'rows.jsonl', collection],
  ['prune', 'rows.jsonl', 'other.jsonl', '--eval', collection, ...SMALL],
  ['convert', 'rows.jsonl', '--to', 'tevatron'],
  ['doctor', 'rows.jsonl', '--fix'],
  ['lint', 'rows.jsonl', '--for', 'tevatron', '--fix'],
])('%s', async (...args) => {
  const cwd = tempDir()
  for (const name of ['rows.jsonl', 'other.jsonl']) copyFileSync(example('rows.jsonl'), join(cwd, name))
  const out = join(cwd, 'out.jsonl')
  const run = () => runWinnow([...args, '--out', out], { cwd, env: { WINNOW_CACHE: join(cwd, 'cache') } })
  const refused = await whileHeld([out], run)
  expect(refused.code, refused.stdout).toBe(2)
  expect(refused.stderr).toContain(`${out} is being written by another run: process ${process.pid} on `)
  expect(readdirSync(cwd).filter((name) => name.startsWith('out'))).toEqual([])
  const ran = await run()
  expect(ran.code, ran.stderr).toBeLessThan(2)
  expect(readdirSync(cwd)).toContain('out.jsonl')
  expect(readdirSync(cwd).filter((name) => name.endsWith('.lock'))).toEqual([])
})

it('apply', async () => {
  const cwd = tempDir()
  const rows = example('rows.jsonl')
  const cleaned = await runWinnow([
    'clean',
    rows,
    '--out',
    join(cwd, 'first.jsonl'),
    ...judged,
    '--tasks',
    example('tasks.yaml'),
  ])
  expect(cleaned.code, cleaned.stderr).toBeLessThan(2)
  const out = join(cwd, 'out.jsonl')
  const refused = await whileHeld([out], () => runWinnow(['apply', rows, '--out', out]))
  expect(refused.stderr).toContain(`${out} is being written by another run`)
})
