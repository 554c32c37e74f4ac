// What Winnow asks of a language model: one request, one reply, one interface.
import { isObject } from '../base/json.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/** Everything that makes a request what it is, and so its key in the ledger. */
export interface ChatRequest {
  /** Model identity: the model's name, or `MODEL#TAG`. */
  model: string
  messages: ChatMessage[]
  /** 0 to 2. */
  temperature: number
  /** Upper limit of the reply, in tokens. */
  maxTokens: number
  /** 0 for the first time that this is asked; another number asks the same anew. */
  sample: number
  /** What the reply must look like, for servers that can hold a model to it. */
  format?: ReplyFormat
  /** `false` asks a reasoning model to answer at once. */
  think?: false
  /** Where it comes from. Recorded, not hashed. */
  source: RequestSource
}

/** A JSON schema, a regular expression that matches the whole reply, or a grammar in GBNF. */
export type ReplyFormat = { json: object } | { regex: string } | { grammar: string }

export interface RequestSource {
  method: string
  /** The role that the model plays in the method: `screen`, `judge`. */
  stage: string
  /** Prompt id and version. */
  prompt: string
  row: string
  query: string
  /** Which call of the row and stage this is: '1', '2', … for the parts of a long row ('1a' for half of one), and the re-asks of each from 1. */
  part: string
  attempt: number
}

/** Token counts as the server reports them. */
export interface Usage {
  input: number
  output: number
  /** Of `input`, read from the provider's cache. */
  cached: number
  /** Of `output`, spent on reasoning that is not in the text. */
  reasoning: number
}

/** A completion that a model returned, readable or not. */
export interface ChatReply {
  text: string
  /** As the server names it: `stop`, `length`, `content_filter`, …; '' when it names none. */
  finishReason: string
  refusal?: string
  /** Reasoning that the server returns beside the text. */
  reasoning?: string
  usage?: Usage
}

/** One attempt at one request. Retries, limits, budgets and the ledger stand around it. */
export interface ChatModel {
  /** What goes into the key: `MODEL` or `MODEL#TAG`. */
  identity: string
  /** Whose limits it shares: requests to one endpoint are scheduled together. No secrets. */
  endpoint: string
  /** Undefined when unknown. Of a model that a program brings: looked up by its identity, then. */
  price?: Price | undefined
  /** Set by a model in this process: calls that it can work on at once. It gets no more, and none of them times out. */
  atOnce?: number
  /** Set by a model that holds recorded replies and can answer nothing new. */
  isRecorded?: true
  /** @throws CallError */
  complete(request: ChatRequest, signal: AbortSignal): Promise<Completion>
  /** Frees what the model holds. Nothing is asked of it afterwards. */
  close?(): Promise<void>
}

/** Whether a value can be asked, and is not only the name of what can. */
export const isChatModel = (value: unknown): value is ChatModel =>
  isObject(value) && typeof value['complete'] === 'function' && isText(value['identity']) && isText(value['endpoint'])

const isText = (value: unknown) => typeof value === 'string' && value !== ''

export interface Completion {
  reply: ChatReply
  /** What the server said of its limits. */
  limits?: RateLimits
}

/** US dollars per million tokens. */
export interface Price {
  input: number
  output: number
}

/** Rate limits as response headers give them. */
export interface RateLimits {
  /** Requests, or tokens, that may still be sent before `resetMs` have passed. */
  remainingRequests?: number
  remainingTokens?: number
  resetRequestsMs?: number
  resetTokensMs?: number
}

/**
 * The only door to a model. Replies come in the order of the requests; each is in the ledger before it is returned.
 * @throws CallError when a request got no reply, MissingReply when the ledger alone answers and has none.
 */
export interface Ask {
  (requests: ChatRequest[]): Promise<ChatReply[]>
  /** Another sample of a request, `first`, that could not be read: what the ledger has of it, or a new call where the run was told to. */
  again(request: ChatRequest, first: ChatRequest): Promise<ChatReply | undefined>
}
