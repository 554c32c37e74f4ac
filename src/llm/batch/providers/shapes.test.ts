// Requests and replies of the APIs that are not OpenAI's.
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../base/errors.ts'
import type { ChatRequest } from '../../chat.ts'
import { finishOf } from '../../finish.ts'
import { orderFormat } from '../../form.ts'
import type { BatchRequest } from '../provider.ts'
import { messageParams, messageReply } from './anthropic-messages.ts'
import { contentReply, contentRequest } from './gemini-contents.ts'

function asked(model: string, extra: Partial<ChatRequest> = {}, body: object = { temperature: 0.1 }): BatchRequest {
  const request: ChatRequest = {
    model,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'is it?' },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: 'sure?' },
    ],
    temperature: 0.1,
    maxTokens: 100,
    sample: 0,
    source: { method: 'm', stage: 's', prompt: 'p@1', row: '1', query: 'q', part: '1', attempt: 1 },
    ...extra,
  }
  return { id: 'a', request, model, body: { ...body } }
}

describe('Anthropic', () => {
  test('the system message stands apart', () => {
    expect(messageParams(asked('claude-haiku-4-5'))).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 100,
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'is it?' },
        { role: 'assistant', content: 'yes' },
        { role: 'user', content: 'sure?' },
      ],
      temperature: 0.1,
    })
  })

  test.each([
    ['claude-3-5-haiku-20241022', true],
    ['claude-sonnet-4-20250514', true],
    ['claude-opus-4-6', true],
    ['claude-opus-4-7', false],
    ['claude-sonnet-5', false],
    ['claude-haiku-5-5', false],
    ['claude-opus-5-20270101', false],
  ])('%s takes a temperature: %s', (model, takes) => {
    expect('temperature' in messageParams(asked(model))).toBe(takes)
    // What was refused online is not sent to any model.
    expect(messageParams(asked(model, {}, {}))).not.toHaveProperty('temperature')
  })

  test('effort, no thinking, a schema without what is refused, further fields', () => {
    const format = orderFormat('json', 3)
    const params = messageParams(asked('claude-opus-5', { effort: 'low', think: false, format, extra: { top_k: 5 } }))
    expect(params).toMatchObject({ thinking: { type: 'disabled' }, top_k: 5, output_config: { effort: 'low' } })
    expect((params['output_config'] as { format: unknown }).format).toEqual({
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { ranking: { type: 'array', items: { type: 'integer' } } },
        required: ['ranking'],
        additionalProperties: false,
      },
    })
    const named = { json: { type: 'object', properties: { maximum: { type: 'integer', maximum: 3 } } } }
    expect(JSON.stringify(messageParams(asked('claude-opus-5', { format: named })))).toContain(
      '"properties":{"maximum":{"type":"integer"}}',
    )
  })

  test('a message is read', () => {
    const message = {
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'ye' },
        { type: 'text', text: 's my-secret-key' },
      ],
      stop_reason: 'max_tokens',
      usage: {
        input_tokens: 3,
        output_tokens: 9,
        cache_read_input_tokens: 40,
        cache_creation_input_tokens: 5,
        output_tokens_details: { thinking_tokens: 4 },
      },
    }
    const reply = messageReply(message, ['my-secret-key'])
    expect(reply).toEqual({
      text: 'yes [key]',
      reasoning: 'hm',
      finishReason: 'max_tokens',
      usage: { input: 48, output: 9, cached: 40, reasoning: 4 },
    })
  })

  test.each([
    ['end_turn', 'complete'],
    ['stop_sequence', 'complete'],
    ['max_tokens', 'truncated'],
    ['model_context_window_exceeded', 'truncated'],
    ['refusal', 'filtered'],
    ['pause_turn', 'other'],
  ])('%s is %s', (reason, finish) => {
    const reply = messageReply({ content: [], stop_reason: reason }, [])
    expect(reply && finishOf(reply)).toBe(finish)
    expect(reply?.refusal !== undefined).toBe(reason === 'refusal')
  })

  test.each([undefined, null, 'x', {}, { content: 'yes' }, []])('%j is no message', (message) =>
    expect(messageReply(message, [])).toBeUndefined(),
  )
})

describe('Gemini', () => {
  test('contents and settings', () => {
    expect(contentRequest(asked('gemini-3.8-flash', { extra: { generationConfig: { topK: 3 }, labels: {} } }))).toEqual(
      {
        contents: [
          { role: 'user', parts: [{ text: 'is it?' }] },
          { role: 'model', parts: [{ text: 'yes' }] },
          { role: 'user', parts: [{ text: 'sure?' }] },
        ],
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        generationConfig: { temperature: 0.1, maxOutputTokens: 100, topK: 3 },
        labels: {},
      },
    )
  })

  test.each([
    ['gemini-2.5-flash', { think: false }, { thinkingBudget: 0 }],
    ['gemini-3.8-flash', { think: false }, { thinkingLevel: 'minimal' }],
    ['gemini-2.5-pro', { effort: 'medium' }, { thinkingBudget: 8192 }],
    ['gemini-3.8-pro', { effort: 'medium' }, { thinkingLevel: 'medium' }],
    ['gemini-3.8-pro', {}, undefined],
  ] as const)('%s %j thinks %j', (model, extra, thinking) => {
    const { generationConfig } = contentRequest(asked(model, extra)) as {
      generationConfig: { thinkingConfig?: unknown }
    }
    expect(generationConfig.thinkingConfig).toEqual(thinking)
  })

  test('a schema is refused, because files do not keep it', () => {
    expect(() => contentRequest(asked('gemini-3.8-pro', { format: orderFormat('json', 2) }))).toThrow(UsageError)
  })

  test('an answer is read', () => {
    const answer = {
      candidates: [
        { content: { parts: [{ text: 'hm', thought: true }, { text: 'ye' }, { text: 's' }] }, finishReason: 'STOP' },
      ],
      usageMetadata: {
        promptTokenCount: 30,
        cachedContentTokenCount: 20,
        candidatesTokenCount: 2,
        thoughtsTokenCount: 7,
      },
    }
    expect(contentReply(answer, [])).toEqual({
      text: 'yes',
      reasoning: 'hm',
      finishReason: 'stop',
      usage: { input: 30, output: 9, cached: 20, reasoning: 7 },
    })
  })

  test.each([
    ['STOP', 'complete'],
    ['MAX_TOKENS', 'truncated'],
    ['SAFETY', 'filtered'],
    ['RECITATION', 'filtered'],
    ['PROHIBITED_CONTENT', 'filtered'],
    ['SPII', 'filtered'],
    ['LANGUAGE', 'other'],
  ])('%s is %s', (finishReason, finish) => {
    const reply = contentReply({ candidates: [{ finishReason }] }, [])
    expect(reply && finishOf(reply)).toBe(finish)
  })

  test('a prompt that was blocked is a refusal', () => {
    const reply = contentReply({ promptFeedback: { blockReason: 'SAFETY' } }, [])
    expect(reply).toMatchObject({ text: '', refusal: 'the prompt was blocked: SAFETY' })
    expect(reply && finishOf(reply)).toBe('filtered')
  })

  test.each([undefined, 'x', {}, { candidates: [] }, { candidates: ['x'] }, { candidates: [{}] }])(
    '%j is no answer',
    (answer) => expect(contentReply(answer, [])).toBeUndefined(),
  )
})
