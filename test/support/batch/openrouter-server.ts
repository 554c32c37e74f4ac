// A local server that speaks OpenRouter's batches.
import { KEY, startBatchServer, type BatchServer, type BatchServerOptions } from './handle.ts'
import { doneLine, errorLines, outputLines } from './openai-lines.ts'
import type { Call, CallAnswer, Route } from './serve.ts'
import type { ChatMessage, JobRow, World, WorldJob } from './world.ts'

const ROOT = '/api/v1/batches'

export const startOpenRouterServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world) => [...jobRoutes(world, hasPages(options)), resultsRoute(world, options)],
      online: '/api/v1/chat/completions',
      isAllowed: ({ authorization }) => authorization === `Bearer ${KEY}`,
      env: (url) => ({ OPENROUTER_BASE_URL: `${url}/api/v1`, OPENROUTER_API_KEY: KEY }),
    },
    options,
  )

/** Some have pages of results, others give them with the job. */
const hasPages = ({ seed = 1 }: BatchServerOptions) => seed % 2 === 1

const refusal = (status: number, message: string): CallAnswer => ({
  status,
  body: { error: { code: status, message } },
})

const jobRoutes = (world: World, arePaged: boolean): Route[] => [
  { endpoint: 'create', method: 'POST', path: ROOT, answer: (call) => created(world, call) },
  {
    endpoint: 'list',
    method: 'GET',
    path: ROOT,
    answer: ({ query }) => {
      const since = query.get('created_after')
      const all = world.listed().filter(({ createdMs }) => since === null || createdMs > Date.parse(since))
      // Whoever looks at a time looks for a job; the others ask how far theirs are.
      if (since === null && !query.has('after')) for (const job of all) world.ask(job)
      const from = all.findIndex(({ id }) => id === query.get('after')) + 1
      const data = all.slice(from, from + 3).map((job) => jobObject(world, job))
      return { body: { object: 'list', data, has_more: from + 3 < all.length, last_id: data.at(-1)?.id ?? null } }
    },
  },
  {
    endpoint: 'state',
    method: 'GET',
    path: `${ROOT}/*`,
    answer: ({ params: [id = ''] }) => {
      const job = world.find(id)
      if (job === undefined) return refusal(404, 'no such batch')
      if (job.phase === 'ended' && job.isGone) return refusal(404, 'no such batch')
      world.ask(job)
      const results = !arePaged && job.phase === 'ended' ? rowsOf(world, job) : null
      return { body: { ...jobObject(world, job), results } }
    },
  },
]

/** Results come in pages. */
const resultsRoute = (world: World, options: BatchServerOptions): Route => ({
  endpoint: 'results',
  method: 'GET',
  path: `${ROOT}/*/results`,
  answer: ({ params: [id = ''], query }) => {
    const job = world.find(id)
    if (job === undefined || job.isGone || !hasPages(options)) return refusal(404, 'no such place')
    const { bulk } = options
    const from = Number(query.get('cursor') ?? 0)
    const size = bulk ? Number(query.get('limit')) : 7
    const row = job.rows[0] as JobRow
    const all = bulk
      ? Array.from({ length: Math.min(size, bulk.lines - from) }, () =>
          doneLine(job, row.id, row.messages, 'x'.repeat(bulk.bytes)),
        )
      : rowsOf(world, job)
    const data = bulk ? all : all.slice(from, from + size)
    const hasMore = from + size < (bulk?.lines ?? all.length)
    return { body: { object: 'list', data, has_more: hasMore, next_cursor: hasMore ? String(from + size) : null } }
  },
})

function rowsOf(world: World, job: WorldJob): unknown[] {
  if (job.why !== undefined) return []
  const done = job.isEmpty ? [] : [...outputLines(world, job)]
  const lines = [...done, ...errorLines(job)]
  // A page is JSON, so that a result can be cut off only as a whole.
  return lines.map(({ line, isTorn }) => (isTorn ? JSON.stringify(line).slice(0, 30) : line))
}

function created(world: World, call: Call): CallAnswer {
  const keys = Object.keys(call.json())
  const given = call.json() as { model: string; requests: { custom_id: string; body: Record<string, unknown> }[] }
  if (keys.at(-1) !== 'requests' || !keys.includes('endpoint')) return refusal(400, 'requests must come last')
  if (!given.model.endsWith(':batch')) return refusal(400, 'not a batch model')
  const rows = given.requests.map(({ custom_id: id, body }): JobRow => ({
    id,
    messages: body['messages'] as ChatMessage[],
    body,
  }))
  if (rows.some(({ body }) => 'model' in body)) return refusal(400, 'another model')
  const job = world.create({ id: `batch_${world.jobs.length}`, name: undefined, model: given.model, rows })
  if (job === undefined) return refusal(429, 'Too many batch requests are enqueued')
  return { status: 202, body: jobObject(world, job) }
}

const STATUS = { validating: 'validating', running: 'in_progress', finalizing: 'finalizing', cancelling: 'cancelling' }

function jobObject(world: World, job: WorldJob) {
  const isOver = job.phase === 'ended'
  const why = job.why === 'queue' ? 'token_limit_exceeded: too much is enqueued' : `request 1: invalid body: ${KEY}`
  return {
    completion_window: '24h',
    created_at: Math.floor(job.createdMs / 1000),
    endpoint: '/v1/chat/completions',
    error: isOver && job.why !== undefined ? { message: why } : null,
    id: job.id,
    model: job.model,
    object: 'batch',
    request_counts: {
      total: job.rows.length,
      completed: world.count(job, 'done', 'odd'),
      failed: world.count(job, 'failed'),
    },
    results: null,
    status: job.phase === 'ended' ? job.end : STATUS[job.phase],
  }
}
