// Believes what a server says of tokens only where it can be true: the cap and the cost of a run rest on it.
import type { ChatReply, ChatRequest, Usage } from './chat.ts'

/** No model reads or writes more in one call. */
const MOST_TOKENS = 10_000_000
/** A token rarely stands for more than a few bytes; a count below this share of the prompt counts something else. */
const MOST_BYTES_PER_TOKEN = 100

/** Bytes of all messages of a request. */
export const promptBytesOf = ({ messages }: Pick<ChatRequest, 'messages'>): number =>
  messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)

/** The token counts of a reply; undefined where there are none, or where one is negative, fractional, huge, or none for a text that is there. */
export function believedUsage({ usage, text }: ChatReply, promptBytes: number): Usage | undefined {
  if (usage === undefined) return undefined
  const { input, output, cached, reasoning } = usage
  if (![input, output, cached, reasoning].every(isCount)) return undefined
  if (input * MOST_BYTES_PER_TOKEN < promptBytes || (output === 0 && text !== '')) return undefined
  return { input, output, cached: Math.min(cached, input), reasoning: Math.min(reasoning, output) }
}

const isCount = (count: number): boolean => Number.isInteger(count) && count >= 0 && count <= MOST_TOKENS
