// Stands between a client and a server, and cuts connections: at random, before or after the server has got what was sent.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface CuttingProxy {
  port: number
  /** Connections cut so far. */
  cuts: number
  /** No more cuts from now on. */
  calm(): void
}

/**
 * Starts a proxy for one test.
 * @param cutsNow asked for each answer of the server: whether the client never sees it, and the connection ends
 */
export async function startCuttingProxy(to: number, cutsNow: () => boolean): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  let isCalm = false
  const proxy: CuttingProxy = { port: 0, cuts: 0, calm: () => (isCalm = true) }
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1')
    const end = () => [client, upstream].forEach((socket) => socket.destroy())
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', (sent) => upstream.write(sent))
    upstream.on('data', (answered) => {
      if (isCalm || !cutsNow()) return client.write(answered)
      proxy.cuts += 1
      end()
      return false
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.port = (server.address() as AddressInfo).port
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return proxy
}
