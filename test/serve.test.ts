// winnow serve: commands run for a program by JSON lines, with the reports, errors and interrupts of the command line.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { startChatServer } from './support/chat-server.ts'
import { tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { startServing, type Answer } from './support/serving.ts'

const example = (path: string) => resolve(import.meta.dirname, '../examples', path)
const REPLIES = {
  tasks: example('tasks.yaml'),
  screen: `replay:${example('replies/screen.jsonl')}`,
  judge: `replay:${example('replies/judge.jsonl')}`,
}

const last = (answers: Answer[]) => answers.at(-1) as Answer
const withoutTimes = (report: object) => JSON.stringify({ ...report, seconds: 0, started: '' })

test('a report is what --json prints, and the exit code is that of the command', async () => {
  const folder = tempDir()
  const process = startServing(folder)
  process.send({ id: 7, command: 'doctor', args: [example('rows.jsonl')] })
  const { id, result } = last(await process.answers())
  const { stdout } = await runWinnow(['doctor', example('rows.jsonl'), '--json'])
  expect([id, result?.code]).toEqual([7, 0])
  expect(withoutTimes(result?.report as object)).toBe(withoutTimes(JSON.parse(stdout) as object))
  process.send({ id: 8, command: 'clean', args: [example('rows.jsonl')], options: { out: 'c.jsonl', ...REPLIES } })
  const answers = await process.answers()
  expect(answers.every((answer) => answer.id === 8)).toBe(true)
  expect(last(answers).result?.report).toMatchObject({ outputs: { rows: 'c.jsonl' } })
  const shown = answers.flatMap(({ progress }) => progress ?? [])
  expect(shown[0]).toMatchObject({ text: expect.stringContaining(' rows · ') as string, total: 48 })
  expect(await process.end()).toBe(0)
})

test('a recipe, a dry run and a quiet run', async () => {
  const process = startServing(tempDir())
  const out = { out: 'c.jsonl', ...REPLIES }
  process.send({ id: 1, command: 'clean', args: [example('rows.jsonl')], options: out, quiet: true })
  expect((await process.answers()).filter(({ progress }) => progress)).toEqual([])
  process.send({ id: 2, command: 'clean', args: [example('rows.jsonl')], options: { recipe: 'c.manifest.json' } })
  expect(last(await process.answers()).result?.report).toMatchObject({ rows: { outcomes: { changed: 23 } } })
  const dry = { recipe: 'c.manifest.json', dryRun: true }
  process.send({ id: 3, command: 'clean', args: [example('rows.jsonl')], options: dry })
  expect(last(await process.answers()).result?.report).toMatchObject({ rows: 48, stages: [{}, {}] })
})

test('what cannot be run is an error, and the next command runs', async () => {
  const process = startServing(tempDir())
  const errorOf = async (line: object | string) => {
    process.send(line)
    return last(await process.answers()).error
  }
  expect(await errorOf('{')).toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(/^a request must be one line of JSON/) as string,
  })
  expect(await errorOf({ id: 1 })).toMatchObject({ message: expect.stringMatching(/^a request needs "id"/) as string })
  expect(await errorOf({ id: 1, command: 'no' })).toMatchObject({ message: 'there is no command "no"' })
  expect(await errorOf({ id: 1, command: 'doctor', args: ['x'], options: { no: 1 } })).toMatchObject({
    message: 'not options of doctor: no',
    hint: 'Options: known, strict, fix, out, format.',
  })
  expect(await errorOf({ id: 1, command: 'doctor', args: ['-'] })).toMatchObject({
    message: expect.stringMatching(/^"-" cannot be used/) as string,
  })
  expect(await errorOf({ id: 1, command: 'doctor', args: ['x'], cwd: '/no/such' })).toMatchObject({
    message: expect.stringMatching(/^the working folder cannot be used/) as string,
  })
  expect(await errorOf({ id: 1, command: 'doctor', args: ['none'] })).toMatchObject({
    name: 'UsageError',
    code: 'usage',
    message: 'cannot read none: no such file',
  })
  const login = await errorOf({
    id: 1,
    command: 'clean',
    args: [example('rows.jsonl')],
    options: { out: 'c.jsonl', judge: 'm@http://user:secret@host:x/v1' },
  })
  expect(JSON.stringify(login)).not.toContain('secret')
  process.send({ id: 2, command: 'doctor', args: [example('rows.jsonl')] })
  expect(last(await process.answers()).result?.code).toBe(0)
})

test('a command runs in the folder and the environment of the request', async () => {
  const folder = tempDir()
  mkdirSync(join(folder, 'inner'))
  writeFileSync(join(folder, 'inner/rows.jsonl'), '{"query":"a","pos":["b"],"neg":["c"]}\n')
  const keys: unknown[] = []
  const server = await startChatServer({
    reply: ({ headers }) => {
      keys.push(headers['authorization'])
      return { text: 'no verdict' }
    },
  })
  const process = startServing(folder)
  const judge = { judge: `m@${server.url}`, noCheck: true, task: 'question-answering' }
  const ask = async (id: number, env: object) => {
    const options = { ...judge, out: `${id}.jsonl`, ledger: `${id}.db` }
    process.send({ id, command: 'clean', args: ['rows.jsonl'], options, cwd: join(folder, 'inner'), env })
    return last(await process.answers()).result?.code
  }
  expect(await ask(1, { OPENAI_API_KEY: 'one' })).toBe(1)
  expect(await ask(2, { OPENAI_API_KEY: null })).toBe(1)
  expect([...new Set(keys)]).toEqual(['Bearer one', 'Bearer none'])
  await server.close()
})

test.each(['a request to stop', 'the end of its input'])('%s ends a run after the calls in flight', async (how) => {
  const folder = tempDir()
  const rows = Array.from({ length: 20 }, (_, at) => JSON.stringify({ query: `q${at}`, pos: ['p'], neg: [`n${at}`] }))
  writeFileSync(join(folder, 'rows.jsonl'), rows.join('\n'))
  const { promise: asked, resolve: seen } = Promise.withResolvers<void>()
  const server = await startChatServer({
    latencyMs: 30,
    reply: () => {
      seen()
      return { text: 'no verdict' }
    },
  })
  const process = startServing(folder)
  const options = { judge: `m@${server.url}`, noCheck: true, concurrency: 1, out: 'c.jsonl', ledger: 'l.db' }
  process.send({ id: 5, command: 'clean', args: ['rows.jsonl'], options: { ...options, task: 'question-answering' } })
  const answers = process.answers()
  await asked
  if (how === 'a request to stop') process.send({ stop: 5 })
  else expect(await process.end()).toBe(0)
  expect(last(await answers).error).toMatchObject({
    name: 'StopRun',
    code: 'interrupted',
    hint: 'Run the same command again to resume; replies so far are in the ledger and are not paid for twice.',
  })
  const ledger = new SqliteLedger(join(folder, 'l.db'), { mustExist: true })
  expect((await ledger.contents()).replies).toBe(server.requests.length)
  expect(server.requests.length).toBeLessThan(20)
  await ledger.close()
  await server.close()
})
