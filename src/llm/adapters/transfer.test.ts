import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { HttpError } from './post.ts'
import { answerLines, exchange, fileUpload, formWith, listOfLines, type Upload } from './transfer.ts'

type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void

async function serving(answer: Answering) {
  const seen: { url: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      seen.push({ url: request.url ?? '', headers: request.headers, body })
      answer(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return { base, seen, server: { base, search: '?api-version=1', headers: { authorization: 'Bearer secret' } } }
}

const never = new AbortController().signal

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'lines.jsonl')
  writeFileSync(path, text)
  return path
}

async function linesFrom(server: Parameters<typeof answerLines>[0], path: string): Promise<string[]> {
  const lines: string[] = []
  for await (const line of answerLines(server, path, never)) lines.push(line)
  return lines
}

const textOf = async (upload: Upload) => {
  const chunks: Buffer[] = []
  for await (const chunk of upload.chunks()) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

test('the query of the server stands beside that of the path', async () => {
  const { server, seen } = await serving((_request, response) => response.end('{"ok": true}'))
  const { data } = await exchange(server, { method: 'GET', path: '/files?limit=2' }, never)
  expect(data).toEqual({ ok: true })
  expect(seen[0]?.url).toBe('/v1/files?limit=2&api-version=1')
})

test.each([301, 302, 307, 308])(
  'a file elsewhere is fetched without the headers of this server (%i)',
  async (status) => {
    const other = await serving((_request, response) => response.end('{"a":1}\n\n{"b":2}'))
    const { server } = await serving((_request, response) =>
      response.writeHead(status, { location: `${other.base}/file?signature=s` }).end(),
    )
    expect(await linesFrom(server, '/files/1/content')).toEqual(['{"a":1}', '{"b":2}'])
    expect(other.seen[0]?.url).toBe('/v1/file?signature=s')
    expect(JSON.stringify(other.seen[0]?.headers)).not.toContain('secret')
  },
)

test('a redirect to the same server keeps them; there are not too many', async () => {
  const { server, seen } = await serving((_request, response) =>
    response.writeHead(307, { location: '/again' }).end('{}'),
  )
  await expect(exchange(server, { method: 'POST', path: '/a', body: { b: 1 } }, never)).rejects.toThrow(HttpError)
  expect(seen).toHaveLength(6)
  expect(seen.every(({ headers, body }) => headers.authorization === 'Bearer secret' && body === '{"b":1}')).toBe(true)
})

test('a redirect of what was posted is not followed as another method, and can be returned as it is', async () => {
  const { server } = await serving((_request, response) => response.writeHead(302, { location: '/x' }).end())
  await expect(exchange(server, { method: 'POST', path: '/a', body: {} }, never)).rejects.toMatchObject({ status: 302 })
  const { headers } = await exchange(server, { method: 'POST', path: '/a', body: {}, follow: false }, never)
  expect(headers['location']).toBe('/x')
})

test.each(['gzip', 'identity'])('lines are cut wherever chunks end (%s)', async (coding) => {
  const lines = fc.array(
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ text })),
    { maxLength: 30 },
  )
  const work = fc.asyncProperty(lines, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (wanted, size, isWhole) => {
    const plain = Buffer.from(wanted.join('\n') + (isWhole ? '\n' : ''))
    const bytes = coding === 'gzip' ? gzipSync(plain) : plain
    const { server } = await serving((_request, response) => {
      response.writeHead(200, coding === 'gzip' ? { 'content-encoding': 'gzip' } : {})
      for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size))
      response.end()
    })
    expect(await linesFrom(server, '/lines')).toEqual(wanted)
  })
  await fc.assert(work, { numRuns: 15 })
})

test('what is cut off in the middle is an error, not an end', async () => {
  const { server } = await serving((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"a":1}\n{"b"')
    setTimeout(() => response.destroy(), 10)
  })
  const lines: string[] = []
  const reading = async () => {
    for await (const line of answerLines(server, '/lines', never)) lines.push(line)
  }
  await expect(reading()).rejects.toThrow()
  expect(lines).toEqual(['{"a":1}'])
})

test('a file is sent as a form, as it is, and as a list, with its size', async () => {
  const { server, seen } = await serving((_request, response) => response.end('{}'))
  const path = fileWith('{"a":"ü"}\n{"b":2}\n')
  const form = await formWith({ purpose: 'batch' }, 'rows.jsonl', path)
  const list = await listOfLines('{"requests":[', path)
  const file = await fileUpload(path, 'text/plain')
  for (const body of [form, list, file]) {
    await exchange(server, { method: 'POST', path: '/files', body }, never)
    expect(seen.at(-1)?.body).toBe(await textOf(body))
    expect(seen.at(-1)?.headers).toMatchObject({ 'content-type': body.type, 'content-length': String(body.bytes) })
  }
  expect(seen[0]?.body).toMatch(
    /name="purpose"\r\n\r\nbatch\r\n.*filename="rows.jsonl"\r\n.*{"a":"ü"}\n{"b":2}\n\r\n--/s,
  )
  expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ requests: [{ a: 'ü' }, { b: 2 }] })
  expect(seen[2]?.body).toBe('{"a":"ü"}\n{"b":2}\n')
})

test.each(['{"a":1}', '{"a":1}\n', '{"a":1}\n{"a":1}', `${'{"a":1}\n'.repeat(50_000)}`])(
  'a list of lines is JSON, whether the last one ends or not',
  async (text) => {
    const list = await textOf(await listOfLines('{"model":"m","requests":[', fileWith(text)))
    const count = text.split('\n').filter(Boolean).length
    expect((JSON.parse(list) as { requests: object[] }).requests).toEqual(
      Array.from({ length: count }, () => ({ a: 1 })),
    )
  },
)
