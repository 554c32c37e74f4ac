// Keys, tokens and passwords appear in no output, no message and no byte of the ledger, whatever a server returns.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startChatServer, type ScriptedReply, type SeenRequest } from './support/chat-server.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { embeddingsOf, startModelServer } from './support/model-server.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'
import { askedIn, makeRows, rightReply } from './support/synthetic.ts'
import { flagsOf, WORLDS } from './support/worlds.ts'

const KEY = 'sk-test-secret-123456'
const PASSWORD = 'pass-w0rd/of the+house'
const TOKEN = 'query-token-998877'
const BASIC = Buffer.from(`user:${PASSWORD}`).toString('base64')
const SECRETS = [KEY, PASSWORD, encodeURIComponent(PASSWORD), TOKEN, BASIC]

/** Everything that a run left behind, by name. */
function left(folder: string, { stdout, stderr }: ProcessResult): Record<string, string> {
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
    statSync(join(folder, name)).isFile(),
  )
  const texts = files.map((name) => [name, readFileSync(join(folder, name), 'latin1')])
  return { stdout, stderr, ...Object.fromEntries(texts) }
}

function expectClean(folder: string, ran: ProcessResult): void {
  for (const [name, text] of Object.entries(left(folder, ran))) {
    for (const secret of SECRETS) {
      const at = text.indexOf(secret)
      expect(at, `${name} holds ${text.slice(Math.max(0, at - 200), at + secret.length)}`).toBe(-1)
    }
  }
}

const echo = ({ headers }: SeenRequest) => `You sent ${headers.authorization ?? 'nothing'} and that is wrong.`

/** Ways of a server to send the caller's credentials back. */
const ECHOES: [string, (request: SeenRequest) => ScriptedReply][] = [
  ['an error in JSON', (request) => ({ status: 500, body: { error: { message: echo(request) } } })],
  ['an error in HTML', (request) => ({ status: 502, body: `<html><p>${echo(request)}</p></html>` })],
  ['an error that is another object', (request) => ({ status: 400, body: { detail: [{ got: echo(request) }] } })],
  ['a 200 that is no completion', (request) => ({ status: 200, body: { error: echo(request) } })],
  ['a 200 in HTML', (request) => ({ status: 200, body: `<html>${echo(request)}</html>` })],
  ['broken JSON', (request) => ({ status: 200, body: echo(request), headers: { 'content-type': 'application/json' } })],
  ['a completion', (request) => ({ text: echo(request) })],
  ['a completion in its refusal', (request) => ({ text: '', refusal: echo(request) })],
  ['a refused key', (request) => ({ status: 401, body: { error: { message: echo(request) } } })],
]

describe('secrets', () => {
  const LOGIN = `user:${encodeURIComponent(PASSWORD)}@`
  const worlds = WORLDS.filter(({ method }) => method === 'rlhn' || method === 'causalneg')
  it.each(
    worlds.flatMap((world) => [
      [world.command, 'a key', '', `Bearer ${KEY}`, world] as const,
      [world.command, 'a login in the base URL', LOGIN, `Basic ${BASIC}`, world] as const,
    ]),
  )('stay out of everything when a server sends them back: %s, %s', async (command, _name, login, header, world) => {
    const folder = tempDir()
    // The first row is answered, each of the others in another wrong way, the last one by refusing the key.
    const rows = world.makeRows(ECHOES.length + 1)
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const server = await startChatServer({
      reply: (request) => {
        const act = ECHOES[rows.findIndex(({ query }) => query === askedIn(request)) - 1]?.[1]
        return act ? act(request) : { text: world.rightReply(request) }
      },
    })
    const url = `http://${login}127.0.0.1:${server.port}/v1?token=${TOKEN}`
    const args = [...flagsOf(world.settings(url)), '--max-retries', '0', '--concurrency', '1', '--json']
    const env = { OPENAI_API_KEY: KEY }
    for (const [limit, code] of [
      [ECHOES.length, 1],
      [rows.length, 2],
    ]) {
      const out = join(folder, 'out.jsonl')
      const ran = await runWinnow([command, input, '--out', out, ...args, '--limit', String(limit)], { env })
      expect(ran.code, ran.stderr).toBe(code)
      expectClean(folder, ran)
    }
    await server.close()
    expect(server.requests.length).toBeGreaterThan(ECHOES.length)
    expect(new Set(server.requests.map(({ headers }) => headers.authorization))).toEqual(new Set([header]))
  })

  it('stay out of a run that succeeds, of its manifest and its page, and of a dry run', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), makeRows(3))
    const server = await startChatServer({ reply: (request) => ({ text: rightReply(request) }) })
    const url = `http://user:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}/v1?token=${TOKEN}`
    const out = join(folder, 'out.jsonl')
    const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url }
    for (const more of [['m', '--dry-run'], ['m', '--json'], [`m@${url}`]]) {
      const page = join(folder, 'page.html')
      const ran = await runWinnow(['clean', input, '--out', out, '--html', page, '--judge', ...more], { env })
      expect(ran.code, ran.stderr).toBe(0)
      expectClean(folder, ran)
    }
    await server.close()
    const applied = await runWinnow(['apply', input, '--out', join(folder, 'applied.jsonl'), '--json'])
    expect(applied.code, applied.stderr).toBe(0)
    expectClean(folder, applied)
  })

  it('stay out of what encoders of a server are used for: diagnose with its page, and hardness', async () => {
    const folder = tempDir()
    const server = await startModelServer(embeddingsOf)
    const url = server.url.replace('://', `://user:${encodeURIComponent(PASSWORD)}@`)
    const encoder = `letters@${url}/v1?token=${TOKEN}`
    const env = { OPENAI_API_KEY: KEY, WINNOW_CACHE: join(folder, 'cache') }
    const both = Array.from({ length: 4 }, (_, at) => ({
      query: `query ${at}`,
      pos: [`positive ${at}`],
      neg: [`mined ${at}`, `written ${at}`],
      neg_origins: ['mined', 'generated'],
    }))
    const rows = writeJsonl(join(folder, 'both.jsonl'), both)
    const page = join(folder, 'page.html')
    const diagnosed = await runWinnow(['diagnose', rows, '--model', encoder, '--html', page, '--json'], { env })
    expect(diagnosed.code, diagnosed.stderr).toBe(0)
    expectClean(folder, diagnosed)

    const world = WORLDS.find(({ command }) => command === 'grow') as (typeof WORLDS)[number]
    const chat = await startChatServer({ reply: (request) => ({ text: world.rightReply(request) }) })
    const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(3))
    const settings = flagsOf({ ...world.settings(chat.url), hardnessModel: encoder })
    const grown = await runWinnow(['grow', input, '--out', join(folder, 'out.jsonl'), ...settings, '--json'], { env })
    await chat.close()
    expect(grown.code, grown.stderr).toBe(0)
    expectClean(folder, grown)
    expect(server.calls.length).toBeGreaterThan(2)
  })

  it.each([
    ['a port that is none', `http://user:${encodeURIComponent(PASSWORD)}@127.0.0.1:none/v1`],
    ['white space', `http://user:${encodeURIComponent(PASSWORD)}@127.0.0.1/v1 /x`],
    ['nothing there', `http://user:${encodeURIComponent(PASSWORD)}@127.0.0.1:47/v1?token=${TOKEN}`],
  ])('stay out of the message about a base URL with %s', async (_name, url) => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), makeRows(1))
    const given: [string, Record<string, string>][] = [
      [`m@${url}`, {}],
      ['m', { OPENAI_BASE_URL: url }],
    ]
    for (const [model, env] of given) {
      const args = ['clean', input, '--out', join(folder, 'out.jsonl'), '--judge', model, '--max-retries', '0']
      const ran = await runWinnow(args, { env: { ...env, OPENAI_API_KEY: KEY } })
      expect(ran.code).toBe(2)
      expect(ran.stderr).toMatch(/^winnow: /)
      expectClean(folder, ran)
    }
  })

  it.each([
    ['an option that is none', (url: string) => ['clean', 'rows.jsonl', `--jugde=m@${url}`]],
    ['an argument too many', (url: string) => ['doctor', 'rows.jsonl', url]],
    ['no command', (url: string) => [url]],
    ['a file that is not there', (url: string) => ['doctor', url]],
    ['a number that is none', (url: string) => ['clean', 'rows.jsonl', `--max-usd=${url}`]],
  ])('stay out of the message about %s', async (_name, argsOf) => {
    const folder = tempDir()
    const ran = await runWinnow(argsOf(`http://user:${PASSWORD}@127.0.0.1:47/v1?token=${TOKEN}`), { cwd: folder })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(/^winnow: /)
    expectClean(folder, ran)
  })

  it('may hold a percent sign that encodes nothing', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), makeRows(1))
    const server = await startChatServer({ reply: (request) => ({ text: rightReply(request) }) })
    const model = `m@http://user:100%@127.0.0.1:${server.port}/v1`
    const ran = await runWinnow(['clean', input, '--out', join(folder, 'out.jsonl'), '--judge', model])
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
  })
})
