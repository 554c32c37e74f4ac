// Local servers that speak OpenAI's files and batches, as OpenAI and Azure have them.
import { fileOf, KEY, startBatchServer, type BatchServer, type BatchServerOptions } from './handle.ts'
import { doneLine, errorLines, hasErrors, hasOutput, outputLines, rowsIn } from './openai-lines.ts'
import { formIn, type Call, type CallAnswer, type Route } from './serve.ts'
import { bulkOf, type JobRow, type World, type WorldJob } from './world.ts'

interface StoredFile {
  id: string
  name: string
  text: string
  createdMs: number
}

interface Flavour {
  root: string
  /** Where requests go, as lines and jobs name it. */
  url: string
  keepsMetadata: boolean
}

const OPENAI: Flavour = { root: '/v1', url: '/v1/chat/completions', keepsMetadata: true }
/** Jobs are found by their file here. */
const AZURE: Flavour = { root: '/openai', url: '/chat/completions', keepsMetadata: false }

export const startOpenAiServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world) => openAiRoutes(world, OPENAI, options),
      online: '/v1/chat/completions',
      isAllowed: ({ authorization }) => authorization === `Bearer ${KEY}`,
      env: (url) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: KEY }),
    },
    options,
  )

export const startAzureServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world) => openAiRoutes(world, AZURE, options),
      online: '/openai/deployments/*/chat/completions',
      isAllowed: (headers) => headers['api-key'] === KEY,
      env: (url) => ({
        AZURE_OPENAI_ENDPOINT: url,
        AZURE_OPENAI_API_KEY: KEY,
        OPENAI_API_VERSION: '2025-04-01-preview',
      }),
    },
    options,
  )

function openAiRoutes(world: World, flavour: Flavour, { bulk }: BatchServerOptions): Route[] {
  const files = new Map<string, StoredFile>()
  const results: Route = {
    endpoint: 'results',
    method: 'GET',
    path: `${flavour.root}/files/*/content`,
    answer: ({ params: [id = ''] }) => {
      const [kind, ...rest] = id.split('-of-')
      const job = world.find(rest.join('-of-'))
      if (job === undefined || job.isGone) return refusal(404, 'No such File object')
      const row = job.rows[0] as JobRow
      if (bulk) return { pieces: bulkOf(doneLine(job, row.id, row.messages, 'x'.repeat(bulk.bytes)), bulk) }
      return { pieces: fileOf(kind === 'output' ? outputLines(world, job) : errorLines(job)) }
    },
  }
  return [...fileRoutes(files, flavour), ...jobRoutes(world, files, flavour), results]
}

const refusal = (status: number, message: string): CallAnswer => ({ status, body: { error: { message } } })

const fileRoutes = (files: Map<string, StoredFile>, { root }: Flavour): Route[] => [
  {
    endpoint: 'upload',
    method: 'POST',
    path: `${root}/files`,
    answer: (call) => {
      const { fields, name, file } = formIn(call)
      if (fields['purpose'] !== 'batch') return refusal(400, 'purpose')
      const id = `file-${files.size}`
      files.set(id, { id, name, text: file, createdMs: Date.now() })
      return { body: { id, object: 'file', filename: name, purpose: 'batch', status: 'processed' } }
    },
  },
  {
    endpoint: 'list',
    method: 'GET',
    path: `${root}/files`,
    answer: ({ query }) => ({ body: page([...files.values()].toReversed().map(fileObject), query) }),
  },
  {
    endpoint: 'other',
    method: 'DELETE',
    path: `${root}/files/*`,
    answer: ({ params: [id = ''] }) => ({ body: { id, deleted: files.delete(id) } }),
  },
]

const jobRoutes = (world: World, files: Map<string, StoredFile>, flavour: Flavour): Route[] => [
  {
    endpoint: 'create',
    method: 'POST',
    path: `${flavour.root}/batches`,
    answer: (call) => created(world, files, flavour, call),
  },
  {
    endpoint: 'list',
    method: 'GET',
    path: `${flavour.root}/batches`,
    answer: ({ query }) => ({
      body: page(
        world.listed().map((job) => jobObject(world, job)),
        query,
      ),
    }),
  },
  {
    endpoint: 'state',
    method: 'GET',
    path: `${flavour.root}/batches/*`,
    answer: ({ params: [id = ''] }) => {
      const job = world.find(id)
      if (job === undefined) return refusal(404, `No batch found with id ${id}`)
      world.ask(job)
      return { body: jobObject(world, job) }
    },
  },
  {
    endpoint: 'cancel',
    method: 'POST',
    path: `${flavour.root}/batches/*/cancel`,
    answer: ({ params: [id = ''] }) => {
      const job = world.find(id)
      if (job === undefined) return refusal(404, 'no such batch')
      if (job.phase === 'ended') return refusal(409, 'it has ended')
      world.cancel(job)
      return { body: jobObject(world, job) }
    },
  },
]

function created(
  world: World,
  files: Map<string, StoredFile>,
  { url, keepsMetadata }: Flavour,
  call: Call,
): CallAnswer {
  const given = call.json()
  const file = files.get(String(given['input_file_id']))
  if (file === undefined || given['endpoint'] !== url || given['completion_window'] !== '24h')
    return refusal(400, 'invalid job')
  const rows = rowsIn(file.text)
  if (rows.some((row) => row.url !== url)) return refusal(400, 'the url of a line is another')
  const metadata = keepsMetadata ? given['metadata'] : null
  const name = file.name.replace(/^winnow-|\.jsonl$/g, '')
  const id = `batch_${world.jobs.length}`
  const job = world.create({ id, name, model: rows[0]?.model ?? '', rows, about: { file: file.id, metadata } })
  if (job !== undefined) return { body: jobObject(world, job) }
  const message = 'Enqueued token limit reached for this model in this organization.'
  return { status: 429, body: { error: { code: 'token_limit_exceeded', message } } }
}

const fileObject = ({ id, name, createdMs }: StoredFile) => ({
  id,
  filename: name,
  purpose: 'batch',
  created_at: Math.floor(createdMs / 1000),
})

/** The page of a list after an id; pages are small here, so that there are some. */
function page<T extends { id: string }>(all: T[], query: URLSearchParams) {
  const from = all.findIndex(({ id }) => id === query.get('after')) + 1
  const data = all.slice(from, from + 3)
  return { object: 'list', data, has_more: from + data.length < all.length, last_id: data.at(-1)?.id ?? null }
}

const STATUS = { validating: 'validating', running: 'in_progress', finalizing: 'finalizing', cancelling: 'cancelling' }
const FULL = {
  code: 'token_limit_exceeded',
  message: 'Enqueued token limit reached for m. Try again once some are done.',
}
const INVALID = { code: 'invalid_json_line', message: `This line is not parseable as valid JSON: ${KEY}`, line: 1 }

function jobObject(world: World, job: WorldJob) {
  const isOver = job.phase === 'ended'
  const isDone = isOver && job.why === undefined
  return {
    id: job.id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    input_file_id: job.about['file'],
    completion_window: '24h',
    status: job.phase === 'ended' ? job.end : STATUS[job.phase],
    created_at: Math.floor(job.createdMs / 1000),
    output_file_id: isDone && hasOutput(job) ? `output-of-${job.id}` : null,
    // An empty id means none, as was seen.
    error_file_id: isDone && hasErrors(job) ? `error-of-${job.id}` : '',
    errors: isOver && !isDone ? { object: 'list', data: [job.why === 'queue' ? FULL : INVALID] } : null,
    metadata: job.about['metadata'],
    request_counts: {
      total: job.rows.length,
      // Rows with the status 0 do not count as failed.
      completed: world.count(job, 'done', 'odd', 'zero'),
      failed: world.count(job, 'failed'),
    },
  }
}
