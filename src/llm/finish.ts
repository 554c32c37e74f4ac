// Maps the finish reasons of many servers to a few.
import type { ChatReply } from './chat.ts'

const COMPLETE = new Set(['', 'stop', 'eos', 'eos_token', 'end_turn', 'stop_sequence', 'complete'])
const TRUNCATED = new Set(['length', 'max_tokens', 'max_output_tokens', 'model_length'])
const FILTERED = new Set(['content_filter', 'safety', 'recitation', 'blocklist', 'prohibited_content'])

export type Finish = 'complete' | 'truncated' | 'filtered' | 'other'

export function finishOf(reply: ChatReply): Finish {
  const reason = reply.finishReason.toLowerCase()
  if (COMPLETE.has(reason)) return 'complete'
  if (TRUNCATED.has(reason)) return 'truncated'
  return FILTERED.has(reason) ? 'filtered' : 'other'
}
