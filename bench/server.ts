// Starts and stops the process that plays the model server.
import { fork } from 'node:child_process'
import { once } from 'node:events'

export interface ServerOptions {
  /** Texts by stage, returned in turn. */
  replies: Record<string, string[]>
  latencyMs: number
  /** How long the very first request waits; 0 for no longer than the others. */
  stallFirstMs: number
}

/** Runs `work` against a server. A model for a stage is `MODEL@${urlOf('screen')}`. */
export async function withServer<T>(
  options: Partial<ServerOptions> & Pick<ServerOptions, 'replies'>,
  work: (urlOf: (stage: string) => string) => Promise<T>,
): Promise<T> {
  const child = fork(new URL('./chat-server.ts', import.meta.url))
  try {
    child.send({ latencyMs: 0, stallFirstMs: 0, ...options } satisfies ServerOptions)
    const [port] = (await once(child, 'message')) as [number]
    return await work((stage) => `http://127.0.0.1:${port}/v1?stage=${stage}`)
  } finally {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
  }
}
