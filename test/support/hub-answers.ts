// What the parts of the local hub share: hashes of files, and short answers.
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

export const hashOf = (algorithm: 'sha1' | 'sha256', bytes: Buffer | string) =>
  createHash(algorithm).update(bytes).digest('hex')
export const gitIdOf = (bytes: Buffer) => hashOf('sha1', Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]))

/** Whether the hub keeps a file outside of git, as a large one. */
export const isLarge = (path: string) => /\.(gguf|parquet|onnx|gz)$/.test(path)

export function refuse(response: ServerResponse, status: number, code?: string): void {
  response.writeHead(status, code === undefined ? {} : { 'x-error-code': code }).end()
}

export function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(value))
}
