// OpenRouter's batches: all requests go in with one call, results come in pages, and a job takes no name.
import { isObject, type JsonObject } from '../../../base/json.ts'
import { listOfLines } from '../../adapters/transfer.ts'
import { CallError } from '../../errors.ts'
import type { BatchJob, BatchProvider, BatchResult, BatchState, UnreadableResult } from '../provider.ts'
import { resultOfLine } from '../result-line.ts'
import { ask, create, idIn, numberAt, objectsAt, said, speaksOfQueue, textAt, type Api } from './api.ts'
import { completionBody } from './completions.ts'
import { findUnnamed, type Candidate } from './unnamed.ts'

const NAME = 'openrouter'
const PATH = '/batches'
const URL_OF_REQUESTS = '/v1/chat/completions'

/** https://openrouter.ai/docs/guides/features/batch-api */
const LIMITS = { requests: 5_000, bytes: 200_000_000 }

export function openRouterBatches(api: Api): BatchProvider {
  return {
    name: NAME,
    endpoint: api.endpoint,
    limits: LIMITS,
    line: (request) => {
      // The model of the job is that of all requests.
      const { model: _model, ...body } = completionBody(request, NAME)
      return JSON.stringify({ custom_id: request.id, body })
    },
    async submit(job, signal) {
      // The server reads while it receives: what is said of all requests has to come before them.
      const head = JSON.stringify({ endpoint: URL_OF_REQUESTS, model: batchModel(job), completion_window: '24h' })
      const body = await listOfLines(`${head.slice(0, -1)},"requests":[`, job.path)
      return idIn(api, await create(api, { method: 'POST', path: PATH, body }, speaksOfQueue, signal))
    },
    find: (job, signal) =>
      findUnnamed(
        api,
        job,
        {
          candidates: (sinceMs) => candidates(api, job, sinceMs, signal),
          results: (id) => resultsOf(api, id, signal),
        },
        signal,
      ),
    state: async (remote, signal) => stateOf(api, await jobAt(api, remote, signal)),
    results: (remote, signal) => resultsOf(api, remote, signal),
    cancel: (remote) => {
      const message = `${api.endpoint} has no way to cancel job ${remote}: it goes on, and its results can be imported`
      return Promise.reject(new CallError('cannot-cancel', message, { remedy: 'give-up' }))
    },
  }
}

/** Batches have their own variant of each model. */
const batchModel = ({ model }: BatchJob) => (model.endsWith(':batch') ? model : `${model}:batch`)

async function* candidates(api: Api, job: BatchJob, sinceMs: number, signal: AbortSignal): AsyncGenerator<Candidate> {
  for await (const each of jobsSince(api, sinceMs, signal)) {
    // Nothing was done of one that failed.
    if (each['status'] === FAILED) continue
    const total = numberAt(each['request_counts'], 'total') ?? 0
    // It may count only once it has looked at all of them.
    const isUncounted = total === 0 && each['status'] === 'validating'
    const model = textAt(each, 'model') ?? ''
    if ((isUncounted || total === job.requests) && [job.model, batchModel(job)].includes(model)) {
      yield { id: idIn(api, each), hasResults: phaseOf(each) === 'ended', isUncounted }
    }
  }
}

/** Yields jobs, the newest first, without their results. */
async function* jobsSince(api: Api, sinceMs: number | undefined, signal: AbortSignal): AsyncGenerator<JsonObject> {
  const created = sinceMs === undefined ? {} : { created_after: new Date(sinceMs).toISOString() }
  for (let after = ''; ;) {
    const query = new URLSearchParams({ limit: '100', ...created, ...(after && { after }) })
    const { data } = await ask(api, { method: 'GET', path: `${PATH}?${query}` }, signal)
    yield* objectsAt(data, 'data')
    const last = textAt(data, 'last_id')
    if (data['has_more'] !== true || last === undefined || last === after) return
    after = last
  }
}

/** So many jobs are looked through in the list. */
const MOST_LISTED = 300

/**
 * A job that has ended comes with all of its results, which may be large, so it is looked for in the list first. One that is not listed
 * may be too new for it.
 */
async function jobAt(api: Api, remote: string, signal: AbortSignal): Promise<JsonObject> {
  let looked = 0
  for await (const job of jobsSince(api, undefined, signal)) {
    if (job['id'] === remote) return job
    if (++looked >= MOST_LISTED) break
  }
  return (await ask(api, { method: 'GET', path: pathOf(remote) }, signal, `job ${remote}`)).data
}

const pathOf = (remote: string) => `${PATH}/${encodeURIComponent(remote)}`

/** Yields the results from their pages; a place without those gives them with the job. */
async function* resultsOf(
  api: Api,
  remote: string,
  signal: AbortSignal,
): AsyncGenerator<BatchResult | UnreadableResult> {
  let number = 0
  for await (const rows of pagesOf(api, remote, signal)) {
    for (const row of rows) {
      number += 1
      const result = isObject(row) ? resultOfLine(JSON.stringify(row), api.secrets) : 'it is no JSON object'
      yield typeof result === 'string' ? { where: `job ${remote}, result ${number}`, why: result } : result
    }
  }
}

const PAGE = 100

async function* pagesOf(api: Api, remote: string, signal: AbortSignal): AsyncGenerator<unknown[]> {
  for (let cursor = ''; ;) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) })
    const page = await pageAt(api, `${pathOf(remote)}/results?${query}`, signal)
    if (page === undefined && cursor === '') {
      const { data } = await ask(api, { method: 'GET', path: pathOf(remote) }, signal, `job ${remote}`)
      return yield listAt(data, 'results')
    }
    yield listAt(page ?? {}, 'data')
    const next = textAt(page, 'next_cursor')
    if (page?.['has_more'] !== true || next === undefined || next === cursor) return
    cursor = next
  }
}

/** A page of results; undefined if there is none at this place. */
async function pageAt(api: Api, path: string, signal: AbortSignal): Promise<JsonObject | undefined> {
  try {
    return (await ask(api, { method: 'GET', path }, signal, 'the results of a job')).data
  } catch (error) {
    if (error instanceof CallError && error.code === 'gone') return undefined
    throw error
  }
}

function listAt(data: JsonObject, key: string): unknown[] {
  const list = data[key]
  return Array.isArray(list) ? list : []
}

/** A job that was refused as a whole after it had been taken in. */
const FAILED = 'failed'

const PHASES: Record<string, BatchState['phase']> = {
  // It was taken in; whether it is valid is looked at later.
  validating: 'waiting',
  completed: 'ended',
  [FAILED]: 'ended',
  expired: 'ended',
  cancelled: 'ended',
}

const phaseOf = (job: JsonObject) => PHASES[textAt(job, 'status') ?? ''] ?? 'running'

function stateOf(api: Api, job: JsonObject): BatchState {
  const word = textAt(job, 'status') ?? 'unknown'
  const phase = phaseOf(job)
  const counts = job['request_counts']
  const done = (numberAt(counts, 'completed') ?? 0) + (numberAt(counts, 'failed') ?? 0)
  const why = textAt(job['error'], 'message')
  const reason = word === FAILED ? (why ?? 'no reason given') : phase === 'ended' ? why : undefined
  const isQueueFull = word === FAILED && /token_limit|enqueued|queue/i.test(why ?? '')
  return {
    phase,
    said: said(api, word),
    ...(done > 0 && { done }),
    ...(reason !== undefined && { reason: said(api, reason) }),
    ...(isQueueFull && { isQueueFull }),
  }
}
