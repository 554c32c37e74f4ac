// Reads a server's limits from response headers.
import type { RateLimits } from '../chat.ts'
import type { AnswerHeaders } from './post.ts'

type HeaderValue = AnswerHeaders[string]

/** Reads the `x-ratelimit-*` headers; undefined if there are none. */
export function rateLimitsIn(headers: AnswerHeaders): RateLimits | undefined {
  const limits: RateLimits = {}
  const remainingRequests = countIn(headers['x-ratelimit-remaining-requests'])
  const remainingTokens = countIn(headers['x-ratelimit-remaining-tokens'])
  if (remainingRequests === undefined && remainingTokens === undefined) return undefined
  const resetRequestsMs = durationIn(headers['x-ratelimit-reset-requests'])
  const resetTokensMs = durationIn(headers['x-ratelimit-reset-tokens'])
  if (remainingRequests !== undefined) limits.remainingRequests = remainingRequests
  if (remainingTokens !== undefined) limits.remainingTokens = remainingTokens
  if (resetRequestsMs !== undefined) limits.resetRequestsMs = resetRequestsMs
  if (resetTokensMs !== undefined) limits.resetTokensMs = resetTokensMs
  return limits
}

/** Reads `Retry-After` (seconds or a date) or `retry-after-ms`, in milliseconds from now. */
export function retryAfterIn(headers: AnswerHeaders): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? NaN)
  if (Number.isFinite(exact)) return Math.max(0, exact)
  const text = headers['retry-after']
  if (typeof text !== 'string' || text.trim() === '') return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

function countIn(text: HeaderValue): number | undefined {
  const count = typeof text !== 'string' || text.trim() === '' ? NaN : Number(text)
  return Number.isFinite(count) ? count : undefined
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a duration in the formats of these headers (`20ms`, `1s`, `6m0s` or plain seconds), in milliseconds. */
export function durationIn(text: HeaderValue): number | undefined {
  if (typeof text !== 'string' || text.trim() === '') return undefined
  if (Number.isFinite(Number(text))) return Number(text) * 1000
  let total = 0
  const rest = text.trim().replace(/(\d+(?:\.\d+)?)(ms|[smhd])/g, (_all, count: string, unit: string) => {
    total += Number(count) * (UNIT_MS[unit] ?? 0)
    return ''
  })
  return rest === '' ? total : undefined
}
