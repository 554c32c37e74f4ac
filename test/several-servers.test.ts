// One judge on several servers: the work is shared, and goes on when one of them is slow, dies or was never there.
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openLedger } from '../src/llm/ledger/open.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld, rowsText } from './support/worlds.ts'

const [, world] = eachWorld[0] as (typeof eachWorld)[number]
const rows = world.makeRows(80)

async function serve(latencyMs = 5): Promise<ChatServer> {
  const server = await startChatServer({ reply: (request) => ({ text: world.rightReply(request) }), latencyMs })
  onTestFinished(() => server.close().catch(() => undefined))
  return server
}

async function cleanAt(...urls: string[]) {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const out = join(folder, 'out.jsonl')
  const models = ['--screen', `small@${urls.join(',')}`, '--judge', `large@${urls.join(',')}`]
  const ran = await runWinnow(['clean', input, '--out', out, ...models, '--no-check', '--confirm', '0'])
  const ledger = join(folder, '.winnow', 'ledger.db')
  return { ...ran, out, ledger, isRight: outputsAt(out)['rows'] === rowsText(rows.map(world.cleaned)) }
}

it('share the work, and the ledger says who answered', async () => {
  const servers = [await serve(), await serve()]
  const { code, isRight, ledger: path, stderr } = await cleanAt(...servers.map(({ url }) => url))
  expect([code, isRight], stderr).toEqual([0, true])
  const shares = servers.map(({ requests }) => requests.length)
  expect(Math.min(...shares)).toBeGreaterThan(0.2 * (shares[0] ?? 0))
  const ledger = await openLedger(path)
  const { replies } = await ledger.contents()
  await ledger.close()
  expect(shares.reduce((sum, share) => sum + share, 0)).toBe(replies)
})

it('a slow one gets less, and holds nothing up', async () => {
  const [slow, quick] = [await serve(300), await serve(5)]
  const { code, isRight, stderr } = await cleanAt(slow.url, quick.url)
  expect([code, isRight], stderr).toEqual([0, true])
  expect(slow.requests.length).toBeLessThan(quick.requests.length)
})

it('one that dies midway, and one that was never there, cost nothing but a moment', async () => {
  const [mortal, live] = [await serve(20), await serve(20)]
  const dying = setInterval(() => {
    if (mortal.requests.length > 10) void mortal.close().catch(() => undefined)
  }, 1)
  const { code, isRight, stderr } = await cleanAt('http://127.0.0.1:9/v1', mortal.url, live.url)
  clearInterval(dying)
  expect([code, isRight], stderr).toEqual([0, true])
  expect(live.requests.length).toBeGreaterThan(mortal.requests.length)
})

it.each([
  ['judge@http://a/v1,http://a/v1', 'names a server twice'],
  ['judge@http://a/v1,http://', 'is not a list of URLs'],
])('%s is refused', async (judge, said) => {
  const input = writeJsonl(join(tempDir(), 'rows.jsonl'), rows)
  const { code, stderr } = await runWinnow(['clean', input, '--out', join(tempDir(), 'o.jsonl'), '--judge', judge])
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
})

it('logins of all of them stay out of the manifest and of messages', async () => {
  const input = writeJsonl(join(tempDir(), 'rows.jsonl'), rows.slice(0, 1))
  const out = join(tempDir(), 'out.jsonl')
  const judge = 'large@http://me:first-secret@127.0.0.1:9/v1,http://me:other-secret@127.0.0.1:10/v1'
  const { code, stderr, stdout } = await runWinnow([
    'clean',
    input,
    '--out',
    out,
    '--judge',
    judge,
    '--max-retries',
    '0',
  ])
  expect(code).toBe(2)
  expect(stderr).toContain('127.0.0.1')
  expect(stderr + stdout).not.toMatch(/first-secret|other-secret/)
})
