// Covers what servers receive, and how complete, broken and unrelated answers are read.
import { getEventListeners } from 'node:events'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { answer, half, json, startRawServer, type SocketAction } from '../../../test/support/raw-server.ts'
import { VERSION } from '../../base/version.ts'
import { HttpError, MOST_BYTES, post } from './post.ts'

const KEY = 'Bearer sk-of-the-house'
const ASKED = { text: 'é 😀' }
const GOOD = { said: 'yes é' }
const JSON_TYPE = { 'content-type': 'application/json' }

const forever = () => new AbortController().signal
const serverAt = (url: string, search = '') => ({ base: `${url}/v1`, search, headers: { authorization: KEY } })
const ask = (url: string, signal = forever()) => post(serverAt(url), '/ask', ASKED, signal)

/** Returns the data read from a server that answers in the given way. */
async function dataOf(act: SocketAction): Promise<unknown> {
  const { url } = await startRawServer(act)
  return (await ask(url)).data
}
async function errorOf(act: SocketAction): Promise<unknown> {
  const { url } = await startRawServer(act)
  return ask(url).then(
    ({ data }) => expect.fail(`answered ${JSON.stringify(data)}`),
    (error: unknown) => error,
  )
}

/** Returns the header lines of a request, without host, connection and content length. */
function headOf(request: string | undefined): string[] {
  const [head = ''] = request?.split('\r\n\r\n') ?? []
  return head.split('\r\n').filter((line) => !/^(host|connection|content-length)/.test(line))
}

test('a server sees the path below its base, the credentials, and who asks', async () => {
  const { url, requests } = await startRawServer(json(GOOD, { 'x-limit': '7' }))
  const { data, headers } = await post(serverAt(url, '?version=1&a=b%20c'), '/ask', ASKED, forever())
  expect([data, headers['x-limit']]).toEqual([GOOD, '7'])
  expect(headOf(requests[0])).toEqual([
    'POST /v1/ask?version=1&a=b%20c HTTP/1.1',
    'accept: application/json',
    'accept-encoding: br, gzip, deflate',
    'content-type: application/json',
    `user-agent: winnow/${VERSION}`,
    `authorization: ${KEY}`,
  ])
  expect(Buffer.from(requests[0]?.split('\r\n\r\n')[1] ?? '', 'latin1').toString()).toBe(JSON.stringify(ASKED))
})

test('a connection is used again, and calls at once have one each', async () => {
  const server = await startRawServer(json(GOOD))
  for (let call = 0; call < 10; call++) await ask(server.url)
  expect(server.made()).toBeLessThanOrEqual(2)
  await Promise.all(Array.from({ length: 8 }, () => ask(server.url)))
  expect(server.made()).toBeLessThanOrEqual(9)
})

describe('an answer is read', () => {
  const text = JSON.stringify(GOOD)
  const packed = (coding: string, bytes: Buffer) => answer(200, bytes, { ...JSON_TYPE, 'content-encoding': coding })
  const chunks = text.match(/.{1,4}/gs)?.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`) ?? []
  const chunked = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`
  test.each<[string, SocketAction]>([
    ['packed by gzip', packed('gzip', gzipSync(text))],
    ['packed by gzip, its end missing', packed('gzip', gzipSync(text).subarray(0, -8))],
    ['packed by brotli', packed('br', brotliCompressSync(text))],
    ['packed by deflate', packed('deflate', deflateSync(text))],
    ['in chunks', (socket) => void socket.write(chunked)],
    ['byte by byte', (socket) => void [...Buffer.from(chunked)].forEach((byte) => socket.write(Buffer.of(byte)))],
    [
      'until the connection ends',
      (socket) => void socket.end(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${text}`),
    ],
    ['after an early hint', (socket) => void socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${chunked}`)],
    ['with a byte order mark', answer(200, `\uFEFF${text}`, JSON_TYPE)],
    ['of a type of its own', answer(200, text, { 'content-type': 'application/vnd.x+json; charset=utf-8' })],
  ])('%s', async (_name, act) => expect(await dataOf(act)).toEqual(GOOD))

  test('with bytes that are no UTF-8 in the place of letters', async () => {
    const bytes = Buffer.from('{"said":"\xFF\xFE"}', 'latin1')
    expect(await dataOf(answer(200, bytes, JSON_TYPE))).toEqual({ said: '\uFFFD\uFFFD' })
  })

  test('as text where it does not say that it is JSON, and as nothing where there is nothing', async () => {
    expect(await dataOf(answer(200, '<html>', { 'content-type': 'text/html' }))).toBe('<html>')
    expect(await dataOf(answer(200, '{}'))).toBe('{}')
    expect(await dataOf((socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'))).toBeUndefined()
    expect(await dataOf(answer(200, '', JSON_TYPE))).toBeUndefined()
  })
})

describe('an answer is not read', () => {
  const text = JSON.stringify(GOOD)
  test.each<[string, SocketAction, object]>([
    ['half of it', half(200, text, JSON_TYPE), { code: 'UND_ERR_SOCKET' }],
    ['nothing', (socket) => void socket.end(), { code: 'UND_ERR_SOCKET' }],
    ['a reset', (socket) => void socket.resetAndDestroy(), { code: 'ECONNRESET' }],
    ['another protocol', (socket) => void socket.end('SSH-2.0-x\r\n'), { name: 'HTTPParserError' }],
    ['half of it, though it parses', half(200, `${text}${' '.repeat(99)}`, JSON_TYPE), { code: 'UND_ERR_SOCKET' }],
    ['no gzip', answer(200, 'no gzip', { ...JSON_TYPE, 'content-encoding': 'gzip' }), { code: 'Z_DATA_ERROR' }],
    ['broken JSON', answer(200, '{"a":', JSON_TYPE), { name: 'SyntaxError' }],
    ['a web page as JSON', answer(200, '<html>', JSON_TYPE), { name: 'SyntaxError' }],
  ])('%s', async (_name, act, error) => expect(await errorOf(act)).toMatchObject(error))

  test('where it is larger than any answer, on the line or unpacked', async () => {
    const zeros = Buffer.alloc(MOST_BYTES + 1)
    expect(await errorOf(answer(200, zeros, JSON_TYPE))).toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' })
    const bomb = answer(200, gzipSync(zeros), { ...JSON_TYPE, 'content-encoding': 'gzip' })
    expect(await errorOf(bomb)).toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' })
  })
})

describe('an answer that is no success', () => {
  test.each<[string, string, unknown]>([
    [
      '{"error":{"message":"no","code":"x"}}',
      '400 {"error":{"message":"no","code":"x"}}',
      { message: 'no', code: 'x' },
    ],
    ['{"error":"no"}', '400 {"error":"no"}', 'no'],
    ['{"error":null,"detail":[1]}', '400 {"error":null,"detail":[1]}', { error: null, detail: [1] }],
    ['[1]', '400 [1]', [1]],
    ['null', '400 null', undefined],
    ['"busy"', '400 "busy"', undefined],
    ['<b>busy</b>', '400 <b>busy</b>', undefined],
    ['', '400 status code (no body)', undefined],
  ])('%s', async (text, message, body) => {
    const error = (await errorOf(answer(400, text, { 'retry-after': '7' }))) as HttpError
    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({ status: 400, message, headers: { 'retry-after': '7' } })
    expect(error.body).toEqual(body)
  })

  test('may be packed, and says its status even where half of it is lost', async () => {
    const packed = answer(500, gzipSync('{"error":{"message":"no"}}'), { 'content-encoding': 'gzip' })
    expect(await errorOf(packed)).toMatchObject({ status: 500, body: { message: 'no' } })
    expect(await errorOf(half(401, '{"error": "a key that"}'))).toMatchObject({ status: 401, body: undefined })
  })
})

describe('a redirect', () => {
  /** Answers the first request with a redirect and later ones normally. */
  const movesTo = (status: number, location: string): SocketAction => {
    let asked = 0
    return (socket) => ((asked += 1) === 1 ? answer(status, 'moved', { location })(socket) : json(GOOD)(socket))
  }

  test.each([307, 308])('%i: is followed at the same place with the credentials', async (status) => {
    const { url, requests } = await startRawServer(movesTo(status, '/v1/ask/?x=1'))
    expect((await ask(url)).data).toEqual(GOOD)
    const [first, second] = requests.map((request) => request.split('\r\n'))
    expect(second?.[0]).toBe('POST /v1/ask/?x=1 HTTP/1.1')
    expect(second?.slice(1)).toEqual(first?.slice(1))
  })

  test.each([307, 308])('%i: takes no credentials to another host', async (status) => {
    const other = await startRawServer(json(GOOD))
    const { url } = await startRawServer(movesTo(status, `${other.url}/there`))
    const server = { ...serverAt(url, '?token=secret'), headers: { authorization: KEY, 'api-key': 'k', 'x-gate': 'g' } }
    expect((await post(server, '/ask', ASKED, forever())).data).toEqual(GOOD)
    expect(headOf(other.requests[0])).toEqual([
      'POST /there HTTP/1.1',
      'accept: application/json',
      'accept-encoding: br, gzip, deflate',
      'content-type: application/json',
      `user-agent: winnow/${VERSION}`,
    ])
  })

  test('takes none back from another host, either', async () => {
    const first = await startRawServer((socket) => act(socket))
    const other = await startRawServer((socket) => answer(307, '', { location: `${first.url}/back` })(socket))
    const act = movesTo(307, `${other.url}/there`)
    expect((await ask(first.url)).data).toEqual(GOOD)
    expect(first.requests.map((request) => request.includes(KEY))).toEqual([true, false])
  })

  test.each([301, 302, 303])('%i, which would make a GET of it, is an error', async (status) => {
    const { url, requests } = await startRawServer(movesTo(status, '/v1/there'))
    await expect(ask(url)).rejects.toMatchObject({ status, headers: { location: '/v1/there' } })
    expect(requests).toHaveLength(1)
  })

  test('without end, to nowhere, or out of the web, is an error', async () => {
    const { url, requests } = await startRawServer(answer(307, '', { location: '/v1/ask' }))
    await expect(ask(url)).rejects.toMatchObject({ status: 307 })
    expect(requests).toHaveLength(6)
    for (const location of ['ftp://127.0.0.1/x', 'http://']) {
      expect(await errorOf(answer(307, '', { location }))).toMatchObject({ status: 307 })
    }
    expect(await errorOf(answer(307, ''))).toMatchObject({ status: 307 })
  })
})

describe('a call that is given up', () => {
  const aborted = { code: 'aborted', details: { remedy: 'stop', maybeBilled: true } }
  const unsent = { code: 'aborted', details: { remedy: 'stop', maybeBilled: false } }
  test('before it is sent, sends nothing', async () => {
    const server = await startRawServer(json(GOOD))
    await expect(ask(server.url, AbortSignal.abort())).rejects.toMatchObject(unsent)
    expect(server.made()).toBe(0)
  })

  test.each<[string, SocketAction]>([
    ['no answer has begun', () => undefined],
    ['half of the answer is there', (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{')],
    ['half of an error is there', (socket) => void socket.write('HTTP/1.1 500 x\r\ncontent-length: 99\r\n\r\n{')],
  ])('while %s, ends at once and closes its connection', async (_name, act) => {
    const server = await startRawServer(act)
    const giving = new AbortController()
    const call = ask(server.url, giving.signal)
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    giving.abort(new Error('why'))
    await expect(call).rejects.toMatchObject(aborted)
    await vi.waitFor(() => expect(server.open()).toBe(0))
  })

  test('while a connection is being made, ends at once', async () => {
    // This server never answers the TLS handshake.
    const { url } = await startRawServer(() => undefined)
    const giving = new AbortController()
    const call = ask(url.replace('http:', 'https:'), giving.signal)
    setTimeout(() => giving.abort(), 50)
    await expect(call).rejects.toMatchObject(unsent)
  })

  test('leaves nothing on a signal that many calls share', async () => {
    const { url } = await startRawServer(json(GOOD))
    const signal = forever()
    await Promise.all([ask(url, signal), ask(url, signal), ask(url, signal)])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
