// The address of a request in the ledger: a hash of what was asked, and of nothing else.
import { hash } from 'node:crypto'
import type { ChatRequest } from './chat.ts'

const VERSION = 1
const BYTES = 16

/** Returns 16 bytes of the SHA-256 of model identity, sampling settings, sample number, and the role and digest of each message. */
export function requestKey(request: ChatRequest): Buffer {
  const { model, messages, temperature, maxTokens, sample, format, think, effort, extra } = request
  // Settings that a request lacks are not hashed, so keys stay the same when new settings are introduced.
  const settings = { format, think, effort, extra }
  const more = Object.values(settings).every((value) => value === undefined) ? [] : [settings]
  let text = JSON.stringify([VERSION, model, temperature, maxTokens, sample, ...more])
  for (const { role, content } of messages) text += `\n${role} ${digestOf(content)}`
  return hash('sha256', text, 'buffer').subarray(0, BYTES)
}

const REMEMBERED = 4
const recent: { content: string; digest: string }[] = []

/** Returns the SHA-256 as hex. The last few are cached: instructions repeat in every request, inputs in every stage of a row. */
function digestOf(content: string): string {
  // Different texts differ in length or within their first words, so these comparisons cost almost nothing.
  const known = recent.find((each) => each.content === content)
  if (known) return known.digest
  const digest = hash('sha256', content, 'hex')
  if (recent.unshift({ content, digest }) > REMEMBERED) recent.pop()
  return digest
}
