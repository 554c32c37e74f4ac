// A real GGUF model in this process, if available: WINNOW_TEST_GGUF names the file, WINNOW_LLAMA_CPP the folder of node-llama-cpp if it is
// not installed beside Winnow. Any small instruct model will do: its quality is not tested.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatModel, ChatReply, ChatRequest } from '../src/llm/chat.ts'
import { openModel } from '../src/llm/models.ts'
import { parsePrices } from '../src/llm/prices.ts'

const file = process.env['WINNOW_TEST_GGUF']
const never = new AbortController().signal

if (file) describe('a GGUF model', () => suite(file))
else {
  process.stderr.write('SKIPPED: a GGUF model: set WINNOW_TEST_GGUF to a small one\n')
  describe('a GGUF model', () => it.skip('needs one: set WINNOW_TEST_GGUF', () => undefined))
}

function suite(path: string): void {
  let model: ChatModel
  const request = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
    model: model.identity,
    messages: [{ role: 'user', content }],
    temperature: 0.8,
    maxTokens: 24,
    sample: 0,
    source: { method: 'm', stage: 's', prompt: 'p', row: 'r', query: 'q', part: '1', attempt: 1 },
    ...more,
  })
  const ask = async (content: string, more: Partial<ChatRequest> = {}): Promise<ChatReply> =>
    (await model.complete(request(content, more), never)).reply

  beforeAll(async () => {
    model = await openModel(`gguf:${path}`, parsePrices([]))
  })
  afterAll(() => model?.close?.())

  it('cuts a reply off at its limit, and counts tokens', async () => {
    const { finishReason, usage, text } = await ask('Write a long story about a ship.', { maxTokens: 16 })
    expect(finishReason).toBe('length')
    expect(usage).toMatchObject({ output: 16, reasoning: 0 })
    expect(usage?.input).toBeGreaterThan(8)
    expect(text).not.toBe('')
  })

  it('says the same for the same sample, and something else for another', async () => {
    const texts = []
    for (const sample of [1, 1, 2, 3]) texts.push((await ask('Invent a name for a ship.', { sample })).text)
    expect(texts[1]).toBe(texts[0])
    expect(new Set(texts).size).toBeGreaterThan(1)
  })

  it('answers several calls at once, each its own', async () => {
    const numbers = ['11', '22', '33', '44', '55', '66']
    const replies = await Promise.all(
      numbers.map((number) => ask('?', { format: { grammar: `root ::= "${number}"` } })),
    )
    expect(replies.map(({ text, finishReason }) => [text, finishReason])).toEqual(numbers.map((each) => [each, 'stop']))
  })

  it('reads the beginning that calls share once', async () => {
    const shared = 'The harbour is quiet this morning. '.repeat(30)
    await ask(`${shared}Who is there?`, { maxTokens: 1 })
    const { usage } = await ask(`${shared}What is there?`, { maxTokens: 1 })
    expect(usage?.cached).toBeGreaterThan(150)
  })

  it('keeps to a JSON schema', async () => {
    const json = { type: 'object', properties: { ship: { type: 'string', maxLength: 12 }, masts: { enum: [1, 2, 3] } } }
    const { text } = await ask('Name a ship and say how many masts it has.', { format: { json }, maxTokens: 80 })
    expect(JSON.parse(text)).toEqual({ ship: expect.any(String), masts: expect.any(Number) })
  })

  it('has no room for a prompt that is longer than its context', async () => {
    await expect(ask('ship '.repeat(40_000))).rejects.toMatchObject({ code: 'too-long', details: { remedy: 'split' } })
  })

  it('stops in the middle when it is told to', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 200)
    const call = model.complete(request('Write a long story about a ship.', { maxTokens: 4000 }), stop.signal)
    await expect(call).rejects.toMatchObject({ code: 'aborted' })
    expect((await ask('Is it over?')).text).not.toBe('')
  })

  it('frees its memory', async () => {
    const before = process.memoryUsage.rss()
    await model.close?.()
    expect(before - process.memoryUsage.rss()).toBeGreaterThan(50e6)
  })
}
