// A server for benchmarks in its own process: answers every request with a prepared reply and reads as little of it as possible. The stage
// is in the URL (`?stage=judge`), so that no body is parsed. Started by `server.ts`.
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { ServerOptions } from './server.ts'

const END_OF_HEAD = '\r\n\r\n'

process.on('disconnect', () => process.exit())
process.once('message', (options: ServerOptions) => {
  const answer = answering(options)
  const server = createServer({ noDelay: true }, (socket) => converse(socket, answer))
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
})

/** The answer to whoever asks what server this is. */
const NOT_FOUND = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')

type Answer = (head: string, send: (response: Buffer) => void) => void

/** Reads requests from one connection, one after the other. */
function converse(socket: Socket, answer: Answer): void {
  let head = ''
  let bodyLeft = 0
  const send = (response: Buffer) => socket.destroyed || socket.write(response)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    let body = chunk.length
    if (bodyLeft === 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf(END_OF_HEAD)
      if (end === -1) return
      body = head.length - end - END_OF_HEAD.length
      bodyLeft = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      head = head.slice(0, end)
    }
    bodyLeft -= body
    if (bodyLeft > 0) return
    bodyLeft = 0
    if (head.startsWith('GET')) send(NOT_FOUND)
    else answer(head, send)
    head = ''
  })
}

function answering({ replies, latencyMs, stallFirstMs }: ServerOptions): Answer {
  const responses = Object.fromEntries(Object.entries(replies).map(([stage, texts]) => [stage, texts.map(responseOf)]))
  const fallback = responses['screen'] ?? []
  let answered = 0
  return (head, send) => {
    const ofStage = responses[/[?&]stage=(\w+)/.exec(head)?.[1] ?? ''] ?? fallback
    const response = ofStage[answered % ofStage.length] as Buffer
    const wait = answered === 0 && stallFirstMs > 0 ? stallFirstMs : latencyMs
    answered += 1
    if (wait === 0) send(response)
    else setTimeout(send, wait, response)
  }
}

function responseOf(text: string): Buffer {
  const message = { role: 'assistant', content: text }
  const usage = { prompt_tokens: 4_200, completion_tokens: 830, total_tokens: 5_030 }
  const body = JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 0,
    model: 'bench',
    choices: [{ index: 0, finish_reason: 'stop', message }],
    usage,
  })
  const length = Buffer.byteLength(body)
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: keep-alive\r\n\r\n${body}`,
  )
}
