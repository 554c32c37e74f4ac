// The part of node-llama-cpp that Winnow uses, as our own interfaces, and how the package is found: it is an optional peer dependency and
// often missing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, UsageError } from '../../../base/errors.ts'

export interface LlamaModule {
  /** Kinds of GPU on this machine; false means the CPU. */
  getLlamaGpuTypes(include: 'supported'): Promise<(string | false)[]>
  getLlama(options: {
    gpu: 'auto'
    /** Never compile or download anything without the user's knowledge. */
    build: 'never'
    skipDownload: true
    progressLogs: false
    logLevel: 'error'
  }): Promise<Llama>
  LlamaChat: new (options: { contextSequence: Sequence; chatWrapper: ChatWrapper }) => LlamaChat
  resolveChatWrapper(
    model: LlamaModel,
    options: { warningLogs: false; customWrapperSettings?: Record<string, object> },
  ): ChatWrapper
}

export interface Llama {
  /** The kind of GPU in use; false if there is none. */
  gpu: string | false
  cpuMathCores: number
  /** With `vocabOnly`, only what tokenizing needs. */
  loadModel(
    options: { modelPath: string } & ({ gpuLayers: { fitContext: { contextSize: number } } } | { vocabOnly: true }),
  ): Promise<LlamaModel>
  createGrammar(options: { grammar: string }): Promise<Grammar>
  createGrammarForJsonSchema(schema: object): Promise<Grammar>
  dispose(): Promise<void>
}

/** Created by Llama and passed back to LlamaChat. */
export type Grammar = object

export interface LlamaModel {
  tokenizer: unknown
  tokenize(text: string): readonly number[]
  createContext(options: {
    sequences: number
    contextSize: number | { max: number }
    threads?: number
  }): Promise<LlamaContext>
  /** In tokens. */
  trainContextSize: number
  dispose(): Promise<void>
}

export interface LlamaContext {
  /** Tokens that one sequence can hold. */
  contextSize: number
  getSequence(): Sequence
  dispose(): Promise<void>
}

/** One growing text; several sequences of a context are computed side by side. */
export interface Sequence {
  compareContextTokens(tokens: readonly number[]): { firstDifferentIndex: number }
  clearHistory(): Promise<void>
  tokenMeter: { usedOutputTokens: number }
}

export type HistoryItem =
  | { type: 'system' | 'user'; text: string }
  | { type: 'model'; response: (string | ReasoningSegment)[] }

interface ReasoningSegment {
  type: 'segment'
  segmentType: string
  text: string
}

export interface ChatWrapper {
  generateContextState(options: { chatHistory: HistoryItem[] }): {
    contextText: { tokenize(tokenizer: unknown): number[] }
  }
}

export interface LlamaChat {
  generateResponse(
    history: HistoryItem[],
    options: {
      maxTokens: number
      temperature: number
      topK: number
      topP: number
      seed: number
      repeatPenalty: false
      grammar?: Grammar
      signal: AbortSignal
    },
  ): Promise<{
    response: string
    fullResponse: (string | ReasoningSegment)[]
    metadata: { stopReason: string }
  }>
  dispose(): void
}

const PACKAGE = 'node-llama-cpp'

type Environment = Record<string, string | undefined>

/**
 * Loads node-llama-cpp from the folder in WINNOW_LLAMA_CPP, or else as Node resolves it beside Winnow.
 * @throws UsageError with the command that installs it
 */
export async function loadLlama(env: Environment): Promise<LlamaModule> {
  const folder = env['WINNOW_LLAMA_CPP']
  try {
    return (await import(folder ? entryOf(folder) : PACKAGE)) as LlamaModule
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    const why = isMissing && !folder ? 'is not installed' : `cannot be loaded: ${messageOf(error).split('\n')[0]}`
    throw new UsageError(`gguf: and local models need the package ${PACKAGE}, which ${why}`, {
      hint: folder
        ? `WINNOW_LLAMA_CPP must be the folder of the package, such as …/node_modules/${PACKAGE}.`
        : `Install it next to Winnow: npm install ${PACKAGE}@3`,
      cause: error,
    })
  }
}

function entryOf(folder: string): string {
  const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string }
  return pathToFileURL(join(folder, main)).href
}
