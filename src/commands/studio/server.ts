// Serves an application on this machine alone, on one port of IPv4 and, where there is one, of IPv6.
import type { AddressInfo } from 'node:net'
import { serve, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { messageOf, UsageError } from '../../base/errors.ts'

export interface RunningServer {
  port: number
  close(): Promise<void>
}

/** @param appOf makes the application for the port @throws UsageError if the port cannot be used */
export async function startServer(port: number | undefined, appOf: (port: number) => Hono): Promise<RunningServer> {
  let app: Hono | undefined
  const fetch: Hono['fetch'] = (...given) => (app as Hono).fetch(...given)
  const first = await listening(fetch, '127.0.0.1', port ?? 0).catch((error: unknown) => {
    throw new UsageError(`cannot serve on port ${port}: ${messageOf(error)}`, {
      hint: 'Choose another with --port.',
      cause: error,
    })
  })
  const { port: chosen } = first.address() as AddressInfo
  app = appOf(chosen)
  // A machine without IPv6, or a port that is taken there, is no hindrance.
  const second = await listening(fetch, '::1', chosen).catch(() => undefined)
  return { port: chosen, close: async () => void (await Promise.all([first, second].map(closed))) }
}

function listening(fetch: Hono['fetch'], hostname: string, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, () => resolve(server))
    server.once('error', reject)
  })
}

function closed(server: ServerType | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (server === undefined) return resolve()
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
