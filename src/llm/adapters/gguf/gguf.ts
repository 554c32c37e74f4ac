// Runs a GGUF model in this process: no server, no key, no cost.
import { messageOf } from '../../../base/errors.ts'
import type { ChatMessage, ChatModel, ChatReply, ChatRequest, Completion, Price } from '../../chat.ts'
import { CallError } from '../../errors.ts'
import { startEngine, type Engine } from './engine.ts'
import type { HistoryItem, LlamaChat, LlamaModule, Sequence } from './llama.ts'
import { SequencePool } from './sequences.ts'

export interface GgufModelOptions {
  /** The identity used in ledger keys; see ChatModel. */
  identity: string
  /** The weights file, or its first part. */
  path: string
  /** The most calls computed side by side. */
  atOnce: number
  /** undefined for a model that is opened only for inspection. */
  module: LlamaModule | undefined
  /** Processor threads where there is no GPU. Default: the physical cores. */
  threads?: number | undefined
}

/** In tokens. If less than this is left for a reply that may be longer, the prompt counts as too long. */
const LEAST_REPLY = 1024
/** Tokens kept free at the end of a context, so that the library never drops the beginning of a prompt to continue. */
const SPARE = 16

interface LoadedModel {
  engine: Engine
  pool: SequencePool
}

export class GgufModel implements ChatModel {
  readonly identity: string
  readonly endpoint: string
  readonly price: Price = { input: 0, output: 0 }
  readonly atOnce: number
  readonly #path: string
  readonly #module: LlamaModule | undefined
  readonly #threads: number | undefined
  #loaded: Promise<LoadedModel> | undefined

  constructor({ identity, path, atOnce, module, threads }: GgufModelOptions) {
    this.identity = identity
    this.atOnce = atOnce
    this.endpoint = `gguf:${path}`
    this.#path = path
    this.#module = module
    this.#threads = threads
  }

  /** Generates a reply. The first call loads the weights; a run whose replies are all in the ledger never loads them. */
  async complete(request: ChatRequest, signal: AbortSignal): Promise<Completion> {
    try {
      const { engine, pool } = await this.#load()
      const grammar = request.format && (await engine.grammarFor(request.format))
      const wrapper = request.think === false ? engine.template.direct : engine.template.thinking
      const history = request.messages.map(historyItem)
      const opened: HistoryItem[] = [...history, { type: 'model', response: [] }]
      const tokens = wrapper.generateContextState({ chatHistory: opened }).contextText.tokenize(engine.model.tokenizer)
      const maxTokens = this.#replyLimit(tokens.length, request.maxTokens, engine.contextSize)
      return await pool.use(tokens, signal, async (sequence, cached) => {
        const before = sequence.tokenMeter.usedOutputTokens
        const chat = new engine.module.LlamaChat({ contextSequence: sequence, chatWrapper: wrapper })
        const made = await generate(chat, sequence, history, {
          maxTokens,
          temperature: request.temperature,
          // Sample as servers do by default: from all tokens, without a penalty.
          topK: 0,
          topP: 1,
          repeatPenalty: false,
          seed: request.sample,
          signal,
          ...(grammar && { grammar }),
        })
        const output = sequence.tokenMeter.usedOutputTokens - before
        const usage = { input: tokens.length, output, cached: Math.min(cached, tokens.length), reasoning: 0 }
        return { reply: { ...replyFrom(made), usage } }
      })
    } catch (error) {
      throw this.#callErrorFrom(error, signal)
    }
  }

  /** Frees the memory. A later call loads the weights again. */
  async close(): Promise<void> {
    const loaded = this.#loaded
    this.#loaded = undefined
    const { engine } = (await loaded?.catch(() => undefined)) ?? {}
    await engine?.dispose()
  }

  #load(): Promise<LoadedModel> {
    if (this.#module === undefined)
      throw new CallError('not-open', `${this.endpoint} was opened to look at`, { remedy: 'stop' })
    this.#loaded ??= startEngine(this.#module, this.#path, this.atOnce, this.#threads).then(
      (engine) => ({ engine, pool: new SequencePool(engine.sequences) }),
      (error: unknown) => {
        throw new CallError('cannot-load', `cannot load ${this.endpoint}: ${messageOf(error)}`, {
          remedy: 'stop',
          hint: 'It needs memory for the whole file and its context; a smaller quantisation needs less.',
          cause: error,
        })
      },
    )
    return this.#loaded
  }

  /** @throws CallError if the prompt leaves no room for a reply */
  #replyLimit(prompt: number, wanted: number, contextSize: number): number {
    const room = contextSize - SPARE - prompt
    if (room >= Math.min(wanted, LEAST_REPLY)) return Math.min(wanted, room)
    const message = `the prompt of ${prompt} tokens leaves no room for a reply in the context of ${contextSize} tokens of ${this.endpoint}`
    throw new CallError('too-long', message, { remedy: 'split' })
  }

  #callErrorFrom(error: unknown, signal: AbortSignal): CallError {
    if (error instanceof CallError) return error
    if (signal.aborted) return new CallError('aborted', 'the call was cancelled', { remedy: 'stop', cause: error })
    return new CallError('failed', `${this.endpoint} failed: ${messageOf(error)}`, { remedy: 'give-up', cause: error })
  }
}

type LlamaReply = Awaited<ReturnType<LlamaChat['generateResponse']>>

/** Generates a reply. A failed call may leave half a token in its sequence, so the sequence is cleared. */
async function generate(
  chat: LlamaChat,
  sequence: Sequence,
  history: HistoryItem[],
  options: Parameters<LlamaChat['generateResponse']>[1],
): Promise<LlamaReply> {
  try {
    return await chat.generateResponse(history, options)
  } catch (error) {
    await sequence.clearHistory()
    throw error
  } finally {
    chat.dispose()
  }
}

export function historyItem({ role, content }: ChatMessage): HistoryItem {
  return role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content }
}

function replyFrom({ response, fullResponse, metadata }: LlamaReply): ChatReply {
  const reasoning = fullResponse.map((part) => (typeof part === 'string' ? '' : part.text)).join('')
  const finishReason = metadata.stopReason === 'maxTokens' ? 'length' : 'stop'
  return { text: response, finishReason, ...(reasoning && { reasoning }) }
}
