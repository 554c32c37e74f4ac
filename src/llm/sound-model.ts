// Makes what a model returns fit to be stored and believed, whichever adapter it came through.
import type { ChatModel, ChatReply, ChatRequest, Completion } from './chat.ts'
import type { Callee } from './scheduler.ts'
import { believedUsage, promptBytesOf } from './usage.ts'

/**
 * Returns the model with sound replies: their text is well-formed, so that it reads the same from the ledger as from the model, and
 * unbelievable token counts are left out, so that such a reply costs what it could have cost at most.
 */
export function soundModel(model: ChatModel): Callee<ChatRequest, Completion> {
  return {
    endpoint: model.endpoint,
    complete: async (request, signal) => {
      const { reply, ...rest } = await model.complete(request, signal)
      return { ...rest, reply: soundReply(reply, promptBytesOf(request)) }
    },
  }
}

export function soundReply(reply: ChatReply, promptBytes: number): ChatReply {
  const { text, finishReason, refusal, reasoning } = reply
  const usage = believedUsage(reply, promptBytes)
  return {
    text: text.toWellFormed(),
    finishReason: finishReason.toWellFormed(),
    ...(refusal !== undefined && { refusal: refusal.toWellFormed() }),
    ...(reasoning !== undefined && { reasoning: reasoning.toWellFormed() }),
    ...(usage !== undefined && { usage }),
  }
}
