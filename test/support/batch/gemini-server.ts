// A local server that speaks Gemini's files and batches.
import { fileOf, KEY, parsedLines, startBatchServer, type BatchServer, type BatchServerOptions } from './handle.ts'
import type { Call, CallAnswer, Route } from './serve.ts'
import { bulkOf, tokensOf, type ChatMessage, type JobRow, type World, type WorldJob } from './world.ts'

const ROOT = '/v1beta'

export const startGeminiServer = (options: BatchServerOptions): Promise<BatchServer> =>
  startBatchServer(
    {
      routes: (world, url) => {
        const files = new Map<string, string>()
        return [...uploadRoutes(files, url), ...jobRoutes(world, files), resultsRoute(world, options)]
      },
      online: `${ROOT}/openai/chat/completions`,
      isAllowed: (headers) => headers['x-goog-api-key'] === KEY,
      env: (url) => ({ GEMINI_BASE_URL: url, GEMINI_API_KEY: KEY }),
    },
    options,
  )

const refusal = (code: number, status: string, message: string): CallAnswer => ({
  status: code,
  body: { error: { code, status, message } },
})

const uploadRoutes = (files: Map<string, string>, url: () => string): Route[] => [
  {
    endpoint: 'upload',
    method: 'POST',
    path: `/upload${ROOT}/files`,
    answer: ({ headers, query, body }) => {
      const [name, command] = [query.get('upload_id'), headers['x-goog-upload-command']]
      if (name === null) {
        if (command !== 'start') return refusal(400, 'INVALID_ARGUMENT', 'command')
        const id = `files/${files.size}`
        files.set(id, headers['x-goog-upload-header-content-length'] as string)
        return { headers: { 'x-goog-upload-url': `${url()}/upload${ROOT}/files?upload_id=${id}` }, body: '' }
      }
      const isWhole = command === 'upload, finalize' && Number(files.get(name)) === body.length
      if (!isWhole) return refusal(400, 'INVALID_ARGUMENT', 'a part is missing')
      files.set(name, body.toString())
      return { headers: { 'x-goog-upload-status': 'final' }, body: { file: { name, state: 'ACTIVE' } } }
    },
  },
  {
    endpoint: 'other',
    method: 'DELETE',
    path: `${ROOT}/files/*`,
    answer: ({ params: [id = ''] }) => {
      files.delete(`files/${id}`)
      return { body: {} }
    },
  },
]

const jobRoutes = (world: World, files: Map<string, string>): Route[] => [
  {
    endpoint: 'create',
    method: 'POST',
    path: `${ROOT}/models/*:batchGenerateContent`,
    answer: (call) => created(world, files, call),
  },
  {
    endpoint: 'list',
    method: 'GET',
    path: `${ROOT}/batches`,
    answer: ({ query }) => {
      // In no order, and in small pages.
      const all = world.listed().toSorted((one, other) => one.id.localeCompare(other.id))
      const from = Number(query.get('pageToken') ?? 0)
      const more = from + 3 < all.length ? { nextPageToken: String(from + 3) } : {}
      return { body: { operations: all.slice(from, from + 3).map((job) => jobObject(world, job)), ...more } }
    },
  },
  {
    endpoint: 'state',
    method: 'GET',
    path: `${ROOT}/batches/*`,
    answer: ({ params: [id = ''] }) => {
      const job = world.find(`batches/${id}`)
      if (job === undefined) return refusal(404, 'NOT_FOUND', 'no such batch')
      // The file comes a moment after the end.
      if (job.phase === 'ended') job.about['hasFile'] = true
      world.ask(job)
      return { body: jobObject(world, job) }
    },
  },
  {
    endpoint: 'cancel',
    method: 'POST',
    path: `${ROOT}/batches/*:cancel`,
    answer: ({ params: [id = ''] }) => {
      const job = world.find(`batches/${id}`)
      if (job === undefined) return refusal(404, 'NOT_FOUND', 'no such batch')
      if (job.phase === 'ended') return refusal(400, 'FAILED_PRECONDITION', 'it has ended')
      world.cancel(job)
      return { body: {} }
    },
  },
]

const resultsRoute = (world: World, { bulk }: BatchServerOptions): Route => ({
  endpoint: 'results',
  method: 'GET',
  path: `/download${ROOT}/files/*:download`,
  answer: ({ params: [id = ''], query }) => {
    const job = world.find(`batches/${id.replace(/^of-/, '')}`)
    if (job === undefined || job.isGone || query.get('alt') !== 'media')
      return refusal(404, 'NOT_FOUND', 'no such file')
    const row = job.rows[0] as JobRow
    if (bulk)
      return { pieces: bulkOf({ key: row.id, response: answer(job, row.messages, 'x'.repeat(bulk.bytes)) }, bulk) }
    return { pieces: fileOf(resultLines(world, job)) }
  },
})

interface Content {
  role?: string
  parts: { text: string }[]
}

const textIn = ({ parts }: Content) => parts.map(({ text }) => text).join('')

function created(world: World, files: Map<string, string>, call: Call): CallAnswer {
  const { batch } = call.json() as { batch: { display_name: string; input_config: { file_name: string } } }
  const text = files.get(batch.input_config.file_name)
  if (text === undefined) return refusal(400, 'INVALID_ARGUMENT', 'no such file')
  const rows = parsedLines(text).map(({ key, request }): JobRow => {
    const body = request as { contents: Content[]; systemInstruction?: Content }
    const system = body.systemInstruction ? [{ role: 'system', content: textIn(body.systemInstruction) }] : []
    const messages = body.contents.map((each) => ({ role: each.role ?? 'user', content: textIn(each) }))
    return { id: String(key), messages: [...system, ...messages], body: { ...body } }
  })
  // Ids are in no order.
  const id = `batches/${(world.jobs.length * 7) % 10}${world.jobs.length}`
  const job = world.create({ id, name: batch.display_name, model: call.params[0] ?? '', rows })
  if (job === undefined)
    return refusal(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan.')
  return { body: jobObject(world, job) }
}

const STATE = { validating: 'PENDING', running: 'RUNNING', finalizing: 'RUNNING', cancelling: 'RUNNING' }
const END = { completed: 'SUCCEEDED', failed: 'FAILED', expired: 'EXPIRED', cancelled: 'CANCELLED' }
const HOURS_MS = 7_200_000

function jobObject(world: World, job: WorldJob) {
  const isOver = job.phase === 'ended'
  const keeps = job.end === 'completed' || job.end === 'cancelled'
  const hasFile = isOver && keeps && !job.isEmpty && job.about['hasFile'] === true
  const error =
    job.why === 'queue' ? { code: 8, message: 'Resource exhausted' } : { code: 3, message: `invalid file: ${KEY}` }
  const endMs = job.isEmpty ? job.createdMs - HOURS_MS : Date.now()
  return {
    name: job.id,
    done: isOver,
    metadata: {
      '@type': 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch',
      model: `models/${job.model}`,
      displayName: job.name,
      createTime: new Date(job.createdMs).toISOString(),
      ...(isOver && { endTime: new Date(endMs).toISOString() }),
      batchStats: {
        requestCount: String(job.rows.length),
        successfulRequestCount: String(world.count(job, 'done', 'odd')),
        failedRequestCount: String(world.count(job, 'failed')),
      },
      state: `BATCH_STATE_${job.phase === 'ended' ? END[job.end] : STATE[job.phase]}`,
    },
    ...(isOver && job.why !== undefined && { error }),
    ...(hasFile && { response: { responsesFile: `files/of-${job.id.replace('batches/', '')}` } }),
  }
}

function* resultLines(world: World, job: WorldJob) {
  for (const id of job.order) {
    const { messages } = world.rowOf(job, id) ?? { messages: [{ role: 'user', content: 'unknown' }] }
    const fate = job.fates.get(id) ?? 'done'
    const result =
      fate === 'done'
        ? { response: answer(job, messages, world.replyTo(messages)) }
        : fate === 'odd'
          ? { response: { usageMetadata: {} } }
          : fate === 'zero'
            ? { status: { code: 13, message: 'Internal error' } }
            : {
                error: { code: 503, message: `The model is overloaded: x-goog-api-key: ${KEY}`, status: 'UNAVAILABLE' },
              }
    yield { line: { key: id, ...result }, isTorn: id === job.tornId }
  }
}

function answer(job: WorldJob, messages: ChatMessage[], text: string) {
  const { input, output } = tokensOf(messages, text)
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    modelVersion: job.model,
    usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output },
  }
}
