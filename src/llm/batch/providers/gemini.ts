// Gemini's batches. Requests always go in as a file: those in the call itself come back without their keys.
import { isObject, objectIn, type JsonObject } from '../../../base/json.ts'
import type { HttpError } from '../../adapters/post.ts'
import { fileUpload } from '../../adapters/transfer.ts'
import { backoffMs } from '../../backoff.ts'
import { CallError } from '../../errors.ts'
import { pauseFor } from '../patiently.ts'
import { QueueFull, type BatchJob, type BatchProvider, type BatchResult, type BatchState } from '../provider.ts'
import { failed } from '../result-line.ts'
import {
  ask,
  cancelled,
  create,
  idIn,
  numberAt,
  objectsAt,
  resultLines,
  said,
  settled,
  textAt,
  type Api,
} from './api.ts'
import { contentReply, contentRequest } from './gemini-contents.ts'
import { isCertainlyRefused } from './file-jobs.ts'

const NAME = 'gemini'
const VERSION = '/v1beta'

/** https://ai.google.dev/gemini-api/docs/batch-api: a file of 2 GB, which is more than is good to have in one job. */
const LIMITS = { requests: 50_000, bytes: 500_000_000 }

export function geminiBatches(api: Api): BatchProvider {
  return {
    name: NAME,
    endpoint: api.endpoint,
    limits: LIMITS,
    line: (request) => JSON.stringify({ key: request.id, request: contentRequest(request) }),
    async submit(job, signal, maxRetries = 0) {
      const file = await uploaded(api, job, signal)
      const model = job.model.replace(/^models\//, '')
      const path = `/models/${encodeURIComponent(model)}:batchGenerateContent`
      const body = { batch: { display_name: job.id, input_config: { file_name: file } } }
      try {
        const made = () => create(api, { method: 'POST', path, body }, isQueueFull, signal)
        return idIn(api, await untilAccepted(made, maxRetries, signal), 'name')
      } catch (error) {
        if (isCertainlyRefused(error)) await ask(api, { method: 'DELETE', path: `/${file}` }, signal).catch(() => {})
        throw error
      }
    },
    find: (job, signal) => settled(api, () => lookFor(api, job, signal), signal),
    state: async (remote, signal) => stateOf(api, await jobAt(api, remote, signal)),
    async *results(remote, signal) {
      const file = fileIn(await jobAt(api, remote, signal))
      if (file === undefined) return
      const path = `${rootOf(api)}/download${VERSION}/${file}:download?alt=media`
      yield* resultLines(api, path, file, (line) => resultOf(line, api.secrets), signal)
    },
    cancel: (remote, signal) =>
      cancelled(
        () => ask(api, { method: 'POST', path: `/${remote}:cancel`, body: {} }, signal, `job ${remote}`),
        async () => stateOf(api, await jobAt(api, remote, signal)),
      ),
  }
}

/** The tokens that may be queued for a model, and the jobs of an account, are refused with the same words as other quotas. */
const isQueueFull = ({ status }: HttpError) => status === 429

/** Creates a job again and again: a limit of calls passes within a minute or so, and what is refused still is taken for a full queue. */
async function untilAccepted<T>(made: () => Promise<T>, maxRetries: number, signal: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await made()
    } catch (error) {
      if (!(error instanceof QueueFull) || attempt >= maxRetries) throw error
      await pauseFor(backoffMs(attempt, error.retryAfterMs), signal)
    }
  }
}

const jobAt = async (api: Api, remote: string, signal: AbortSignal): Promise<JsonObject> =>
  (await ask(api, { method: 'GET', path: `/${remote}` }, signal, `job ${remote}`)).data

/** Files go to and come from places beside the version of the API. */
const rootOf = ({ server: { base } }: Api) => base.slice(0, base.length - VERSION.length)

/** Uploads a job's lines by the resumable protocol, in one piece. */
async function uploaded(api: Api, job: BatchJob, signal: AbortSignal): Promise<string> {
  const body = await fileUpload(job.path, 'application/jsonl')
  const { headers } = await ask(
    api,
    {
      method: 'POST',
      path: `${rootOf(api)}/upload${VERSION}/files`,
      body: { file: { display_name: `winnow-${job.id}` } },
      headers: {
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': String(body.bytes),
        'x-goog-upload-header-content-type': body.type,
      },
    },
    signal,
  )
  const place = headers['x-goog-upload-url']
  if (typeof place !== 'string') {
    throw new CallError('not-json', `${api.endpoint} named no place for the file of the job`, { remedy: 'retry' })
  }
  const more = { 'x-goog-upload-offset': '0', 'x-goog-upload-command': 'upload, finalize' }
  const { data } = await ask(api, { method: 'POST', path: place, body, headers: more }, signal)
  return idIn(api, isObject(data['file']) ? data['file'] : data, 'name')
}

async function lookFor(api: Api, job: BatchJob, signal: AbortSignal): Promise<string | undefined> {
  for (let token = ''; ;) {
    // No order is documented: all of them are looked through.
    const query = new URLSearchParams({ pageSize: '100', ...(token && { pageToken: token }) })
    const { data } = await ask(api, { method: 'GET', path: `/batches?${query}` }, signal)
    const found = objectsAt(data, 'operations').find((each) => aboutOf(each)['displayName'] === job.id)
    if (found !== undefined) return idIn(api, found, 'name')
    const next = textAt(data, 'nextPageToken')
    if (next === undefined || next === token) return undefined
    token = next
  }
}

/** What is said of a job stands in an operation's `metadata`, or in the answer itself. */
const aboutOf = (job: JsonObject): JsonObject => (isObject(job['metadata']) ? job['metadata'] : job)

/** The file of results; it has been seen in two places. */
const fileIn = (job: JsonObject): string | undefined =>
  textAt(job['response'], 'responsesFile') ??
  textAt(aboutOf(job)['output'], 'responsesFile') ??
  textAt(aboutOf(job)['dest'], 'fileName')

/** A job can be said to have succeeded some time before its file is there. */
const FILE_COMES_WITHIN_MS = 3_600_000

function stateOf(api: Api, job: JsonObject): BatchState {
  const about = aboutOf(job)
  const word = (textAt(about, 'state') ?? 'unknown').replace(/^(BATCH|JOB)_STATE_/, '')
  const { batchStats: stats } = about
  const done = countAt(stats, 'successfulRequestCount') + countAt(stats, 'failedRequestCount')
  const [error] = objectsAt({ list: [job['error'] ?? about['error']] }, 'list')
  const isFull =
    word === 'FAILED' &&
    (numberAt(error, 'code') === EXHAUSTED || /quota|exhausted/i.test(textAt(error, 'message') ?? ''))
  const phase = phaseOf(job, word)
  const reason =
    phase === 'ended' && fileIn(job) === undefined ? (textAt(error, 'message') ?? REASONS[word]) : undefined
  return {
    phase,
    said: said(api, word),
    ...(done > 0 && { done }),
    ...(reason !== undefined && { reason: said(api, reason) }),
    ...(isFull && { isQueueFull: isFull }),
  }
}

/** RESOURCE_EXHAUSTED. */
const EXHAUSTED = 8
const ENDED = new Set(['SUCCEEDED', 'PARTIALLY_SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED'])
const REASONS: Record<string, string> = {
  SUCCEEDED: 'it left no file of results',
  FAILED: 'no reason given',
  EXPIRED: 'it was not done within its time',
}

function phaseOf(job: JsonObject, word: string): BatchState['phase'] {
  if (word === 'PENDING' || word === 'QUEUED') return 'waiting'
  if (!ENDED.has(word)) return 'running'
  if (!word.endsWith('SUCCEEDED') || fileIn(job) !== undefined) return 'ended'
  const endedMs = Date.parse(textAt(aboutOf(job), 'endTime') ?? textAt(aboutOf(job), 'updateTime') ?? '')
  return Date.now() - endedMs < FILE_COMES_WITHIN_MS ? 'running' : 'ended'
}

/** Whole numbers of 64 bits are texts. */
const countAt = (stats: unknown, key: string): number => (isObject(stats) ? Number(stats[key]) || 0 : 0)

/** The status that an error with this code of gRPC has as an answer. */
const STATUS: Record<number, number> = { 3: 400, 5: 404, 7: 403, 8: 429, 13: 500, 14: 503, 16: 401 }

function resultOf(text: string, secrets: string[]): BatchResult | string {
  const line = objectIn(text)
  if (line === undefined) return 'it is no JSON object, or it is cut off'
  const { key: id, response } = line
  if (typeof id !== 'string') return 'it has no key'
  const reply = contentReply(response, secrets)
  if (reply !== undefined) return { id, reply, model: textAt(response, 'modelVersion') }
  const error = line['error'] ?? line['status'] ?? (isObject(response) ? response['error'] : undefined)
  if (isObject(error)) {
    const code = numberAt(error, 'code') ?? 13
    return failed(id, STATUS[code] ?? (code >= 400 ? code : 500), error, secrets)
  }
  return { id, failure: { code: 'not-a-completion', message: 'the batch did not return a candidate' } }
}
