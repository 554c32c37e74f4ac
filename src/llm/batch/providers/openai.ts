// OpenAI's batch API: a file is uploaded, a job made of it, and its results come as one file of what was done and one of errors.
import { isObject, type JsonObject } from '../../../base/json.ts'
import { formWith } from '../../adapters/transfer.ts'
import { CallError } from '../../errors.ts'
import type { BatchJob, BatchLimits, BatchProvider, BatchState } from '../provider.ts'
import { ask, idIn, numberAt, objectsAt, said, settled, textAt } from './api.ts'
import type { Api } from './api.ts'
import { completionBody } from './completions.ts'
import { createFrom, fileJobs, fileNameOf, type FileJobs } from './file-jobs.ts'

/** In what a provider with OpenAI's batch API differs. */
export interface OpenAiFacts {
  name: string
  limits: BatchLimits
  /** Where requests go, as lines and jobs name it. */
  url: string
  /** Whether a job may come back without its metadata, and is also known by the name of its file. */
  namesFiles?: boolean
}

/** https://developers.openai.com/api/reference/resources/batches (the tokens that may be queued depend on the account). */
export const OPENAI: OpenAiFacts = {
  name: 'openai',
  limits: { requests: 50_000, bytes: 200_000_000 },
  url: '/v1/chat/completions',
}

export function openAiBatches(api: Api, { name, limits, url, namesFiles = false }: OpenAiFacts): BatchProvider {
  return {
    name,
    endpoint: api.endpoint,
    limits,
    line: (request) =>
      JSON.stringify({ custom_id: request.id, method: 'POST', url, body: completionBody(request, name) }),
    async submit(job, signal) {
      const file = await uploaded(api, job, signal)
      const body = {
        input_file_id: file,
        endpoint: url,
        completion_window: '24h',
        metadata: { [JOB_FIELD]: job.id },
      }
      return createFrom(api, file, JOBS, body, signal)
    },
    find: (job, signal) => settled(api, () => lookFor(api, job, namesFiles, signal), signal),
    ...fileJobs(api, JOBS),
  }
}

/** The field of a job's metadata with Winnow's name of it. */
export const JOB_FIELD = 'winnow_job'

const POLL_MS = 1000

/** Uploads a job's lines. Where files are looked through first, it waits for that. */
async function uploaded(api: Api, job: BatchJob, signal: AbortSignal): Promise<string> {
  const body = await formWith({ purpose: 'batch' }, fileNameOf(job), job.path)
  let { data } = await ask(api, { method: 'POST', path: '/files', body }, signal)
  const id = idIn(api, data)
  while (['pending', 'running', 'uploading'].includes(String(data['status']))) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const path = `/files/${encodeURIComponent(id)}`
    data = (await ask(api, { method: 'GET', path }, signal, `file ${id}`)).data
  }
  if (data['status'] !== 'error') return id
  const why = said(api, data['status_details'] ?? data['error'] ?? 'no reason given')
  throw new CallError('refused-file', `${api.endpoint} refused the file of the job: ${why}`, { remedy: 'stop' })
}

/** Clocks differ, but not by more than this. */
const DAY_MS = 86_400_000

async function lookFor(api: Api, job: BatchJob, namesFiles: boolean, signal: AbortSignal): Promise<string | undefined> {
  const files = namesFiles ? await filesOf(api, job, signal) : new Set<string>()
  for await (const batch of newestFirst(api, '/batches', job, signal)) {
    const metadata = batch['metadata']
    if (isObject(metadata) && metadata[JOB_FIELD] === job.id) return idIn(api, batch)
    if (files.has(textAt(batch, 'input_file_id') ?? '')) return idIn(api, batch)
  }
  return undefined
}

async function filesOf(api: Api, job: BatchJob, signal: AbortSignal): Promise<Set<string>> {
  const ids = new Set<string>()
  for await (const file of newestFirst(api, '/files', job, signal)) {
    if (file['filename'] === fileNameOf(job)) ids.add(idIn(api, file))
  }
  return ids
}

/** Yields what was created since the day before a job, from all pages. Where a list runs the other way, yields all of it. */
async function* newestFirst(api: Api, path: string, job: BatchJob, signal: AbortSignal): AsyncGenerator<JsonObject> {
  const since = (job.submittedMs - DAY_MS) / 1000
  const seen = new Set<string>()
  for (let after = ''; ;) {
    const query = new URLSearchParams({ limit: '100', ...(after && { after }) })
    const { data } = await ask(api, { method: 'GET', path: `${path}?${query}` }, signal)
    const page = objectsAt(data, 'data')
    yield* page
    const [first, last] = [page[0], page.at(-1)]
    const id = textAt(last, 'id')
    if (data['has_more'] !== true || id === undefined || seen.has(id)) return
    const [newest, oldest] = [numberAt(first, 'created_at') ?? 0, numberAt(last, 'created_at') ?? Infinity]
    if (oldest < since && newest > oldest) return
    seen.add(id)
    after = id
  }
}

const PHASES: Record<string, BatchState['phase']> = {
  validating: 'waiting',
  completed: 'ended',
  failed: 'ended',
  expired: 'ended',
  cancelled: 'ended',
}

function stateOf(api: Api, batch: JsonObject): BatchState {
  const word = textAt(batch, 'status') ?? 'unknown'
  const counts = batch['request_counts']
  const done = (numberAt(counts, 'completed') ?? 0) + (numberAt(counts, 'failed') ?? 0)
  const errors = objectsAt(batch['errors'], 'data')
  const isQueueFull = errors.some((error) => /token_limit_exceeded|queue_full/.test(textAt(error, 'code') ?? ''))
  const phase = PHASES[word] ?? 'running'
  const reason = phase === 'ended' ? reasonOf(api, batch, word, errors) : undefined
  return {
    phase,
    said: said(api, word),
    ...(done > 0 && { done }),
    ...(reason !== undefined && { reason }),
    ...(isQueueFull && { isQueueFull }),
  }
}

const MOST_REASONS = 3

function reasonOf(api: Api, batch: JsonObject, word: string, errors: JsonObject[]): string | undefined {
  const words = errors.map((error) => textAt(error, 'message') ?? textAt(error, 'code') ?? '').filter(Boolean)
  if (words.length > 0) return said(api, words.slice(0, MOST_REASONS).join('; '))
  if (word === 'failed') return 'no reason given'
  if (word === 'expired') return 'it was not done within its time'
  const isEmpty = textAt(batch, 'output_file_id') === undefined && textAt(batch, 'error_file_id') === undefined
  return word === 'completed' && isEmpty ? 'it left no file of results' : undefined
}

const JOBS: FileJobs = { path: '/batches', resultsIn: ['output_file_id', 'error_file_id'], stateOf }
