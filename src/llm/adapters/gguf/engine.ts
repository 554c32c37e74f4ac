// A loaded GGUF model: weights, a context of several sequences, its chat template, and grammars.
import { availableParallelism } from 'node:os'
import { CallError } from '../../errors.ts'
import type { ReplyFormat } from '../../chat.ts'
import type { ChatWrapper, Grammar, Llama, LlamaContext, LlamaModel, LlamaModule, Sequence } from './llama.ts'

/**
 * The most tokens of prompt and reply in one sequence: 25 passages of about 300 tokens, and a reply of 4,096 or, after a truncated one,
 * twice that.
 */
const CONTEXT_TOKENS = 16_384
/** The most sequences. On a CPU, more sequences than cores gain nothing. */
const SEQUENCES = 8

/** Returns how many calls are worth computing side by side on this machine. */
export async function usefulSequences(module: LlamaModule): Promise<number> {
  const kinds = await module.getLlamaGpuTypes('supported')
  return kinds.some((kind) => kind !== false) ? SEQUENCES : Math.min(SEQUENCES, availableParallelism())
}

/** Settings of chat templates that make a model answer at once, or as soon as it can. Templates without reasoning ignore them. */
const WITHOUT_THINKING = {
  qwen: { thoughts: 'discourage' },
  gemma4: { reasoning: false },
  seed: { thinkingBudget: 0 },
  harmony: { reasoningEffort: 'low' },
  jinjaTemplate: { reasoning: false },
}

export interface Engine {
  module: LlamaModule
  model: LlamaModel
  sequences: Sequence[]
  /** Tokens of prompt and reply together. */
  contextSize: number
  /** The model's own chat template, with or without its reasoning. */
  template: { thinking: ChatWrapper; direct: ChatWrapper }
  /** @throws CallError if the format cannot be turned into a grammar */
  grammarFor(format: ReplyFormat): Promise<Grammar>
  dispose(): Promise<void>
}

/**
 * @param most the most sequences to create if memory allows
 * @param threads processor threads where there is no GPU; by default the physical cores
 */
export async function startEngine(
  module: LlamaModule,
  modelPath: string,
  most: number,
  threads?: number,
): Promise<Engine> {
  const llama = await module.getLlama({
    gpu: 'auto',
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: 'error',
  })
  try {
    const model = await llama.loadModel({ modelPath, gpuLayers: { fitContext: { contextSize: CONTEXT_TOKENS } } })
    const { context, count } = await createContext(llama, model, most, threads)
    const template = (customWrapperSettings?: Record<string, object>) =>
      module.resolveChatWrapper(model, {
        warningLogs: false,
        ...(customWrapperSettings && { customWrapperSettings }),
      })
    return {
      module,
      model,
      sequences: Array.from({ length: count }, () => context.getSequence()),
      contextSize: context.contextSize,
      template: { thinking: template(), direct: template(WITHOUT_THINKING) },
      grammarFor: grammars(llama),
      dispose: async () => {
        await context.dispose()
        await model.dispose()
        await llama.dispose()
      },
    }
  } catch (error) {
    await llama.dispose()
    throw error
  }
}

/** Creates as many sequences as fit in memory. A single sequence gets as much context as fits. */
async function createContext(
  llama: Llama,
  model: LlamaModel,
  most: number,
  asked: number | undefined,
): Promise<{ context: LlamaContext; count: number }> {
  const contextSize = Math.min(CONTEXT_TOKENS, model.trainContextSize)
  // More threads than cores only wait for each other; docs/decisions/009 has figures.
  const threads =
    llama.gpu === false ? { threads: asked ?? Math.max(1, Math.min(llama.cpuMathCores, availableParallelism())) } : {}
  for (let count = most; count > 1; count >>= 1) {
    try {
      return { context: await model.createContext({ sequences: count, contextSize, ...threads }), count }
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
    }
  }
  return {
    context: await model.createContext({ sequences: 1, contextSize: { max: contextSize }, ...threads }),
    count: 1,
  }
}

/** Recognises the library's InsufficientMemoryError and llama.cpp's own allocation failures. */
function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error && /memory|VRAM|failed to create context/i.test(`${error.constructor.name} ${error.message}`)
  )
}

/** Caches grammars by format, so that each is built once. */
function grammars(llama: Llama): Engine['grammarFor'] {
  const made = new Map<string, Promise<Grammar>>()
  return (format) => {
    const name = JSON.stringify(format)
    const grammar = made.get(name) ?? makeGrammar(llama, format)
    made.set(name, grammar)
    return grammar
  }
}

async function makeGrammar(llama: Llama, format: ReplyFormat): Promise<Grammar> {
  if ('regex' in format) {
    throw new CallError(
      'no-such-format',
      'a GGUF model cannot be constrained by a regular expression, only by a JSON schema or a grammar',
      {
        remedy: 'stop',
      },
    )
  }
  try {
    return await ('json' in format
      ? llama.createGrammarForJsonSchema(format.json)
      : llama.createGrammar({ grammar: format.grammar }))
  } catch (error) {
    throw new CallError('no-such-format', 'cannot convert the reply format to a grammar', {
      remedy: 'stop',
      cause: error,
    })
  }
}
