// Counts tokens with the vocabulary of a GGUF model; its weights are not loaded.
import type { ChatMessage } from '../../chat.ts'
import { historyItem } from './gguf.ts'
import type { HistoryItem, LlamaModule } from './llama.ts'

export interface GgufCounter {
  /** Tokens of a prompt in the model's own chat template. */
  prompt(messages: readonly ChatMessage[]): number
  text(text: string): number
  close(): Promise<void>
}

/** @param path the file, or its first part */
export async function openGgufCounter(module: LlamaModule, path: string): Promise<GgufCounter> {
  const llama = await module.getLlama({
    gpu: 'auto',
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: 'error',
  })
  try {
    const model = await llama.loadModel({ modelPath: path, vocabOnly: true })
    const wrapper = module.resolveChatWrapper(model, { warningLogs: false })
    return {
      prompt: (messages) => {
        const chatHistory: HistoryItem[] = [...messages.map(historyItem), { type: 'model', response: [] }]
        return wrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer).length
      },
      text: (text) => model.tokenize(text).length,
      close: async () => {
        await model.dispose()
        await llama.dispose()
      },
    }
  } catch (error) {
    await llama.dispose()
    throw error
  }
}
