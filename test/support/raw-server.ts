// A server that answers with raw bytes, so that it can break HTTP anywhere. Binds to 127.0.0.1 only, and is closed when the test is over.
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Performs the server's reaction to a request on its connection. */
export type SocketAction = (socket: Socket) => void

interface RawServer {
  /** Without a path, as in `http://127.0.0.1:4711`. */
  url: string
  /** Whole requests, head and body. */
  requests: string[]
  /** Numbers of connections: all that were made, and those still open. */
  made(): number
  open(): number
}

const END_OF_HEAD = '\r\n\r\n'

export async function startRawServer(act: SocketAction): Promise<RawServer> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let made = 0
  const server = createServer((socket) => {
    made += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const head = text.slice(0, text.indexOf(END_OF_HEAD))
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (/^GET .*(?:\/props|\/api\/ps|\/models) /.test(head)) {
        text = ''
        return void socket.write(bytesOf(404, '', {}))
      }
      if (head === '' || text.length < head.length + END_OF_HEAD.length + length) return
      requests.push(text)
      text = ''
      act(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, made: () => made, open: () => sockets.size }
}

/** Sends a whole answer and keeps the connection open. */
export function answer(status: number, body: string | Buffer, headers: Record<string, string> = {}): SocketAction {
  return (socket) => socket.write(bytesOf(status, body, headers))
}

/** Sends an answer in JSON. */
export const json = (body: unknown, headers: Record<string, string> = {}): SocketAction =>
  answer(200, JSON.stringify(body), { 'content-type': 'application/json', ...headers })

/** Sends the first half of an answer and ends the connection. */
export function half(status: number, body: string | Buffer, headers: Record<string, string> = {}): SocketAction {
  const bytes = bytesOf(status, body, headers)
  return (socket) => socket.end(bytes.subarray(0, bytes.length - Math.ceil(body.length / 2)))
}

function bytesOf(status: number, body: string | Buffer, headers: Record<string, string>): Buffer {
  const bytes = Buffer.from(body as string)
  const lines = Object.entries({ 'content-length': bytes.length, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return Buffer.concat([Buffer.from([`HTTP/1.1 ${status} x`, ...lines, '', ''].join('\r\n'), 'latin1'), bytes])
}
