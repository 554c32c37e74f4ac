// A local server that speaks Together's batches, and the place where files are put, which is another server there: keys must not come to it.
import { fileOf, KEY, startBatchServer, type BatchServer, type BatchServerOptions } from './handle.ts'
import { doneLine, errorLines, hasErrors, hasOutput, outputLines, rowsIn } from './openai-lines.ts'
import { serve, type Call, type CallAnswer, type Route } from './serve.ts'
import { bulkOf, type JobRow, type World, type WorldJob } from './world.ts'

interface StoredFile {
  id: string
  filename: string
  text: string
}

export async function startTogetherServer(options: BatchServerOptions): Promise<BatchServer> {
  const files = new Map<string, StoredFile>()
  const isWithoutKey = (headers: object) => !JSON.stringify(headers).includes(KEY)
  const store = await serve([putRoute(files)], { random: () => 1, isAllowed: isWithoutKey })
  const server = await startBatchServer(
    {
      routes: (world) => [...fileRoutes(world, files, store.url, options), ...jobRoutes(world, files)],
      online: '/v1/chat/completions',
      isAllowed: ({ authorization }) => authorization === `Bearer ${KEY}`,
      env: (url) => ({ TOGETHER_BASE_URL: `${url}/v1`, TOGETHER_API_KEY: KEY }),
    },
    options,
  )
  return { ...server, close: () => Promise.all([server.close(), store.close()]).then(() => undefined) }
}

const refusal = (status: number, message: string): CallAnswer => ({ status, body: { error: { message } } })

const putRoute = (files: Map<string, StoredFile>): Route => ({
  endpoint: 'upload',
  method: 'PUT',
  path: '/store/*',
  answer: ({ params: [id = ''], body, headers }) => {
    const file = files.get(id)
    if (file === undefined || Number(headers['content-length']) !== body.length) return refusal(403, 'not signed')
    file.text = body.toString()
    return { body: '' }
  },
})

const fileRoutes = (
  world: World,
  files: Map<string, StoredFile>,
  store: string,
  { bulk }: BatchServerOptions,
): Route[] => [
  {
    endpoint: 'upload',
    method: 'POST',
    path: '/v1/files',
    answer: ({ query }) => {
      if (query.get('purpose') !== 'batch-api' || query.get('file_type') !== 'jsonl') return refusal(400, 'purpose')
      const id = `file-${files.size}`
      files.set(id, { id, filename: query.get('file_name') ?? '', text: '' })
      return { status: 302, headers: { location: `${store}/store/${id}?signature=s`, 'x-together-file-id': id } }
    },
  },
  { endpoint: 'list', method: 'GET', path: '/v1/files', answer: () => ({ body: { data: [...files.values()] } }) },
  {
    endpoint: 'other',
    method: 'GET',
    path: '/v1/files/*',
    answer: ({ params: [id = ''] }) => ({ body: files.get(id) ?? {} }),
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

const jobRoutes = (world: World, files: Map<string, StoredFile>): Route[] => [
  { endpoint: 'create', method: 'POST', path: '/v1/batches', answer: (call) => created(world, files, call) },
  {
    endpoint: 'list',
    method: 'GET',
    path: '/v1/batches',
    answer: () => ({ body: world.listed().map((job) => jobObject(job)) }),
  },
  {
    endpoint: 'state',
    method: 'GET',
    path: '/v1/batches/*',
    answer: ({ params: [id = ''] }) => {
      const job = world.find(id)
      if (job === undefined) return refusal(404, 'no such batch')
      world.ask(job)
      return { body: jobObject(job) }
    },
  },
  {
    endpoint: 'cancel',
    method: 'POST',
    path: '/v1/batches/*/cancel',
    answer: ({ params: [id = ''] }) => {
      const job = world.find(id)
      if (job === undefined) return refusal(404, 'no such batch')
      if (job.phase === 'ended') return refusal(400, 'it has ended')
      world.cancel(job)
      return { body: jobObject(job) }
    },
  },
]

function created(world: World, files: Map<string, StoredFile>, call: Call): CallAnswer {
  const given = call.json()
  const file = files.get(String(given['input_file_id']))
  if (file === undefined || file.text === '') return refusal(400, 'the file is not there')
  const rows = rowsIn(file.text)
  const name = file.filename.replace(/^winnow-|\.jsonl$/g, '')
  const id = `b-${world.jobs.length}`
  const job = world.create({ id, name, model: rows[0]?.model ?? '', rows, about: { file: file.id } })
  if (job === undefined) return refusal(429, 'too many batch tokens are enqueued for this model')
  return { body: { job: jobObject(job), warning: '' } }
}

const STATUS = {
  validating: 'VALIDATING',
  running: 'IN_PROGRESS',
  finalizing: 'IN_PROGRESS',
  cancelling: 'IN_PROGRESS',
}

function jobObject(job: WorldJob) {
  const isDone = job.phase === 'ended' && job.why === undefined
  return {
    id: job.id,
    input_file_id: job.about['file'],
    status: job.phase === 'ended' ? job.end.toUpperCase() : STATUS[job.phase],
    created_at: new Date(job.createdMs).toISOString(),
    endpoint: '/v1/chat/completions',
    model_id: job.model,
    progress: job.hasWrongCounts ? 3 : 50,
    output_file_id: isDone && hasOutput(job) ? `output-of-${job.id}` : '',
    error_file_id: isDone && hasErrors(job) ? `error-of-${job.id}` : '',
    ...(job.phase === 'ended' &&
      !isDone && { error: job.why === 'queue' ? 'too many tokens are enqueued' : `line 1 is invalid: ${KEY}` }),
  }
}
