// A local server that speaks Anthropic's message batches.
import { fileOf, KEY, startBatchServer, type BatchServer, type BatchServerOptions } from './handle.ts'
import type { Call, CallAnswer, Route } from './serve.ts'
import { bulkOf, tokensOf, type ChatMessage, type JobRow, type World, type WorldJob } from './world.ts'

const ROOT = '/v1/messages/batches'

export const startAnthropicServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world) => [...jobRoutes(world), resultsRoute(world, options)],
      online: '/v1/chat/completions',
      isAllowed: (headers) => headers['x-api-key'] === KEY && headers['anthropic-version'] === '2023-06-01',
      env: (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY }),
    },
    options,
  )

const jobRoutes = (world: World): Route[] => [
  { endpoint: 'create', method: 'POST', path: ROOT, answer: (call) => created(world, call) },
  { endpoint: 'list', method: 'GET', path: ROOT, answer: ({ query }) => listed(world, query) },
  {
    endpoint: 'state',
    method: 'GET',
    path: `${ROOT}/*`,
    answer: ({ params: [id = ''] }) =>
      withJob(world, id, (job) => {
        world.ask(job)
        return { body: jobObject(world, job) }
      }),
  },
  {
    endpoint: 'cancel',
    method: 'POST',
    path: `${ROOT}/*/cancel`,
    answer: ({ params: [id = ''] }) =>
      withJob(world, id, (job) => {
        if (job.phase === 'ended') return errorOf(400, 'invalid_request_error', 'it has ended')
        world.cancel(job)
        return { body: jobObject(world, job) }
      }),
  },
]

const resultsRoute = (world: World, { bulk }: BatchServerOptions): Route => ({
  endpoint: 'results',
  method: 'GET',
  path: `${ROOT}/*/results`,
  answer: ({ params: [id = ''] }) =>
    withJob(world, id, (job) => {
      if (job.phase !== 'ended') return errorOf(400, 'invalid_request_error', 'it has not ended')
      if (job.isGone) return errorOf(404, 'not_found_error', 'results are kept no more')
      if (bulk) {
        const row = job.rows[0] as JobRow
        return {
          pieces: bulkOf({ custom_id: row.id, result: succeeded(job, row.messages, 'x'.repeat(bulk.bytes)) }, bulk),
        }
      }
      return { pieces: fileOf(resultLines(world, job)) }
    }),
})

function withJob(world: World, id: string, answer: (job: WorldJob) => CallAnswer): CallAnswer {
  const job = world.find(id)
  return job === undefined ? errorOf(404, 'not_found_error', `no batch ${id}`) : answer(job)
}

const errorOf = (status: number, type: string, message: string): CallAnswer => ({
  status,
  body: { type: 'error', error: { type, message }, request_id: 'r' },
})

function created(world: World, call: Call): CallAnswer {
  const { requests } = call.json() as { requests: { custom_id: string; params: Record<string, unknown> }[] }
  const ids = new Set(requests.map(({ custom_id: id }) => id))
  const areValid = requests.every(
    ({ custom_id: id, params }) => /^[\w-]{1,64}$/.test(id) && Number(params['max_tokens']) > 0 && areMessages(params),
  )
  if (!areValid || ids.size < requests.length) return errorOf(400, 'invalid_request_error', 'invalid requests')
  const rows = requests.map(({ custom_id: id, params }): JobRow => ({ id, messages: messagesOf(params), body: params }))
  const model = String(requests[0]?.params['model'])
  const job = world.create({ id: `msgbatch_${world.jobs.length}`, name: undefined, model, rows })
  if (job !== undefined) return { body: jobObject(world, job) }
  return errorOf(429, 'rate_limit_error', 'This would exceed the number of batch requests in the processing queue')
}

/** No system message stands among the others, as the API wants it. */
const areMessages = ({ messages }: Record<string, unknown>) =>
  Array.isArray(messages) && (messages as ChatMessage[]).every(({ role }) => role === 'user' || role === 'assistant')

const messagesOf = ({ system, messages }: Record<string, unknown>): ChatMessage[] => [
  ...(typeof system === 'string' ? [{ role: 'system', content: system }] : []),
  ...(messages as ChatMessage[]),
]

/** Pages are small here, so that there are some. */
function listed(world: World, query: URLSearchParams): CallAnswer {
  const all = world.listed()
  const from = all.findIndex(({ id }) => id === query.get('after_id')) + 1
  const data = all.slice(from, from + 3).map((job) => jobObject(world, job))
  return {
    body: {
      data,
      has_more: from + data.length < all.length,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    },
  }
}

function jobObject(world: World, job: WorldJob) {
  const isOver = job.phase === 'ended'
  const total = job.rows.length
  const done = isOver ? Math.min(total, world.count(job, 'done', 'odd')) : 0
  // Nothing is counted before all is done, and the counts always add up.
  const counts = {
    processing: isOver ? 0 : total,
    succeeded: done,
    errored: isOver ? total - done : 0,
    canceled: 0,
    expired: 0,
  }
  const time = new Date(job.createdMs).toISOString()
  return {
    id: job.id,
    type: 'message_batch',
    processing_status: isOver ? 'ended' : job.phase === 'cancelling' ? 'canceling' : 'in_progress',
    request_counts: counts,
    created_at: time,
    expires_at: time,
    ended_at: isOver ? time : null,
    archived_at: isOver && job.isGone ? time : null,
    cancel_initiated_at: null,
    results_url: isOver ? 'https://elsewhere.invalid/results' : null,
  }
}

function* resultLines(world: World, job: WorldJob) {
  for (const id of job.order) {
    const { messages } = world.rowOf(job, id) ?? { messages: [{ role: 'user', content: 'unknown' }] }
    const fate = job.fates.get(id) ?? 'done'
    const result =
      fate === 'odd'
        ? { type: 'succeeded', message: { type: 'message' } }
        : fate === 'done'
          ? succeeded(job, messages, world.replyTo(messages))
          : {
              type: 'errored',
              error: {
                type: 'error',
                error: { type: 'api_error', message: `Internal server error: x-api-key: ${KEY}` },
              },
            }
    yield { line: { custom_id: id, result }, isTorn: id === job.tornId }
  }
  for (const [id, fate] of job.fates) {
    if (fate !== 'unfinished' || job.isEmpty) continue
    yield { line: { custom_id: id, result: { type: job.end === 'cancelled' ? 'canceled' : 'expired' } }, isTorn: false }
  }
}

function succeeded(job: WorldJob, messages: ChatMessage[], text: string) {
  const { input, output } = tokensOf(messages, text)
  return {
    type: 'succeeded',
    message: {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: job.model,
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_details: null,
      usage: {
        input_tokens: input,
        output_tokens: output,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: null,
      },
    },
  }
}
