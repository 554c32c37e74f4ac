// A local server that speaks Mistral's batch jobs.
import { fileOf, KEY, startBatchServer, type BatchServer, type BatchServerOptions } from './handle.ts'
import { doneLine, errorLines, hasErrors, hasOutput, outputLines, rowsIn } from './openai-lines.ts'
import { formIn, type Call, type CallAnswer, type Route } from './serve.ts'
import { bulkOf, type JobRow, type World, type WorldJob } from './world.ts'

const JOBS = '/v1/batch/jobs'

export const startMistralServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world) => {
        const files = new Map<string, string>()
        return [...fileRoutes(world, files, options), ...jobRoutes(world, files)]
      },
      online: '/v1/chat/completions',
      isAllowed: ({ authorization }) => authorization === `Bearer ${KEY}`,
      env: (url) => ({ MISTRAL_BASE_URL: url, MISTRAL_API_KEY: KEY }),
    },
    options,
  )

const refusal = (status: number, detail: string): CallAnswer => ({ status, body: { detail, message: detail } })

const fileRoutes = (world: World, files: Map<string, string>, { bulk }: BatchServerOptions): Route[] => [
  {
    endpoint: 'upload',
    method: 'POST',
    path: '/v1/files',
    answer: (call) => {
      const { fields, name, file } = formIn(call)
      if (fields['purpose'] !== 'batch') return refusal(422, 'purpose')
      const id = `0000-${files.size}`
      files.set(id, file)
      return { body: { id, object: 'file', filename: name, purpose: 'batch' } }
    },
  },
  {
    endpoint: 'other',
    method: 'DELETE',
    path: '/v1/files/*',
    answer: ({ params: [id = ''] }) => ({ body: { id, deleted: files.delete(id) } }),
  },
  {
    endpoint: 'results',
    method: 'GET',
    path: '/v1/files/*/content',
    answer: ({ params: [id = ''] }) => {
      const [kind, ...rest] = id.split('-of-')
      const job = world.find(rest.join('-of-'))
      if (job === undefined || job.isGone) return refusal(404, 'no such file')
      const row = job.rows[0] as JobRow
      if (bulk) return { pieces: bulkOf(doneLine(job, row.id, row.messages, 'x'.repeat(bulk.bytes)), bulk) }
      return { pieces: fileOf(kind === 'output' ? outputLines(world, job) : errorLines(job)) }
    },
  },
]

const jobRoutes = (world: World, files: Map<string, string>): Route[] => [
  { endpoint: 'create', method: 'POST', path: JOBS, answer: (call) => created(world, files, call) },
  {
    endpoint: 'list',
    method: 'GET',
    path: JOBS,
    answer: ({ query }) => {
      const all = world.listed().filter(({ createdMs }) => createdMs > Date.parse(query.get('created_after') ?? ''))
      // Pages are small here, so that there are some.
      const from = Number(query.get('page')) * 3
      return {
        body: {
          object: 'list',
          total: all.length,
          data: all.slice(from, from + 3).map((job) => jobObject(world, job)),
        },
      }
    },
  },
  {
    endpoint: 'state',
    method: 'GET',
    path: `${JOBS}/*`,
    answer: ({ params: [id = ''] }) => {
      const job = world.find(id)
      if (job === undefined) return refusal(404, 'no such job')
      world.ask(job)
      return { body: jobObject(world, job) }
    },
  },
  {
    endpoint: 'cancel',
    method: 'POST',
    path: `${JOBS}/*/cancel`,
    answer: ({ params: [id = ''] }) => {
      const job = world.find(id)
      if (job === undefined) return refusal(404, 'no such job')
      if (job.phase === 'ended') return refusal(400, 'it has ended')
      world.cancel(job)
      return { body: jobObject(world, job) }
    },
  },
]

function created(world: World, files: Map<string, string>, call: Call): CallAnswer {
  const given = call.json() as { input_files: string[]; model: string; metadata: Record<string, string> }
  const text = files.get(given.input_files[0] ?? '')
  if (text === undefined || typeof given.model !== 'string') return refusal(422, 'invalid job')
  const rows = rowsIn(text)
  // The model is that of the job, and the older name of the limit is the only one.
  if (rows.some(({ body }) => 'model' in body || 'max_completion_tokens' in body)) return refusal(422, 'invalid body')
  const job = world.create({
    id: `job-${world.jobs.length}`,
    name: given.metadata['winnow_job'],
    model: given.model,
    rows,
    about: { metadata: given.metadata, input: given.input_files },
  })
  return job === undefined ? refusal(429, 'too many batch requests are enqueued') : { body: jobObject(world, job) }
}

const STATUS = { validating: 'QUEUED', running: 'RUNNING', finalizing: 'RUNNING', cancelling: 'CANCELLATION_REQUESTED' }
const END = { completed: 'SUCCESS', failed: 'FAILED', expired: 'TIMEOUT_EXCEEDED', cancelled: 'CANCELLED' }

function jobObject(world: World, job: WorldJob) {
  const isDone = job.phase === 'ended' && job.why === undefined
  const words = job.why === 'queue' ? 'too many tokens are enqueued' : `the file is invalid: ${KEY}`
  const [done, failed] = [world.count(job, 'done', 'odd'), world.count(job, 'failed', 'zero')]
  return {
    id: job.id,
    object: 'batch',
    input_files: job.about['input'],
    metadata: job.about['metadata'],
    endpoint: '/v1/chat/completions',
    model: job.model,
    output_file: isDone && hasOutput(job) ? `output-of-${job.id}` : null,
    error_file: isDone && hasErrors(job) ? `error-of-${job.id}` : null,
    errors: job.phase === 'ended' && !isDone ? [{ message: words, count: 1 }] : [],
    status: job.phase === 'ended' ? END[job.end] : STATUS[job.phase],
    created_at: Math.floor(job.createdMs / 1000),
    total_requests: job.rows.length,
    completed_requests: done + failed,
    succeeded_requests: done,
    failed_requests: failed,
  }
}
