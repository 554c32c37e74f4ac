// What every chat model must do: give each request its reply, as it came, and fail in a way that says what to do about it.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ChatModel, ChatRequest } from '../../src/llm/chat.ts'
import { CallError } from '../../src/llm/errors.ts'

/** Opens a model that gives these replies to these questions, and fails at any other. */
type OpenChatModel = (replies: Record<string, string>) => ChatModel | Promise<ChatModel>

const never = new AbortController().signal

export function describeChatModel(name: string, open: OpenChatModel): void {
  const opened = async (replies: Record<string, string>) => {
    const model = await open(replies)
    onTestFinished(() => model.close?.())
    const ask = async (question: string) => (await model.complete(requestOf(model, question), never)).reply
    return { model, ask }
  }

  describe(name, () => {
    test('says who it is and where, and what it costs where that is known', async () => {
      const { model } = await opened({})
      expect(model.identity).not.toBe('')
      expect(model.endpoint).not.toBe('')
      for (const price of Object.values(model.price ?? {})) expect(price).toBeGreaterThanOrEqual(0)
      expect(model.atOnce ?? 1).toBeGreaterThan(0)
    })

    test.each(['yes', '', ' two\nlines\r\n', '“ﬁne” 🚢 \u0000', '{"a": [1.0]}', 'x'.repeat(100_000)])(
      'gives a reply as it came: %j',
      async (text) => {
        const { ask } = await opened({ 'is it?': text })
        expect((await ask('is it?')).text).toBe(text)
      },
    )

    test('says how a reply ended, and counts its tokens where it counts', async () => {
      const { finishReason, usage } = await (await opened({ 'is it?': 'yes' })).ask('is it?')
      expect(finishReason).toBeTypeOf('string')
      for (const count of Object.values(usage ?? {})) expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
    })

    test('answers many calls at once, each its own', async () => {
      const replies = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`what is ${at}?`, `it is ${at}`]))
      const { ask } = await opened(replies)
      const questions = Object.keys(replies)
      const given = await Promise.all([...questions, ...questions].map(ask))
      expect(given.map(({ text }) => text)).toEqual([...Object.values(replies), ...Object.values(replies)])
    })

    test('fails at one call with what to do about it, and goes on with the next', async () => {
      const { ask } = await opened({ 'is it?': 'yes' })
      const [failed, good] = await Promise.allSettled([ask('who knows?'), ask('is it?')])
      const error = (failed as PromiseRejectedResult).reason as CallError
      expect(error).toBeInstanceOf(CallError)
      expect(error.details.remedy).toBeTypeOf('string')
      expect(error.message).not.toBe('')
      expect(good).toMatchObject({ value: { text: 'yes' } })
    })
  })
}

const requestOf = ({ identity }: ChatModel, question: string): ChatRequest => ({
  model: identity,
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: question },
  ],
  temperature: 0.1,
  maxTokens: 100,
  sample: 0,
  source: { method: 'm', stage: 's', prompt: 'p@1', row: `row of ${question}`, query: question, part: '1', attempt: 1 },
})
