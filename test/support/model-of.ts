// A model in this program that answers by a function, and counts.
import type { ChatModel, ChatRequest, Completion } from '../../src/llm/chat.ts'

/** @param reply gets the request and the number of the call, from 1 */
export const modelOf = (reply: (request: ChatRequest, call: number) => string): ChatModel & { asked: number } => ({
  identity: 'house',
  endpoint: 'in this program',
  asked: 0,
  async complete(request: ChatRequest): Promise<Completion> {
    this.asked += 1
    return { reply: { text: reply(request, this.asked), finishReason: 'stop' } }
  },
})
