// Anthropic's message batches: all requests go in with one call, and a job takes no name. One whose answer was lost is found by when it was
// created, how many requests it has, and the ids of its results.
import { isObject, objectIn, type JsonObject } from '../../../base/json.ts'
import { HttpError } from '../../adapters/post.ts'
import { listOfLines } from '../../adapters/transfer.ts'
import { CallError } from '../../errors.ts'
import type { BatchJob, BatchProvider, BatchResult, BatchState } from '../provider.ts'
import { failed } from '../result-line.ts'
import { ask, cancelled, create, idIn, numberAt, objectsAt, resultLines, said, textAt, type Api } from './api.ts'
import { findUnnamed, type Candidate } from './unnamed.ts'
import { messageParams, messageReply } from './anthropic-messages.ts'

const NAME = 'anthropic'
const PATH = '/messages/batches'

/** https://platform.claude.com/docs/en/build-with-claude/batch-processing: 100,000 requests or 256 MB, and what is around them. */
const LIMITS = { requests: 100_000, bytes: 250_000_000 }

export function anthropicBatches(api: Api): BatchProvider {
  return {
    name: NAME,
    endpoint: api.endpoint,
    limits: LIMITS,
    line: (request) => JSON.stringify({ custom_id: request.id, params: messageParams(request) }),
    async submit(job, signal) {
      const body = await listOfLines('{"requests":[', job.path)
      return idIn(api, await create(api, { method: 'POST', path: PATH, body }, isQueueFull, signal))
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
    state: async (remote, signal) => stateOf(api, await batchOf(api, remote, signal)),
    async *results(remote, signal) {
      const { archived_at: archived } = await batchOf(api, remote, signal)
      if (typeof archived === 'string') {
        const message = `${api.endpoint} does not keep the results of job ${remote} any more`
        throw new CallError('gone', message, { remedy: 'give-up' })
      }
      yield* resultsOf(api, remote, signal)
    },
    cancel: (remote, signal) =>
      cancelled(
        () => ask(api, { method: 'POST', path: `${pathOf(remote)}/cancel` }, signal, `job ${remote}`),
        async () => stateOf(api, await batchOf(api, remote, signal)),
      ),
  }
}

const pathOf = (remote: string) => `${PATH}/${encodeURIComponent(remote)}`

const batchOf = async (api: Api, remote: string, signal: AbortSignal): Promise<JsonObject> =>
  (await ask(api, { method: 'GET', path: pathOf(remote) }, signal, `job ${remote}`)).data

/** The limit of requests that wait is that of the account; there are limits of calls, too. */
const isQueueFull = ({ status, message }: HttpError) => status === 429 && /queue|batch requests/i.test(message)

function stateOf(api: Api, batch: JsonObject): BatchState {
  const word = textAt(batch, 'processing_status') ?? 'unknown'
  const counts = batch['request_counts']
  const done = COUNTED.reduce((sum, name) => sum + (numberAt(counts, name) ?? 0), 0)
  return { phase: word === 'ended' ? 'ended' : 'running', said: said(api, word), ...(done > 0 && { done }) }
}

const COUNTED = ['succeeded', 'errored', 'canceled', 'expired']

const resultsOf = (api: Api, remote: string, signal: AbortSignal) =>
  resultLines(api, `${pathOf(remote)}/results`, `job ${remote}`, (line) => resultOf(line, api.secrets), signal)

/** The status that an error of this type has as an answer. */
const STATUS: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  request_too_large: 413,
  rate_limit_error: 429,
  overloaded_error: 529,
}

function resultOf(text: string, secrets: string[]): BatchResult | string {
  const line = objectIn(text)
  if (line === undefined) return 'it is no JSON object, or it is cut off'
  const { custom_id: id, result } = line
  if (typeof id !== 'string') return 'it has no custom_id'
  const type = textAt(result, 'type')
  if (!isObject(result) || type === undefined) return failed(id, 500, line, secrets)
  if (type === 'succeeded') {
    const { message } = result
    const reply = messageReply(message, secrets)
    if (reply !== undefined) return { id, reply, model: textAt(message, 'model') }
    return { id, failure: { code: 'not-a-completion', message: 'the batch did not return a message' } }
  }
  if (type === 'expired' || type === 'canceled') {
    return { id, failure: { code: type, message: 'the batch ended before it was done', isUntried: true } }
  }
  // The error of a row is the body of an answer, with the error inside.
  const { error: outer } = result
  const error = isObject(outer) && isObject(outer['error']) ? outer['error'] : outer
  return failed(id, STATUS[textAt(error, 'type') ?? ''] ?? 500, error ?? { message: type }, secrets)
}

/** Yields the jobs of a size that were created since. */
async function* candidates(
  api: Api,
  { requests }: BatchJob,
  sinceMs: number,
  signal: AbortSignal,
): AsyncGenerator<Candidate> {
  for (let after = ''; ;) {
    const query = new URLSearchParams({ limit: '100', ...(after && { after_id: after }) })
    const { data } = await ask(api, { method: 'GET', path: `${PATH}?${query}` }, signal)
    // The newest come first, as is documented.
    for (const batch of objectsAt(data, 'data')) {
      if (Date.parse(textAt(batch, 'created_at') ?? '') < sinceMs) return
      const hasResults = batch['processing_status'] === 'ended' && typeof batch['archived_at'] !== 'string'
      if (sizeOf(batch) === requests) yield { id: idIn(api, batch), hasResults }
    }
    const last = textAt(data, 'last_id')
    if (data['has_more'] !== true || last === undefined || last === after) return
    after = last
  }
}

/** How many requests a job has: the counts add up to it at any time. */
const sizeOf = ({ request_counts: counts }: JsonObject): number =>
  isObject(counts) ? Object.values(counts).reduce((sum: number, count) => sum + (Number(count) || 0), 0) : 0
