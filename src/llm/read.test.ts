import { expect, test } from 'vitest'
import type { Ask, ChatReply, ChatRequest } from './chat.ts'
import { CallError, MissingReply, StopRun } from './errors.ts'
import { askUntilRead, UnreadableReply } from './read.ts'

const request: ChatRequest = {
  model: 'm',
  messages: [
    { role: 'system', content: 'rules' },
    { role: 'user', content: 'question' },
  ],
  temperature: 0,
  maxTokens: 100,
  sample: 0,
  source: { method: 'x', stage: 's', prompt: 'x@1', row: 'r', query: 'q', part: '1', attempt: 1 },
}

/** Answers from a list and fails on an unexpected call. */
function scripted(replies: (Partial<ChatReply> | Error)[], stored: Record<number, string> = {}) {
  const asked: ChatRequest[] = []
  const ask: Ask = Object.assign(
    async (requests: ChatRequest[]) =>
      requests.map((each) => {
        asked.push(each)
        const next = replies.shift()
        if (next === undefined) throw new Error('an unexpected call')
        if (next instanceof Error) throw next
        return { text: '', finishReason: 'stop', ...next }
      }),
    {
      again: async ({ sample }: ChatRequest) =>
        stored[sample] === undefined ? undefined : { text: stored[sample], finishReason: 'stop' },
    },
  )
  return { ask, asked }
}

const reader = (text: string) => {
  if (!text.startsWith('yes')) throw new UnreadableReply('malformed', 'it does not say yes')
  return text
}
const read = (replies: (Partial<ChatReply> | Error)[], stored = {}) => {
  const { ask, asked } = scripted(replies, stored)
  return askUntilRead(ask, request, reader).then((reading) => ({ reading, asked }))
}

test('a readable reply is read at once, thinking aloud left out', async () => {
  const { reading, asked } = await read([{ text: '<think>no, no\n</think>\nyes'.replace('\nyes', 'yes') }])
  expect(reading).toEqual({ read: true, value: 'yes' })
  expect(asked).toHaveLength(1)
})

test('an unreadable reply is asked again once, with the rule and without a word of it', async () => {
  const { ask, asked } = scripted([{ text: 'no' }, { text: 'yes' }])
  const reading = await askUntilRead(ask, request, reader, { rule: 'Answer briefly.' })
  expect(reading.read).toBe(true)
  expect(asked[1]?.messages[0]).toEqual(request.messages[0])
  expect(asked[1]?.messages[1]?.content).toBe(
    'question\n\nThis is asked once more, as an earlier reply could not be used. Answer briefly.',
  )
  expect(asked[1]).toMatchObject({ maxTokens: 100, sample: 0, source: { attempt: 2 } })
})

test('what a ledger has of a re-ask in its former words is read, and not asked for in those of now', async () => {
  const { ask, asked } = scripted([{ text: 'no' }, { text: 'yes, as ever' }])
  const former =
    'question\n\nAn earlier reply to this could not be used: it does not say yes. Answer anew and in full, in exactly the format asked for.'
  const stored = async ({ messages }: ChatRequest) =>
    messages[1]?.content === former ? { text: 'yes, as ever', finishReason: 'stop' } : undefined
  expect(await askUntilRead(Object.assign(ask, { stored }), request, reader)).toEqual({
    read: true,
    value: 'yes, as ever',
  })
  expect(asked[1]?.messages[1]?.content).toBe(former)
})

test('after that it is unread, with the last reply', async () => {
  const { reading } = await read([{ text: 'no' }, { text: 'never' }])
  expect(reading).toEqual({ read: false, why: 'malformed', detail: 'it does not say yes', raw: 'never' })
})

test('a reply cut off is asked again once with twice the limit, and never read', async () => {
  const first = await read([{ text: 'yes', finishReason: 'length' }, { text: 'yes' }])
  expect(first.reading.read).toBe(true)
  expect(first.asked.map(({ maxTokens }) => maxTokens)).toEqual([100, 200])
  expect(first.asked[1]?.messages).toEqual(request.messages)
  const second = await read([
    { text: 'yes', finishReason: 'length' },
    { text: 'yes', finishReason: 'length' },
  ])
  expect(second.reading).toMatchObject({ read: false, why: 'truncated' })
})

test('each re-ask happens once, whatever comes', async () => {
  const cutThenBad = await read([{ text: 'x', finishReason: 'length' }, { text: 'no' }, { text: 'yes' }])
  expect(cutThenBad.reading.read).toBe(true)
  expect(cutThenBad.asked.map(({ maxTokens }) => maxTokens)).toEqual([100, 200, 200])
  const badThenCut = await read([{ text: 'no' }, { text: 'y', finishReason: 'length' }, { text: 'yes' }])
  expect(badThenCut.asked.map(({ maxTokens }) => maxTokens)).toEqual([100, 100, 200])
  expect(badThenCut.reading.read).toBe(true)
  const all = await read([{ text: 'x', finishReason: 'length' }, { text: 'no' }, { text: 'x', finishReason: 'length' }])
  expect(all.reading).toMatchObject({ read: false, why: 'truncated' })
})

test.each([
  [{ text: '' }, 'empty'],
  [{ text: ' \n' }, 'empty'],
  [{ text: '<think>yes' }, 'empty'],
  [{ text: 'yes, a draft </think>' }, 'empty'],
  [{ text: 'well <think>yes</think> no' }, 'malformed'],
  [{ text: 'yes', finishReason: 'content_filter' }, 'filtered'],
  [{ text: 'yes', finishReason: 'tool_calls' }, 'malformed'],
  [{ text: 'yes', refusal: 'I will not' }, 'refused'],
] as const)('%j twice is unread: %s', async (reply, why) => {
  expect((await read([reply, reply])).reading).toMatchObject({ read: false, why })
})

test('a call without a reply is unread, with no raw text; what must stop or split is thrown', async () => {
  const gone = new CallError('timeout', 'no answer', { remedy: 'give-up' })
  expect((await read([gone])).reading).toEqual({ read: false, why: 'no-reply', detail: 'no answer', raw: undefined })
  expect((await read([new MissingReply('never asked')])).reading).toMatchObject({ why: 'no-reply' })
  await expect(read([new StopRun('budget', 'cap')])).rejects.toThrow('cap')
  await expect(read([new CallError('too-long', 'long', { remedy: 'split' })])).rejects.toThrow('long')
})

test('what is neither a failed call nor a missing reply is thrown as it is, also from further samples', async () => {
  const collected = new Error('collected')
  await expect(read([collected])).rejects.toBe(collected)
  await expect(read([{ text: 'no' }, collected])).rejects.toBe(collected)
  const again = () => Promise.reject(collected)
  const { ask } = scripted([{ text: 'no' }, { text: 'no' }])
  await expect(askUntilRead(Object.assign(ask, { again }), request, reader)).rejects.toBe(collected)
})

test('further samples are read where there are any, in order', async () => {
  const { reading, asked } = await read([{ text: 'no' }, { text: 'no' }, { text: 'no' }], { 1: 'no', 2: 'yes' })
  expect(reading).toEqual({ read: true, value: 'yes' })
  // Sample 0 is asked twice; sample 1 is stored, and only its correction is asked.
  expect(asked.map(({ sample }) => sample)).toEqual([0, 0, 1])
})
