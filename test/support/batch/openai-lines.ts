// Lines of requests and results in OpenAI's batch format.
import { KEY, parsedLines } from './handle.ts'
import { completion, type ChatMessage, type JobRow, type World, type WorldJob } from './world.ts'

/** Reads lines of requests. */
export function rowsIn(text: string): (JobRow & { model: string; url: unknown })[] {
  return parsedLines(text).map(({ custom_id: id, url, body }) => {
    const request = body as { model?: string; messages: ChatMessage[] }
    return { id: String(id), url, model: request.model ?? '', messages: request.messages, body: request }
  })
}

/** The line of a request that was done. */
export const doneLine = (job: WorldJob, id: string, messages: ChatMessage[], text: string) => ({
  id: `batch_req_${id}`,
  custom_id: id,
  response: { status_code: 200, request_id: 'r', body: completion(job.model, messages, text) },
  error: null,
})

/** The lines of what was done, the torn one last. */
export function* outputLines(world: World, job: WorldJob) {
  for (const id of job.order) {
    const fate = job.fates.get(id) ?? 'done'
    if (fate !== 'done' && fate !== 'odd') continue
    const { messages } = world.rowOf(job, id) ?? { messages: [{ role: 'user', content: 'unknown' }] }
    const line = doneLine(job, id, messages, world.replyTo(messages))
    const odd = { ...line, response: { ...line.response, body: { object: 'chat.completion', choices: [] } } }
    yield { line: fate === 'odd' ? odd : line, isTorn: id === job.tornId }
  }
}

/** Errors may repeat the headers of the call. */
const SERVER_ERROR = { message: `The server had an error: authorization: ${KEY}`, type: 'server_error' }
const LATE = {
  code: 'batch_expired',
  message: 'This request could not be executed before the completion window expired.',
}

/** The lines of what failed, and of what came too late. */
export function* errorLines(job: WorldJob) {
  for (const [id, fate] of job.fates) {
    const isLate = fate === 'unfinished' && job.end === 'expired'
    if (fate !== 'failed' && fate !== 'zero' && !isLate) continue
    const failed = { status_code: 500, request_id: 'r', body: { error: SERVER_ERROR } }
    const response = fate === 'zero' ? { status_code: 0, request_id: '', body: '' } : failed
    const line = {
      id: `batch_req_${id}`,
      custom_id: id,
      response: isLate ? null : response,
      error: isLate ? LATE : null,
    }
    yield { line, isTorn: false }
  }
}

export const hasOutput = (job: WorldJob) => job.isGone || (!job.isEmpty && isAny(job, 'done', 'odd'))
export const hasErrors = (job: WorldJob) => !job.isEmpty && (isAny(job, 'failed', 'zero') || job.end === 'expired')
const isAny = ({ fates }: WorldJob, ...wanted: string[]) => [...fates.values()].some((fate) => wanted.includes(fate))
