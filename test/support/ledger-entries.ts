// Made-up requests and the entries of their replies, as a run hands them to a ledger.
import type { ChatReply, ChatRequest } from '../../src/llm/chat.ts'
import { requestKey } from '../../src/llm/key.ts'
import type { LedgerEntry } from '../../src/llm/ledger/entry.ts'

export const requestOf = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  temperature: 0.1,
  maxTokens: 10,
  sample: 0,
  source: { method: 'rlhn', stage: 'judge', prompt: 'rlhn.judge@1', row: 'r', query: 'q', part: '1', attempt: 1 },
  ...more,
})

export const entryOf = (request: ChatRequest, reply: Partial<ChatReply> = {}): LedgerEntry => ({
  key: requestKey(request),
  reply: { text: 'yes', finishReason: 'stop', usage: { input: 10, output: 2, cached: 4, reasoning: 1 }, ...reply },
  model: request.model,
  endpoint: 'http://a/v1',
  source: request.source,
  sample: request.sample,
  run: 'r1',
  cost: 1500,
  unsettled: 0,
  latencyMs: 12.4,
})
