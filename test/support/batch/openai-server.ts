// A local server that speaks OpenAI's files and batches, as OpenAI and Azure have them.
import { fileOf, KEY, parsedLines, startBatchServer, type BatchServer, type BatchServerOptions } from './handle.ts'
import { formIn, type Route } from './serve.ts'
import { completion, type ChatMessage, type JobRow, type World, type WorldJob } from './world.ts'

export interface StoredFile {
  id: string
  name: string
  text: string
  createdMs: number
}

export const startOpenAiServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world) => openAiRoutes(world, '/v1', '/v1/chat/completions', options),
      online: '/v1/chat/completions',
      isAllowed: ({ authorization }) => authorization === `Bearer ${KEY}`,
      env: (url) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: KEY }),
    },
    options,
  )

/** Azure finds jobs by their file: it keeps no metadata here. */
export const startAzureServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world) => openAiRoutes(world, '/openai', '/chat/completions', options, false),
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

function openAiRoutes(
  world: World,
  root: string,
  endpoint: string,
  { bulk }: BatchServerOptions,
  keepsMetadata = true,
): Route[] {
  const files = new Map<string, StoredFile>()
  return [
    {
      endpoint: 'upload',
      method: 'POST',
      path: `${root}/files`,
      answer: (call) => {
        const { fields, name, file } = formIn(call)
        if (fields['purpose'] !== 'batch') return { status: 400, body: { error: { message: 'purpose' } } }
        const id = `file-${files.size}`
        files.set(id, { id, name, text: file, createdMs: Date.now() })
        return { body: { id, object: 'file', filename: name, purpose: 'batch', status: 'processed' } }
      },
    },
    {
      endpoint: 'list',
      method: 'GET',
      path: `${root}/files`,
      answer: ({ query }) => {
        const all = [...files.values()].toReversed()
        return { body: page(all.map(fileObject), query) }
      },
    },
    {
      endpoint: 'other',
      method: 'DELETE',
      path: `${root}/files/*`,
      answer: ({ params: [id = ''] }) => {
        files.delete(id)
        return { body: { id, deleted: true } }
      },
    },
    {
      endpoint: 'create',
      method: 'POST',
      path: `${root}/batches`,
      answer: (call) => {
        const given = call.json()
        const file = files.get(String(given['input_file_id']))
        if (file === undefined || given['endpoint'] !== endpoint || given['completion_window'] !== '24h')
          return { status: 400, body: { error: { message: 'invalid job' } } }
        const rows = rowsIn(file.text)
        if (rows.some(({ url }) => url !== endpoint)) return { status: 400, body: { error: { message: 'wrong url' } } }
        const metadata = (keepsMetadata ? given['metadata'] : null) as Record<string, string> | null
        const job = world.create({
          id: `batch_${world.jobs.length}`,
          name: file.name.replace(/^winnow-|\.jsonl$/g, ''),
          model: rows[0]?.model ?? '',
          rows,
          about: { file: file.id, metadata },
        })
        if (job === undefined) {
          const message = 'Enqueued token limit reached for this model in this organization.'
          return { status: 429, body: { error: { code: 'token_limit_exceeded', message } } }
        }
        return { body: jobObject(world, job) }
      },
    },
    {
      endpoint: 'list',
      method: 'GET',
      path: `${root}/batches`,
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
      path: `${root}/batches/*`,
      answer: ({ params: [id = ''] }) => {
        const job = world.find(id)
        if (job === undefined) return { status: 404, body: { error: { message: `No batch found with id ${id}` } } }
        world.ask(job)
        return { body: jobObject(world, job) }
      },
    },
    {
      endpoint: 'cancel',
      method: 'POST',
      path: `${root}/batches/*/cancel`,
      answer: ({ params: [id = ''] }) => {
        const job = world.find(id)
        if (job === undefined) return { status: 404, body: { error: { message: 'no such batch' } } }
        if (job.phase === 'ended') return { status: 409, body: { error: { message: 'it has ended' } } }
        world.cancel(job)
        return { body: jobObject(world, job) }
      },
    },
    {
      endpoint: 'results',
      method: 'GET',
      path: `${root}/files/*/content`,
      answer: ({ params: [id = ''] }) => {
        const [kind, ...rest] = id.split('-of-')
        const job = world.find(rest.join('-of-'))
        if (job === undefined || job.isGone) return { status: 404, body: { error: { message: 'No such File object' } } }
        if (bulk && kind === 'output') return { pieces: bulkLines(job, bulk) }
        return { pieces: fileOf(kind === 'output' ? outputLines(world, job) : errorLines(job)) }
      },
    },
  ]
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

/** Reads lines of requests. */
export function rowsIn(text: string): (JobRow & { model: string; url: unknown })[] {
  return parsedLines(text).map(({ custom_id: id, url, body }) => {
    const request = body as { model?: string; messages: ChatMessage[] }
    return { id: String(id), url, model: request.model ?? '', messages: request.messages, body: request }
  })
}

const STATUS = { validating: 'validating', running: 'in_progress', finalizing: 'finalizing', cancelling: 'cancelling' }

const hasOutput = (job: WorldJob) => job.isGone || (!job.isEmpty && isAny(job, 'done', 'odd'))
const hasErrors = (job: WorldJob) => !job.isEmpty && (isAny(job, 'failed', 'zero') || job.end === 'expired')
const isAny = ({ fates }: WorldJob, ...wanted: string[]) => [...fates.values()].some((fate) => wanted.includes(fate))

function jobObject(world: World, job: WorldJob) {
  const isOver = job.phase === 'ended'
  const status = job.phase === 'ended' ? job.end : STATUS[job.phase]
  const error =
    job.why === 'queue'
      ? {
          code: 'token_limit_exceeded',
          message: 'Enqueued token limit reached for m. Please try again once some are done.',
        }
      : { code: 'invalid_json_line', message: 'This line is not parseable as valid JSON.', line: 1 }
  return {
    id: job.id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    input_file_id: job.about['file'],
    completion_window: '24h',
    status,
    created_at: Math.floor(job.createdMs / 1000),
    // An empty id means none, as was seen.
    output_file_id: isOver && hasOutput(job) && job.why === undefined ? `output-of-${job.id}` : null,
    error_file_id: isOver && hasErrors(job) && job.why === undefined ? `error-of-${job.id}` : '',
    errors: isOver && job.why !== undefined ? { object: 'list', data: [error] } : null,
    metadata: job.about['metadata'],
    // Rows with the status 0 do not count as failed.
    request_counts: {
      total: job.rows.length,
      completed: world.count(job, 'done', 'odd', 'zero'),
      failed: world.count(job, 'failed'),
    },
  }
}

/** The lines of what was done, the torn one last. */
export function* outputLines(world: World, job: WorldJob) {
  for (const id of job.order) {
    const fate = job.fates.get(id) ?? 'done'
    const row = world.rowOf(job, id)
    const messages = row?.messages ?? [{ role: 'user', content: 'unknown' }]
    if (fate !== 'done' && fate !== 'odd') continue
    const body =
      fate === 'odd'
        ? { object: 'chat.completion', choices: [] }
        : completion(job.model, messages, world.replyTo(messages))
    const response = { status_code: 200, request_id: 'r', body }
    yield { line: { id: `batch_req_${id}`, custom_id: id, response, error: null }, isTorn: id === job.tornId }
  }
}

/** The lines of what failed. */
export function* errorLines(job: WorldJob) {
  for (const [id, fate] of job.fates) {
    const isLate = fate === 'unfinished' && job.end === 'expired'
    if (fate !== 'failed' && fate !== 'zero' && !isLate) continue
    const failed = {
      status_code: 500,
      request_id: 'r',
      body: { error: { message: 'The server had an error', type: 'server_error' } },
    }
    const response = isLate ? null : fate === 'zero' ? { status_code: 0, request_id: '', body: '' } : failed
    const error = isLate
      ? { code: 'batch_expired', message: 'This request could not be executed before the completion window expired.' }
      : null
    yield { line: { id: `batch_req_${id}`, custom_id: id, response, error }, isTorn: false }
  }
}

function* bulkLines(job: WorldJob, { lines, bytes }: { lines: number; bytes: number }): Generator<string> {
  const row = job.rows[0] as JobRow
  const line = JSON.stringify({
    custom_id: row.id,
    response: { status_code: 200, body: completion(job.model, row.messages, 'x'.repeat(bytes)) },
    error: null,
  })
  for (let at = 0; at < lines; at++) yield `${line}\n`
}
