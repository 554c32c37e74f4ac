// Counts the tokens of requests as their model does, where its tokenizer can be had; else with OpenAI's, which is an estimate.
import type { ChatRequest } from '../../llm/chat.ts'

export interface TokenCounter {
  /** Input tokens of a request, framing included. */
  request(request: Pick<ChatRequest, 'messages'>): number
  /** Tokens of a reply. */
  text(text: string): number
  /** Whether they are the model's own. */
  isExact: boolean
  /** Which tokenizer it is, in words. */
  tokenizer: string
  /** Frees what it holds. */
  close?(): Promise<void>
}

type Encoding = (typeof ENCODINGS)[number]
const ENCODINGS = ['cl100k_base', 'o200k_base', 'o200k_harmony'] as const

/** What OpenAI's chat format adds to each message and to each request. */
const PER_MESSAGE = 4
const PER_REQUEST = 3

/** Models of OpenAI that are newer than the tables: all of them have had the same tokenizer since GPT-4o. */
const NEWER = /^(gpt-([5-9]|4o|4\.[1-9])|o[1-9](-|$)|chatgpt-4o)/

/**
 * A run that the tokenizer takes for one word. Its time grows with the square of such a run (minutes for a sequence of 300,000 letters), so
 * that longer ones are counted in pieces of this length, each of them exact.
 */
const LONG_RUN = /([\p{L}\p{M}]{1000}|[^\s\p{L}\p{N}]{1000}|\s{1000})/u

/** Returns a counter by OpenAI's tokenizer. It is exact for its own models; for others it is an estimate. @param model its name, without a tag */
export async function openAiCounter(model?: string): Promise<TokenCounter> {
  const own = model === undefined ? undefined : await encodingOf(model.replace(/^openai\//, ''))
  const encoding = own ?? 'o200k_base'
  const countTokens = await countersOf[encoding]()
  const plain = { disallowedSpecial: new Set<string>() }
  const text = (content: string) => {
    if (!LONG_RUN.test(content)) return countTokens(content, plain)
    return content.split(LONG_RUN).reduce((sum, piece) => sum + countTokens(piece, plain), 0)
  }
  return {
    text,
    request: ({ messages }) => messages.reduce((sum, { content }) => sum + text(content) + PER_MESSAGE, PER_REQUEST),
    isExact: own !== undefined,
    tokenizer: own === undefined ? "estimated with OpenAI's tokenizer" : `counted with ${encoding}`,
  }
}

async function encodingOf(model: string): Promise<Encoding | undefined> {
  const { modelToEncodingMap } = await import('gpt-tokenizer/mapping')
  const listed = (modelToEncodingMap as Record<string, string>)[model]
  const encoding = ENCODINGS.find((each) => each === listed)
  return encoding ?? (NEWER.test(model) ? 'o200k_base' : undefined)
}

// Loaded when they are needed, because their tables take a tenth of a second each.
const countersOf = {
  cl100k_base: async () => (await import('gpt-tokenizer/encoding/cl100k_base')).countTokens,
  o200k_base: async () => (await import('gpt-tokenizer/encoding/o200k_base')).countTokens,
  o200k_harmony: async () => (await import('gpt-tokenizer/encoding/o200k_harmony')).countTokens,
}
