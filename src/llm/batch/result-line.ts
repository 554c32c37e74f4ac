// Reads a line of results in OpenAI's batch format, and in what vllm run-batch has written at one time or another.
import { isObject, objectIn } from '../../base/json.ts'
import { replyFrom } from '../adapters/openai.ts'
import { callErrorFrom } from '../adapters/openai-errors.ts'
import { HttpError } from '../adapters/post.ts'
import { CallError } from '../errors.ts'
import type { BatchResult } from './provider.ts'

/** The status of an error that came without one: of the provider, and to be tried again. */
const UNKNOWN = 500

/**
 * @param text one line: `{custom_id, response: {status_code, body}, error}`, or with the bare completion under `response`
 * @param secrets texts that must never appear in a message
 * @returns what became of the request, or why that cannot be read
 */
export function resultOfLine(text: string, secrets: string[] = []): BatchResult | string {
  const line = objectIn(text)
  if (line === undefined) return 'it is no JSON object, or it is cut off'
  const id = line['custom_id']
  if (typeof id !== 'string') return 'it has no custom_id'
  const { response, error } = line
  const body = bodyOf(response)
  const status = isObject(response) && typeof response['status_code'] === 'number' ? response['status_code'] : undefined
  if (status !== undefined && status !== 200) return failed(id, status || UNKNOWN, body ?? error, secrets)
  if (response === undefined && error === undefined && 'url' in line && 'body' in line)
    return 'it is a request, not a result'
  if (isSaid(error)) return failed(id, UNKNOWN, error, secrets)
  if (body === undefined) return failed(id, UNKNOWN, line, secrets)
  try {
    const reply = replyFrom(body, 'the batch', secrets)
    return { id, reply, model: typeof body['model'] === 'string' ? body['model'] : undefined }
  } catch (unreadable) {
    if (unreadable instanceof CallError) return { id, failure: { code: unreadable.code, message: unreadable.message } }
    throw unreadable
  }
}

/** Some tools write an empty text or object where there is no error. */
const isSaid = (error: unknown): boolean =>
  isObject(error) || Array.isArray(error)
    ? Object.keys(error).length > 0
    : error !== null && error !== undefined && error !== ''

function bodyOf(response: unknown): Record<string, unknown> | undefined {
  if (!isObject(response)) return undefined
  if ('choices' in response) return response
  return isObject(response['body']) ? response['body'] : undefined
}

/** What an answer with this status means for a call, it means for a request of a job. */
export function failed(id: string, status: number, error: unknown, secrets: string[]): BatchResult {
  const answer = new HttpError(status, {}, JSON.stringify(error) ?? '')
  const { code, message, details } = callErrorFrom(answer, { name: 'it', endpoint: 'the batch', secrets })
  return { id, failure: { code, message, ...(details.remedy === 'stop' && { isFatal: true as const }) } }
}
