// A rerank server that prefers short passages and records how many it was shown.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export async function startReranker(): Promise<{ spec: string; shown: number[] }> {
  const shown: number[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += String(part)
    const { documents = [] } = JSON.parse(body) as { documents?: string[] }
    shown.push(documents.length)
    const results = documents.map((document, index) => ({ index, relevance_score: -document.length }))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { spec: `short@http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/rerank`, shown }
}
