// What every local batch server is to a test.
import type { IncomingHttpHeaders } from 'node:http'
import { serve, type Call, type Route, type Served, type ServeOptions } from './serve.ts'
import { completion, createWorld, type ChatMessage, type World, type WorldJob, type WorldOptions } from './world.ts'

export interface BatchServerOptions extends WorldOptions, Pick<ServeOptions, 'callFaults' | 'on' | 'echo'> {
  /** Results that are made while they are sent, for one request of a job: this many lines of this many bytes. */
  bulk?: { lines: number; bytes: number }
}

export interface BatchServer extends Served {
  /** The variables of the environment with which a client finds it. */
  env: Record<string, string>
  /** Every job that was created. */
  jobs(): { id: string; name: string | undefined; ids: string[]; phase: WorldJob['phase']; end: WorldJob['end'] }[]
  /** How often each request was submitted. */
  submissions(): Map<string, number>
  /** Requests that were submitted while an earlier job with them was alive: must be empty. */
  doubles(): string[]
  world: World
}

/** The key that all servers want. */
export const KEY = 'sk-test-0123456789abcdef'

/** What a provider's server is made of. */
export interface ServerForm {
  /** @param url of the server, without a path */
  routes(world: World, url: () => string): Route[]
  /** The path of `/chat/completions` online. */
  online: string
  isAllowed(headers: IncomingHttpHeaders): boolean
  env(url: string): Record<string, string>
}

export async function startBatchServer(form: ServerForm, options: BatchServerOptions): Promise<BatchServer> {
  const world = createWorld(options)
  let url = ''
  const routes = [...form.routes(world, () => url), onlineRoute(form.online, world)]
  const { callFaults, on, echo } = options
  const served = await serve(routes, {
    random: world.random,
    isAllowed: (headers) => form.isAllowed(headers) || headers.authorization === `Bearer ${KEY}`,
    ...(callFaults && { callFaults }),
    ...(on && { on }),
    ...(echo && { echo }),
  })
  url = served.url
  return {
    ...served,
    world,
    // A moment is long enough for lists here, unless they lag.
    env: { WINNOW_BATCH_SETTLE: String(((options.listLagMs ?? 0) * 2 + 20) / 1000), ...form.env(url) },
    jobs: () =>
      world.jobs.map(({ id, name, rows, phase, end }) => ({ id, name, ids: rows.map((row) => row.id), phase, end })),
    submissions: () => {
      const counts = new Map<string, number>()
      for (const { id } of world.jobs.flatMap(({ rows }) => rows)) counts.set(id, (counts.get(id) ?? 0) + 1)
      return counts
    },
    doubles: world.doubles,
  }
}

function onlineRoute(path: string, world: World): Route {
  return {
    endpoint: 'online',
    method: 'POST',
    path,
    answer: (call: Call) => {
      const { model, messages } = call.json() as { model: string; messages: ChatMessage[] }
      return { body: completion(model, messages, world.replyTo(messages)) }
    },
  }
}

export const parsedLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** Joins lines to the text of a file whose last line may be cut off. */
export function* fileOf(lines: Iterable<{ line: object; isTorn: boolean }>): Generator<string> {
  for (const { line, isTorn } of lines) {
    const text = JSON.stringify(line)
    yield isTorn ? text.slice(0, Math.floor(text.length / 2)) : `${text}\n`
  }
}
