// Who may ask the studio, and for what: the token, the host, the origin, the files of the page and nothing else.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import type { Failure } from '../src/browse/api.ts'
import { startServer } from '../src/commands/studio/server.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { HOST, openApp, PORT, TOKEN } from './support/studio-app.ts'
import { makeRows } from './support/synthetic.ts'

const rows = () => writeJsonl(join(tempDir(), 'rows.jsonl'), makeRows(3))

const PATHS = [
  '/api/run',
  '/api/rows',
  '/api/rows/1',
  '/api/pictures',
  '/api/what-if',
  '/api/report',
  '/api/audit',
  '/api/audit/next',
  '/api/judgements',
  '/api/agreement',
  '/api/nothing',
]
const POSTS = ['/api/what-if', '/api/what-if/write', '/api/judgements', '/api/judgements/undo', '/api/nothing']

describe('the token', () => {
  test('is needed for every path under /api/, whatever the method', async () => {
    const studio = await openApp(rows())
    for (const wrong of ['', 'Bearer ', 'Bearer wrong', `Bearer ${TOKEN}x`, TOKEN, `Basic ${TOKEN}`]) {
      for (const path of PATHS) {
        const { status, json } = await studio.get<Failure>(path, { authorization: wrong })
        expect([path, wrong, status]).toEqual([path, wrong, 401])
        expect(json).toEqual({
          error: 'the token is missing, or is not of this server',
          hint: 'Open the address that winnow studio printed.',
        })
      }
      for (const path of POSTS) {
        expect((await studio.post(path, {}, { authorization: wrong })).status).toBe(401)
      }
    }
    expect((await studio.get('/api/rows?token=wrong', { authorization: '' })).status).toBe(401)
  })

  test('is taken from a header, the address, or a cookie', async () => {
    const studio = await openApp(rows())
    const none = { authorization: '' }
    expect((await studio.get('/api/rows')).status).toBe(200)
    expect((await studio.get(`/api/rows?token=${TOKEN}`, none)).status).toBe(200)
    expect((await studio.get('/api/rows', { ...none, cookie: `winnow-${PORT}=${TOKEN}` })).status).toBe(200)
    expect((await studio.get('/api/rows', { ...none, cookie: `winnow-${PORT + 1}=${TOKEN}` })).status).toBe(401)
  })

  test('goes from the address of the page into a cookie that scripts and other sites cannot use', async () => {
    const studio = await openApp(rows())
    const { status, headers } = await studio.get(`/?outcome=changed&token=${TOKEN}`, { authorization: '' })
    expect([status, headers.get('location')]).toEqual([302, '/?outcome=changed'])
    expect(headers.get('set-cookie')).toBe(`winnow-${PORT}=${TOKEN}; Path=/; HttpOnly; SameSite=Strict`)
    const wrong = await studio.get('/?token=wrong', { authorization: '' })
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('set-cookie') ?? '').not.toContain(TOKEN)
  })
})

describe('other sites', () => {
  test('under another name of this machine are refused', async () => {
    const studio = await openApp(rows())
    for (const host of [
      'evil.example',
      `evil.example:${PORT}`,
      '127.0.0.1',
      `127.0.0.1:${PORT + 1}`,
      `0.0.0.0:${PORT}`,
      '',
    ]) {
      for (const path of ['/api/rows', '/', `/?token=${TOKEN}`]) {
        expect([host, path, (await studio.get(path, { host })).status]).toEqual([host, path, 403])
      }
    }
    for (const host of [HOST, `[::1]:${PORT}`, `localhost:${PORT}`]) {
      expect([host, (await studio.get('/api/rows', { host })).status]).toEqual([host, 200])
    }
  })

  test('are refused by their origin, and where the browser says what sent the request', async () => {
    const studio = await openApp(rows())
    for (const origin of ['http://evil.example', 'null', `https://${HOST}`, `http://127.0.0.1:${PORT + 1}`]) {
      expect([origin, (await studio.get('/api/rows', { origin })).status]).toEqual([origin, 403])
      expect([origin, (await studio.post('/api/what-if', {}, { origin })).status]).toEqual([origin, 403])
    }
    for (const site of ['cross-site', 'same-site']) {
      expect((await studio.get('/api/rows', { 'sec-fetch-site': site })).status).toBe(403)
      expect((await studio.post('/api/what-if', {}, { 'sec-fetch-site': site })).status).toBe(403)
    }
    expect((await studio.get('/api/rows', { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' })).status).toBe(
      200,
    )
    const other = { origin: `http://localhost:${PORT}` }
    expect((await studio.post('/api/what-if', {}, other)).status).toBe(403)
  })

  test('may not load, frame or run anything: so say the headers of every answer', async () => {
    const studio = await openApp(rows())
    for (const path of ['/', '/assets/page-1a2b.js', '/api/rows', '/nothing']) {
      const { headers } = await studio.get(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';")
      expect(policy).toContain("base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
      expect(policy).not.toMatch(/script-src[^;]*unsafe/)
      expect([headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual([
        'nosniff',
        'no-referrer',
      ])
      expect(headers.get('access-control-allow-origin')).toBeNull()
      if (path.startsWith('/api/')) expect(headers.get('cache-control')).toBe('no-store')
    }
    expect((await studio.get('/', { host: 'evil.example' })).headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('what can be asked for', () => {
  test('files of the page alone: no path leads anywhere else', async () => {
    const studio = await openApp(rows())
    expect((await studio.get('/')).text).toContain('<title>page</title>')
    expect((await studio.get('/assets/page-1a2b.js')).headers.get('content-type')).toContain('text/javascript')
    const outside = [
      '/../secret.html',
      '/assets/../../secret.html',
      '/%2e%2e/secret.html',
      '/..%2fsecret.html',
      '/assets/..%2f..%2fsecret.html',
      '//etc/passwd',
      '/assets/%00',
      '/etc/passwd',
      '/assets/',
      '/rows.jsonl',
    ]
    for (const path of outside) {
      const { status, text } = await studio.get(path)
      expect([path, status]).toEqual([path, 404])
      expect(text).not.toContain('secret\n')
    }
  })

  test('bodies are JSON of a bounded size', async () => {
    const studio = await openApp(rows())
    expect((await studio.post('/api/what-if', 'x'.repeat(70_000))).status).toBe(413)
    expect((await studio.post('/api/what-if', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect(
      (await studio.post('/api/what-if', '{}', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(415)
    expect((await studio.post<Failure>('/api/what-if', 'no json')).json.error).toBe('the body is not a JSON object')
  })

  test('every parameter is checked, and the answer says what is allowed', async () => {
    const studio = await openApp(rows())
    const wrong = [
      ['/api/rows?limit=0', 'limit "0": allowed: a whole number from 1 to 500'],
      ['/api/rows?limit=501', 'limit "501": allowed: a whole number from 1 to 500'],
      ['/api/rows?offset=-1', 'offset "-1": allowed: a whole number from 0 on'],
      ['/api/rows?offset=1e3', 'offset "1e3": allowed: a whole number from 0 on'],
      ['/api/rows?sort=cost', 'sort "cost": allowed: line, falseNegatives'],
      ['/api/rows?disagree=maybe', 'disagree "maybe": allowed: 1, 0'],
      ['/api/rows/x', 'line "x": allowed: a whole number from 1 on'],
      ['/api/audit', 'there is no sample beside the rows'],
      ['/api/audit?name=../../x', 'there is no sample "../../x" beside the rows'],
    ]
    for (const [path, error] of wrong) {
      const { status, json } = await studio.get<Failure>(path as string)
      expect([status, json.error]).toEqual([400, error])
    }
    expect(
      (await studio.post<Failure>('/api/judgements', { name: 'a', assessor: 'b', item: 'c', grade: {}, seconds: 1 }))
        .status,
    ).toBe(400)
    expect((await studio.get<Failure>('/api/nothing')).json).toEqual({
      error: 'there is no GET /api/nothing for this file',
      hint: null,
    })
  })
})

describe('the server', () => {
  test('listens on this machine alone, on one port of both its addresses', async () => {
    const server = await startServer(undefined, () => new Hono().get('*', (context) => context.text('here')))
    const answers = (host: string) =>
      new Promise((resolve) => {
        request({ host, port: server.port, agent: false }, (response) => resolve(response.resume().statusCode))
          .on('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
          .end()
      })
    expect(await answers('127.0.0.1')).toBe(200)
    expect([200, 'EADDRNOTAVAIL', 'EAFNOSUPPORT']).toContain(await answers('::1'))
    expect(await answers('127.0.0.2')).toBe('ECONNREFUSED')
    await expect(startServer(server.port, () => new Hono())).rejects.toThrow(`cannot serve on port ${server.port}`)
    await server.close()
    expect(await answers('127.0.0.1')).toBe('ECONNREFUSED')
  })

  test('prints its address alone with --no-open, and ends with Ctrl-C', async () => {
    const bin = join(import.meta.dirname, '../bin/winnow.js')
    const child = spawn(process.execPath, [bin, 'studio', rows(), '--no-open'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for await (const part of child.stdout) {
      said += String(part)
      if (said.includes('\n')) break
    }
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number]
    expect([said, code]).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}\n$/), 0])
  })
})
