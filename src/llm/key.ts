// The address of a request in the ledger: a hash of what was asked, and of nothing else.
import { hash } from 'node:crypto'
import type { ChatRequest } from './chat.ts'

const VERSION = 1
const BYTES = 16

/** 16 bytes of the SHA-256 of model identity, messages, sampling settings and sample number. */
export function requestKey(request: ChatRequest): Buffer {
  const { model, messages, temperature, maxTokens, sample } = request
  let text = JSON.stringify([VERSION, model, temperature, maxTokens, sample])
  // Lengths before contents: no two lists of messages run together to the same text.
  for (const { role, content } of messages) text += `\n${role} ${content.length}\n${content}`
  return hash('sha256', text, 'buffer').subarray(0, BYTES)
}
