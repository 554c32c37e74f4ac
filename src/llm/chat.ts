// The interface to language models: requests, replies, models and ways to ask them.
import { isObject } from '../base/json.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/** Everything that identifies a request, and so determines its key in the ledger. */
export interface ChatRequest {
  /** Model identity: the model's name, or `MODEL#TAG`. */
  model: string
  messages: ChatMessage[]
  /** 0 to 2. */
  temperature: number
  /** Upper limit of the reply, in tokens. */
  maxTokens: number
  /** 0 for the first sample; another number asks the same again. */
  sample: number
  /** The required format of the reply, for servers that can enforce it. */
  format?: ReplyFormat
  /** `false` asks a reasoning model to answer at once. */
  think?: false
  /** How much a reasoning model may think, as its server names it: `low`, `high`, … */
  effort?: string
  /** Further fields of the request, as its server wants them. */
  extra?: Readonly<Record<string, unknown>>
  /** Where it comes from. Recorded, not hashed. */
  source: RequestSource
}

/** A JSON schema, a regular expression that matches the whole reply, or a grammar in GBNF. */
export type ReplyFormat = { json: object } | { regex: string } | { grammar: string }

export interface RequestSource {
  method: string
  /** The model's role in the method: `screen`, `judge`. */
  stage: string
  /** Prompt id and version. */
  prompt: string
  row: string
  query: string
  /**
   * Identifies the call within the row and stage: '1', '2', … for the parts of a long row, '1a' for half of one. `attempt` counts the
   * re-asks of each, from 1.
   */
  part: string
  attempt: number
}

/** Token counts as reported by the server. */
export interface Usage {
  input: number
  output: number
  /** The part of `input` read from the provider's cache. */
  cached: number
  /** The part of `output` spent on reasoning that is not in the text. */
  reasoning: number
}

/** A completion that a model returned, readable or not. */
export interface ChatReply {
  text: string
  /** As the server gives it: `stop`, `length`, `content_filter`, …; '' if it gives none. */
  finishReason: string
  refusal?: string
  /** Reasoning that the server returns beside the text. */
  reasoning?: string
  usage?: Usage
}

/** Makes one attempt at one request. Retries, limits, budgets and the ledger are handled around it. */
export interface ChatModel {
  /** The identity used in keys: `MODEL` or `MODEL#TAG`. */
  identity: string
  /** Requests to one endpoint are scheduled together, because they share its limits. Holds no secrets. */
  endpoint: string
  /** US dollars per million tokens; undefined if unknown. */
  price?: Price | undefined
  /** At how many servers it is. Default: one. */
  places?: number
  /** The most calls that a model in this process can work on at once. It gets no more than that, and its calls do not time out. */
  atOnce?: number
  /** Set by a model that holds recorded replies and can answer nothing new. */
  isRecorded?: true
  /** Set by a model that a batch API can serve: its name there, and the body of a request to OpenAI's `/chat/completions`. */
  inBatch?: { name: string; body(request: ChatRequest): Record<string, unknown> }
  /** Asks the server about itself, before the first call; absent where there is no one to ask. Never throws. */
  capacity?(): Promise<Capacity | undefined>
  /** @throws CallError */
  complete(request: ChatRequest, signal: AbortSignal): Promise<Completion>
  /** Frees what the model holds. It must not be asked afterwards. */
  close?(): Promise<void>
}

/** Returns the name of a model, as its server knows it and prices have it. */
export const modelNameOf = ({ identity }: Pick<ChatModel, 'identity'>): string => identity.replace(/#[^#]*$/, '')

/** What a server says about itself. */
export interface Capacity {
  software: string
  /** Calls that it works on side by side; Infinity if it batches whatever arrives. */
  slots?: number
  /** The most tokens of a prompt and its reply together. */
  tokens?: number
}

/** Whether a value can be asked, and is not only the name of what can. */
export const isChatModel = (value: unknown): value is ChatModel =>
  isObject(value) && typeof value['complete'] === 'function' && isText(value['identity']) && isText(value['endpoint'])

const isText = (value: unknown) => typeof value === 'string' && value !== ''

export interface Completion {
  reply: ChatReply
  /** The server that answered, if the model is on several. */
  endpoint?: string
  /** The server's limits, if it reported them. */
  limits?: RateLimits
}

/** US dollars per million tokens. */
export interface Price {
  input: number
  output: number
  /** What all tokens of a call cost whose input has at least `from` tokens. */
  long?: { from: number; input: number; output: number }
}

/** Rate limits as given in response headers. */
export interface RateLimits {
  /** Requests or tokens that may still be sent within the matching reset time. */
  remainingRequests?: number
  remainingTokens?: number
  resetRequestsMs?: number
  resetTokensMs?: number
}

/**
 * The only way to reach a model. Replies are in the order of the requests; each is stored in the ledger before it is returned.
 * @throws CallError if a request got no reply, MissingReply if only the ledger answers and has none
 */
export interface Ask {
  (requests: ChatRequest[]): Promise<ChatReply[]>
  /** Returns another sample of the unreadable request `first`: from the ledger, or from a new call if the run allows one. */
  again(request: ChatRequest, first: ChatRequest): Promise<ChatReply | undefined>
  /** What the ledger has of a request, without asking for it. Default: nothing is looked up. */
  stored?(request: ChatRequest): Promise<ChatReply | undefined>
}
