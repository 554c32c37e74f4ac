// A stand-in for node-llama-cpp, and a model in this process that uses it: scripted replies, and a record of the library's calls.
import { GgufModel } from '../../src/llm/adapters/gguf/gguf.ts'
import type { HistoryItem, LlamaChat, LlamaModule, Sequence } from '../../src/llm/adapters/gguf/llama.ts'

type Options = Parameters<LlamaChat['generateResponse']>[1]
type Reply = Awaited<ReturnType<LlamaChat['generateResponse']>>
interface FakeSequence extends Sequence {
  id: number
  holds: number[]
}
interface Call {
  sequence: number
  history: HistoryItem[]
  options: Options
  wrapper: string
}

export const said = (text: string, stopReason = 'eogToken', thought?: string): Reply => ({
  response: text,
  fullResponse: [...(thought ? [{ type: 'segment' as const, segmentType: 'thought', text: thought }] : []), text],
  metadata: { stopReason },
})

/** Imitates node-llama-cpp with two sequences of 2,000 tokens, one token per character, and memory for at most `room` sequences. */
export function fakeLlama(
  answer: (call: Call) => Reply | Promise<Reply>,
  { room = 2, threads }: { room?: number; threads?: number } = {},
) {
  const contexts: object[] = []
  const calls: Call[] = []
  const disposed: string[] = []
  const dispose = (name: string) => async () => void disposed.push(name)
  const sequence = (id: number): FakeSequence => ({
    id,
    holds: [],
    compareContextTokens(tokens) {
      const at = tokens.findIndex((token, index) => token !== this.holds[index])
      return { firstDifferentIndex: at === -1 ? tokens.length : at }
    },
    clearHistory: async () => void disposed.push('history'),
    tokenMeter: { usedOutputTokens: 7 },
  })
  const textOf = (history: HistoryItem[]) => history.map((item) => ('text' in item ? item.text : '')).join('')
  const tokensOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
  const wrapper = (name: string) => ({
    name,
    generateContextState: ({ chatHistory }: { chatHistory: HistoryItem[] }) => ({
      contextText: { tokenize: () => tokensOf(textOf(chatHistory)) },
    }),
  })
  class Chat implements LlamaChat {
    readonly #sequence: FakeSequence
    readonly #wrapper: string
    constructor({ contextSequence, chatWrapper }: { contextSequence: Sequence; chatWrapper: object }) {
      this.#sequence = contextSequence as FakeSequence
      this.#wrapper = (chatWrapper as { name: string }).name
    }
    async generateResponse(history: HistoryItem[], options: Options) {
      const call = { sequence: this.#sequence.id, history, options, wrapper: this.#wrapper }
      calls.push(call)
      this.#sequence.holds = tokensOf(textOf(history))
      const reply = await answer(call)
      this.#sequence.tokenMeter.usedOutputTokens += reply.response.length
      return reply
    }
    dispose() {}
  }
  const module: LlamaModule = {
    getLlamaGpuTypes: async () => ['cuda', false],
    LlamaChat: Chat,
    resolveChatWrapper: (_model, { customWrapperSettings }) => wrapper(customWrapperSettings ? 'direct' : 'thinking'),
    getLlama: async () => ({
      gpu: threads === undefined ? 'cuda' : false,
      cpuMathCores: 2,
      createGrammar: async ({ grammar }) => ({ grammar }),
      createGrammarForJsonSchema: async (schema) => ({ schema }),
      dispose: dispose('llama'),
      loadModel: async () => ({
        tokenizer: undefined,
        tokenize: tokensOf,
        trainContextSize: 2000,
        dispose: dispose('model'),
        createContext: async ({ sequences, ...options }) => {
          contexts.push(options)
          if (sequences > room) throw new Error('insufficient memory')
          let next = 0
          return { contextSize: 2000, getSequence: () => sequence(next++), dispose: dispose('context') }
        },
      }),
    }),
  }
  return {
    module,
    model: new GgufModel({ identity: 'gguf:m#1', path: 'm.gguf', atOnce: 8, module, threads }),
    calls,
    disposed,
    contexts,
  }
}
