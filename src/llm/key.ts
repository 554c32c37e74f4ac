// The address of a request in the ledger: a hash of what was asked, and of nothing else.
import { hash } from 'node:crypto'
import type { ChatRequest } from './chat.ts'

const VERSION = 1
const BYTES = 16

/** 16 bytes of the SHA-256 of model identity, sampling settings, sample number, and role and digest of each message. */
export function requestKey(request: ChatRequest): Buffer {
  const { model, messages, temperature, maxTokens, sample } = request
  let text = JSON.stringify([VERSION, model, temperature, maxTokens, sample])
  for (const { role, content } of messages) text += `\n${role} ${digestOf(content)}`
  return hash('sha256', text, 'buffer').subarray(0, BYTES)
}

const REMEMBERED = 64
const digests = new Map<string, string>()

/** SHA-256 as hex. The last ones are remembered: instructions are the same in every request, inputs in every stage of a row. */
function digestOf(content: string): string {
  let digest = digests.get(content)
  if (digest === undefined) {
    digest = hash('sha256', content, 'hex')
    if (digests.size >= REMEMBERED) digests.clear()
    digests.set(content, digest)
  }
  return digest
}
