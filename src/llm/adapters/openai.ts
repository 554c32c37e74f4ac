// A client for any server with the OpenAI chat protocol: vLLM, Ollama, llama.cpp, TGI, OpenRouter, Azure, OpenAI itself.
import type { Capacity, ChatModel, ChatReply, ChatRequest, Completion, Price, ReplyFormat, Usage } from '../chat.ts'
import { CallError } from '../errors.ts'
import { isObject } from '../../base/json.ts'
import { callErrorFrom, cleanLine, refusedParameter, withoutSecrets } from './openai-errors.ts'
import { capacityOf } from './capacity.ts'
import { post, type Server } from './post.ts'
import { rateLimitsIn } from './rate-limits.ts'

export interface OpenAiModelOptions {
  /** The model's name on the server. */
  name: string
  /** The identity used in ledger keys; see ChatModel. */
  identity: string
  /** Base URL without credentials, such as `http://localhost:8000/v1`. */
  endpoint: string
  server: Server
  price: Price | undefined
  /** Whose queue of the server it takes: `flex`, `priority`, … */
  serviceTier?: string | undefined
  /** Texts that must never appear in a message. */
  secrets: string[]
  /** Whether it is the server of a known provider, which takes all calls at once and says nothing about itself. */
  isProvider?: boolean
  /** Receives the name that each reply has for the model. */
  onName?: (said: string) => void
}

/** Which parameters a model accepts: newer ones take `max_completion_tokens` and refuse a temperature. */
interface Dialect {
  limit: 'max_tokens' | 'max_completion_tokens'
  temperature: boolean
  /** Whether the server accepts chat template settings: vLLM and SGLang do, OpenAI does not. */
  template: boolean
}

const REASONING_MODEL = /^(o\d|gpt-5)/
/** Two names for the limit, with and without a temperature, with and without template settings. */
const DIALECTS = 8

export class OpenAiModel implements ChatModel {
  readonly identity: string
  readonly endpoint: string
  readonly price: Price | undefined
  readonly #name: string
  readonly #server: Server
  readonly #secrets: string[]
  readonly #serviceTier: string | undefined
  readonly #isProvider: boolean
  readonly #onName: ((said: string) => void) | undefined
  #dialect: Dialect

  constructor({
    name,
    identity,
    endpoint,
    server,
    price,
    secrets,
    serviceTier,
    isProvider = false,
    onName,
  }: OpenAiModelOptions) {
    this.identity = identity
    this.endpoint = endpoint
    this.price = price
    this.#name = name
    this.#server = server
    this.#secrets = secrets
    this.#serviceTier = serviceTier
    this.#isProvider = isProvider
    this.#onName = onName
    const reasons = REASONING_MODEL.test(name)
    this.#dialect = { limit: reasons ? 'max_completion_tokens' : 'max_tokens', temperature: !reasons, template: true }
  }

  /** What the server has refused online is not sent in a batch either. */
  get inBatch() {
    return { name: this.#name, body: (request: ChatRequest) => this.#body(request, this.#dialect) }
  }

  async capacity(): Promise<Capacity | undefined> {
    if (this.#isProvider) return { software: 'a provider', slots: Infinity }
    return capacityOf(this.#server, this.#name)
  }

  async complete(request: ChatRequest, signal: AbortSignal): Promise<Completion> {
    for (let tries = 1; ; tries++) {
      const dialect = this.#dialect
      try {
        return await this.#send(request, dialect, signal)
      } catch (error) {
        const other = tries < DIALECTS ? otherDialect(error, dialect) : undefined
        if (other === undefined) {
          throw callErrorFrom(error, { endpoint: this.endpoint, name: this.#name, secrets: this.#secrets })
        }
        this.#dialect = other
      }
    }
  }

  #body(request: ChatRequest, dialect: Dialect): Record<string, unknown> {
    return {
      model: this.#name,
      messages: request.messages,
      [dialect.limit]: request.maxTokens,
      ...(dialect.temperature && { temperature: request.temperature }),
      ...(request.format && formatParams(request.format)),
      ...(request.think === false && dialect.template && { chat_template_kwargs: { enable_thinking: false } }),
      ...(request.effort && { reasoning_effort: request.effort }),
      ...(this.#serviceTier && { service_tier: this.#serviceTier }),
      ...request.extra,
    }
  }

  async #send(request: ChatRequest, dialect: Dialect, signal: AbortSignal): Promise<Completion> {
    const { data, headers } = await post(this.#server, '/chat/completions', this.#body(request, dialect), signal)
    const limits = rateLimitsIn(headers)
    const reply = replyFrom(data, this.endpoint, this.#secrets)
    const said = (data as { model?: unknown }).model
    if (typeof said === 'string') this.#onName?.(cleanLine(said, this.#secrets))
    return { reply, ...(limits && { limits }) }
  }
}

/**
 * Returns the parameters for a format. OpenAI's own protocol supports only a JSON schema; vLLM (new and old names) takes a regular
 * expression, llama.cpp a grammar.
 */
function formatParams(format: ReplyFormat): object {
  if ('regex' in format) return { structured_outputs: { regex: format.regex }, guided_regex: format.regex }
  if ('grammar' in format) return { grammar: format.grammar }
  const schema = { name: 'reply', strict: true, schema: format.json }
  return { response_format: { type: 'json_schema', json_schema: schema } }
}

/** Returns the dialect to try next if the server refused one of our parameters by name; undefined for any other error. */
function otherDialect(error: unknown, dialect: Dialect): Dialect | undefined {
  const refused = refusedParameter(error)
  if (refused === 'chat_template_kwargs' && dialect.template) return { ...dialect, template: false }
  if (refused === 'temperature' && dialect.temperature) return { ...dialect, temperature: false }
  if (refused === 'max_tokens' && dialect.limit === 'max_tokens') return { ...dialect, limit: 'max_completion_tokens' }
  if (refused === 'max_completion_tokens' && dialect.limit === 'max_completion_tokens')
    return { ...dialect, limit: 'max_tokens' }
  return undefined
}

/** Reads a completion without trusting its shape. @throws CallError if it is not a completion */
export function replyFrom(data: unknown, endpoint: string, secrets: string[]): ChatReply {
  const choices = isObject(data) ? data['choices'] : undefined
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined
  const message = isObject(choice) ? choice['message'] : undefined
  if (!isObject(choice) || !isObject(message)) {
    const seen = cleanLine(JSON.stringify(data) ?? 'nothing', secrets)
    throw new CallError('not-a-completion', `${endpoint} did not return a completion: ${seen}`, {
      remedy: 'retry',
      maybeBilled: true,
    })
  }
  const said = (value: unknown) => withoutSecrets(textOf(value), secrets)
  const reply: ChatReply = { text: said(message['content']), finishReason: said(choice['finish_reason']) }
  const refusal = said(message['refusal'])
  const reasoning = said(message['reasoning_content']) || said(message['reasoning'])
  const usage = usageFrom((data as { usage?: unknown }).usage)
  return { ...reply, ...(refusal && { refusal }), ...(reasoning && { reasoning }), ...(usage && { usage }) }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return ''
  return value.map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('')
}

function usageFrom(usage: unknown): Usage | undefined {
  const input = countAt(usage, 'prompt_tokens')
  const written = countAt(usage, 'completion_tokens')
  if (!isObject(usage) || input === undefined || written === undefined) return undefined
  // Some servers leave what was thought out of `completion_tokens`, but not out of the total.
  const output = Math.max(written, (countAt(usage, 'total_tokens') ?? 0) - input)
  return {
    input,
    output,
    cached: countAt(usage['prompt_tokens_details'], 'cached_tokens') ?? 0,
    reasoning: countAt(usage['completion_tokens_details'], 'reasoning_tokens') ?? 0,
  }
}

/** The number as the server wrote it, believable or not. */
function countAt(counts: unknown, key: string): number | undefined {
  const count = isObject(counts) ? counts[key] : undefined
  return typeof count === 'number' ? count : undefined
}
