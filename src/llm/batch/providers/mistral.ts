// Mistral's batch jobs: files as OpenAI has them, and jobs of their own form, with one model each.
import { isObject, type JsonObject } from '../../../base/json.ts'
import { formWith } from '../../adapters/transfer.ts'
import type { BatchJob, BatchProvider, BatchState } from '../provider.ts'
import { ask, idIn, numberAt, objectsAt, said, settled, textAt, type Api } from './api.ts'
import { completionBody } from './completions.ts'
import { createFrom, fileJobs, fileNameOf, type FileJobs } from './file-jobs.ts'
import { JOB_FIELD } from './openai.ts'

const NAME = 'mistral'
const PATH = '/batch/jobs'

/** https://docs.mistral.ai/resources/known-limitations: 100,000 requests, 512 MB; another page speaks of a million requests. */
const LIMITS = { requests: 100_000, bytes: 500_000_000 }
const HOURS = 24
/** The same page: results can be downloaded for 24 hours after completion. */
const KEPT_HOURS = 24

export function mistralBatches(api: Api): BatchProvider {
  return {
    name: NAME,
    endpoint: api.endpoint,
    limits: LIMITS,
    keepsHours: KEPT_HOURS,
    line: (request) => {
      const { model: _model, max_completion_tokens: most, ...body } = completionBody(request, NAME)
      return JSON.stringify({
        custom_id: request.id,
        body: { ...body, ...(most !== undefined && { max_tokens: most }) },
      })
    },
    async submit(job, signal) {
      const form = await formWith({ purpose: 'batch' }, fileNameOf(job), job.path)
      const file = idIn(api, (await ask(api, { method: 'POST', path: '/files', body: form }, signal)).data)
      const body = {
        input_files: [file],
        model: job.model,
        endpoint: '/v1/chat/completions',
        metadata: { [JOB_FIELD]: job.id },
        timeout_hours: HOURS,
      }
      return createFrom(api, file, JOBS, body, signal)
    },
    find: (job, signal) => settled(api, () => lookFor(api, job, signal), signal),
    ...fileJobs(api, JOBS),
  }
}

/** Clocks differ, but not by more than this. */
const DAY_MS = 86_400_000
const PAGE = 100

async function lookFor(api: Api, job: BatchJob, signal: AbortSignal): Promise<string | undefined> {
  const since = new Date(job.submittedMs - DAY_MS).toISOString()
  for (let page = 0; ; page++) {
    const query = new URLSearchParams({
      page: String(page),
      page_size: String(PAGE),
      created_after: since,
      order_by: '-created',
    })
    const { data } = await ask(api, { method: 'GET', path: `${PATH}?${query}` }, signal)
    const jobs = objectsAt(data, 'data')
    const found = jobs.find(({ metadata }) => isObject(metadata) && metadata[JOB_FIELD] === job.id)
    if (found !== undefined) return idIn(api, found)
    if (jobs.length === 0 || (jobs.length < PAGE && data['total'] === undefined)) return undefined
  }
}

const PHASES: Record<string, BatchState['phase']> = {
  QUEUED: 'waiting',
  SUCCESS: 'ended',
  FAILED: 'ended',
  TIMEOUT_EXCEEDED: 'ended',
  CANCELLED: 'ended',
}

function stateOf(api: Api, job: JsonObject): BatchState {
  const word = textAt(job, 'status') ?? 'unknown'
  const done = numberAt(job, 'completed_requests') ?? 0
  const phase = PHASES[word] ?? 'running'
  const errors = objectsAt(job, 'errors').flatMap((error) => textAt(error, 'message') ?? [])
  const reason = phase === 'ended' ? reasonOf(job, word, errors) : undefined
  const isQueueFull = word === 'FAILED' && /enqueued|queue|too many (jobs|batch)/i.test(reason ?? '')
  return {
    phase,
    said: said(api, word),
    ...(done > 0 && { done }),
    ...(reason !== undefined && { reason: said(api, reason) }),
    ...(isQueueFull && { isQueueFull }),
  }
}

const MOST_REASONS = 3

/** Errors of rows stand here, too: only a job without results has a reason of its own. */
function reasonOf(job: JsonObject, word: string, errors: string[]): string | undefined {
  if (textAt(job, 'output_file') !== undefined || textAt(job, 'error_file') !== undefined) return undefined
  if (errors.length > 0) return errors.slice(0, MOST_REASONS).join('; ')
  if (word === 'FAILED') return 'no reason given'
  if (word === 'TIMEOUT_EXCEEDED') return 'it was not done within its time'
  return word === 'SUCCESS' ? 'it left no file of results' : undefined
}

const JOBS: FileJobs = { path: PATH, resultsIn: ['output_file', 'error_file'], stateOf }
