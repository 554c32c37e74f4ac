// What a model returns reads the same from the ledger as from the model.
import { expect, test } from 'vitest'
import type { ChatModel, ChatReply, ChatRequest } from './chat.ts'
import { soundModel } from './sound-model.ts'

const request: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'Is it so?' }],
  temperature: 0,
  maxTokens: 9,
  sample: 0,
  source: { method: 'rlhn', stage: 'judge', prompt: 'p@1', row: 'r', query: 'q', part: '1', attempt: 0 },
}
const asked = async (reply: ChatReply) => {
  const model: ChatModel = { identity: 'm', endpoint: 'here', price: undefined, complete: async () => ({ reply }) }
  const completion = await soundModel(model).complete(request, new AbortController().signal)
  return completion.reply
}

test('half a character is no text that a file could hold', async () => {
  const half = 'a\ud83d'
  expect(await asked({ text: half, finishReason: half, refusal: half, reasoning: half })).toEqual({
    text: 'a\ufffd',
    finishReason: 'a\ufffd',
    refusal: 'a\ufffd',
    reasoning: 'a\ufffd',
  })
})

test('a sound reply stays as it is, and a count that cannot be true is left out', async () => {
  const usage = { input: 4, output: 1, cached: 0, reasoning: 0 }
  const reply = { text: 'yes 😀', finishReason: 'stop', usage }
  expect(await asked(reply)).toEqual(reply)
  expect(await asked({ ...reply, usage: { ...usage, output: -1 } })).toEqual({ text: 'yes 😀', finishReason: 'stop' })
})
