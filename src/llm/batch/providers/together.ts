// Together's batch API: OpenAI's lines and files of results; files are uploaded in three steps, and a job takes no name, but its file has one.
import { isObject, type JsonObject } from '../../../base/json.ts'
import { fileUpload } from '../../adapters/transfer.ts'
import { CallError } from '../../errors.ts'
import type { BatchJob, BatchProvider, BatchState } from '../provider.ts'
import { ask, idIn, objectsAt, said, settled, textAt, type Api } from './api.ts'
import { completionBody } from './completions.ts'
import { createFrom, fileJobs, fileNameOf, type FileJobs } from './file-jobs.ts'

const NAME = 'together'

/** https://docs.together.ai/docs/inference/batch/overview: 50,000 requests, 100 MB, 30 billion tokens queued for a model. */
const LIMITS = { requests: 50_000, bytes: 100_000_000 }

export function togetherBatches(api: Api): BatchProvider {
  return {
    name: NAME,
    endpoint: api.endpoint,
    limits: LIMITS,
    line: (request) => JSON.stringify({ custom_id: request.id, body: completionBody(request, NAME) }),
    async submit(job, signal) {
      const file = await uploaded(api, job, signal)
      const body = { input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' }
      return createFrom(api, file, JOBS, body, signal)
    },
    find: (job, signal) => settled(api, () => lookFor(api, job, signal), signal),
    ...fileJobs(api, JOBS),
  }
}

/** Some answers have the job inside of another object. */
const jobIn = (data: JsonObject): JsonObject => (isObject(data['job']) ? data['job'] : data)

/** Asks for a place, puts the file there, and sees that it has arrived. The place is another server, which gets no key. */
async function uploaded(api: Api, job: BatchJob, signal: AbortSignal): Promise<string> {
  const query = new URLSearchParams({ file_name: fileNameOf(job), file_type: 'jsonl', purpose: 'batch-api' })
  const form = {
    type: 'application/x-www-form-urlencoded',
    bytes: Buffer.byteLength(String(query)),
    chunks: async function* () {
      yield String(query)
    },
  }
  const path = `/files?${query}`
  const { headers } = await ask(api, { method: 'POST', path, body: form, follow: false }, signal)
  const { location, 'x-together-file-id': id } = headers
  if (typeof location !== 'string' || typeof id !== 'string') {
    const message = `${api.endpoint} named no place for the file of the job`
    throw new CallError('not-json', message, { remedy: 'retry' })
  }
  const body = await fileUpload(job.path, 'application/octet-stream')
  await ask(api, { method: 'PUT', path: location, body }, signal)
  await ask(api, { method: 'GET', path: `/files/${encodeURIComponent(id)}` }, signal, `file ${id}`)
  return id
}

async function lookFor(api: Api, job: BatchJob, signal: AbortSignal): Promise<string | undefined> {
  const { data: files } = await ask(api, { method: 'GET', path: '/files' }, signal)
  const own = objectsAt(files, 'data').filter(({ filename }) => filename === fileNameOf(job))
  if (own.length === 0) return undefined
  const ids = new Set(own.map((file) => idIn(api, file)))
  const { data: jobs } = await ask(api, { method: 'GET', path: '/batches' }, signal)
  const found = objectsAt(jobs, 'data').find((each) => ids.has(textAt(each, 'input_file_id') ?? ''))
  return found && idIn(api, found)
}

const PHASES: Record<string, BatchState['phase']> = {
  VALIDATING: 'waiting',
  COMPLETED: 'ended',
  FAILED: 'ended',
  EXPIRED: 'ended',
  CANCELLED: 'ended',
}

function stateOf(api: Api, job: JsonObject): BatchState {
  const word = (textAt(job, 'status') ?? 'unknown').toUpperCase()
  const phase = PHASES[word] ?? 'running'
  const error = textAt(job, 'error')
  const reason = phase === 'ended' ? (error ?? reasonOf(job, word)) : undefined
  const isQueueFull = word === 'FAILED' && /token_limit|enqueued|queue/i.test(error ?? '')
  return {
    phase,
    said: said(api, word),
    ...(reason !== undefined && { reason: said(api, reason) }),
    ...(isQueueFull && { isQueueFull }),
  }
}

function reasonOf(job: JsonObject, word: string): string | undefined {
  if (word === 'FAILED') return 'no reason given'
  if (word === 'EXPIRED') return 'it was not done within its time'
  const isEmpty = textAt(job, 'output_file_id') === undefined && textAt(job, 'error_file_id') === undefined
  return word === 'COMPLETED' && isEmpty ? 'it left no file of results' : undefined
}

const JOBS: FileJobs = { path: '/batches', resultsIn: ['output_file_id', 'error_file_id'], stateOf, jobIn }
