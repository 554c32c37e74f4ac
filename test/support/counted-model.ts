// A model of a program whose replies are scripted and whose token counts are those of gpt-tokenizer, as a server of OpenAI bills.
import { countTokens } from 'gpt-tokenizer'
import type { ChatModel, ChatRequest, Completion, Usage } from '../../src/llm/chat.ts'
import { costOf, NANO_PER_DOLLAR } from '../../src/llm/prices.ts'

export class CountedModel implements ChatModel {
  readonly identity: string
  readonly endpoint: string
  readonly price?: { input: number; output: number }
  readonly #reply: (request: ChatRequest) => string
  readonly used: Usage & { calls: number } = { calls: 0, input: 0, output: 0, cached: 0, reasoning: 0 }
  requests: ChatRequest[] = []

  constructor(
    identity: string,
    reply: (request: ChatRequest) => string,
    options: { endpoint?: string; price?: { input: number; output: number } } = {},
  ) {
    this.identity = identity
    this.#reply = reply
    this.endpoint = options.endpoint ?? 'https://api.openai.com/v1'
    if (options.price) this.price = options.price
  }

  async complete(request: ChatRequest): Promise<Completion> {
    const text = this.#reply(request)
    const usage = { input: tokensOf(request), output: countTokens(text), cached: 0, reasoning: 0 }
    this.requests.push(request)
    this.used.calls += 1
    this.used.input += usage.input
    this.used.output += usage.output
    return { reply: { text, finishReason: 'stop', usage } }
  }

  /** US dollars for what was used, at a price. */
  usd(price: { input: number; output: number }): number {
    return (costOf(price, this.used) ?? 0) / NANO_PER_DOLLAR
  }
}

/** OpenAI's count: three tokens and the role for each message, three for the request. */
export const tokensOf = ({ messages }: Pick<ChatRequest, 'messages'>): number =>
  messages.reduce((sum, { content }) => sum + countTokens(content) + 4, 3)
