import { describe, expect, test } from 'vitest'
import { callErrorFrom, refusedParameter } from './openai-errors.ts'
import { HttpError } from './post.ts'
import { durationIn, rateLimitsIn, retryAfterIn } from './rate-limits.ts'

const asked = { name: 'm', endpoint: 'http://a/v1', secrets: ['hunter2'] }
const answered = (status: number, error: object, headers: Record<string, string> = {}) =>
  new HttpError(status, headers, JSON.stringify({ error }))
const remedyOf = (status: number, error: object = {}, headers = {}) => {
  const { code, details } = callErrorFrom(answered(status, error, headers), asked)
  return [code, details.remedy]
}

describe('what an answer means', () => {
  test.each([
    [401, {}, ['refused-key', 'stop']],
    [403, {}, ['refused-key', 'stop']],
    [404, { code: 'model_not_found' }, ['unknown-model', 'stop']],
    [402, {}, ['no-quota', 'stop']],
    [429, { code: 'insufficient_quota' }, ['no-quota', 'stop']],
    [429, { code: 'rate_limit_exceeded' }, ['http-429', 'retry']],
    [408, {}, ['http-408', 'retry']],
    [500, {}, ['http-500', 'retry']],
    [529, {}, ['http-529', 'retry']],
    [413, {}, ['too-long', 'split']],
    [400, { code: 'context_length_exceeded' }, ['too-long', 'split']],
    [400, { message: "This model's maximum context length is 4096 tokens." }, ['too-long', 'split']],
    [400, { message: 'Input is too long for the context window' }, ['too-long', 'split']],
    [400, { code: 'content_filter' }, ['filtered', 'give-up']],
    [400, { message: 'bad', innererror: { code: 'ResponsibleAIPolicyViolation' } }, ['filtered', 'give-up']],
    [422, { message: 'something else' }, ['http-422', 'give-up']],
  ])('%i %j → %j', (status, error, expected) => expect(remedyOf(status, error)).toEqual(expected))

  test('secrets and mark-up stay out of the message', () => {
    const message = callErrorFrom(
      answered(401, { message: '<b>bad key</b> sk-proj-abcdefghijkl hunter2' }),
      asked,
    ).message
    expect(message).toBe('http://a/v1 answered 401 for m: bad key [key] [key]')
  })

  test('Retry-After is kept', () => {
    expect(callErrorFrom(answered(429, {}, { 'retry-after': '2' }), asked).details).toMatchObject({
      retryAfterMs: 2000,
      overload: true,
    })
  })
})

test.each([
  [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    'max_tokens',
  ],
  [
    "Unsupported value: 'temperature' does not support 0.1 with this model. Only the default (1) value is supported.",
    'temperature',
  ],
  ["Unrecognized request argument supplied: 'max_completion_tokens'", 'max_completion_tokens'],
  ['`temperature` is deprecated for this model.', 'temperature'],
  ['max_tokens is too large', undefined],
])('%s → %s', (message, parameter) => expect(refusedParameter(answered(400, { message }))).toBe(parameter))

test('limits and waits are read as servers write them', () => {
  expect(rateLimitsIn({})).toBeUndefined()
  const headers = {
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '1m2.5s',
    'x-ratelimit-remaining-tokens': '12',
  }
  expect(rateLimitsIn(headers)).toEqual({
    remainingRequests: 0,
    resetRequestsMs: 62_500,
    remainingTokens: 12,
  })
  expect(['20ms', '1s', '6m0s', '2', 'soon', ''].map((each) => durationIn(each))).toEqual([
    20,
    1000,
    360_000,
    2000,
    undefined,
    undefined,
  ])
  expect(retryAfterIn({ 'retry-after-ms': '15' })).toBe(15)
  expect(retryAfterIn({ 'retry-after': new Date(Date.now() + 5000).toUTCString() })).toBeGreaterThan(3000)
  expect(retryAfterIn({ 'retry-after': 'soon' })).toBeUndefined()
})
