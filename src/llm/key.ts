// The address of a request in the ledger: a hash of what was asked, and of nothing else.
import { hash } from 'node:crypto'
import type { ChatMessage, ChatRequest } from './chat.ts'

const VERSION = 1
const BYTES = 16

/** 16 bytes of the SHA-256 of model identity, messages, sampling settings and sample number. */
export function requestKey(request: ChatRequest): Buffer {
  const { model, messages, temperature, maxTokens, sample } = request
  let text = JSON.stringify([VERSION, model, temperature, maxTokens, sample])
  // Lengths before contents: no two lists of messages run together to the same text.
  for (const message of messages) text += `\n${message.role} ${message.content.length}\n${hashable(message)}`
  return hash('sha256', text, 'buffer').subarray(0, BYTES)
}

/** Instructions are the same in every request of a run: what stands for them is their digest, computed once. */
function hashable({ role, content }: ChatMessage): string {
  return role === 'system' ? digestOf(content) : content
}

const REMEMBERED = 256
const digests = new Map<string, string>()

function digestOf(content: string): string {
  let digest = digests.get(content)
  if (digest === undefined) {
    digest = hash('sha256', content, 'hex')
    if (digests.size >= REMEMBERED) digests.clear()
    digests.set(content, digest)
  }
  return digest
}
