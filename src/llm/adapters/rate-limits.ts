// Reads what servers say of their limits in response headers.
import type { RateLimits } from '../chat.ts'

interface HeaderReader {
  get(name: string): string | null
}

/** The `x-ratelimit-*` headers, or undefined where there are none. */
export function rateLimitsIn(headers: HeaderReader): RateLimits | undefined {
  const limits: RateLimits = {}
  const remainingRequests = countIn(headers.get('x-ratelimit-remaining-requests'))
  const remainingTokens = countIn(headers.get('x-ratelimit-remaining-tokens'))
  if (remainingRequests === undefined && remainingTokens === undefined) return undefined
  const resetRequestsMs = durationIn(headers.get('x-ratelimit-reset-requests'))
  const resetTokensMs = durationIn(headers.get('x-ratelimit-reset-tokens'))
  if (remainingRequests !== undefined) limits.remainingRequests = remainingRequests
  if (remainingTokens !== undefined) limits.remainingTokens = remainingTokens
  if (resetRequestsMs !== undefined) limits.resetRequestsMs = resetRequestsMs
  if (resetTokensMs !== undefined) limits.resetTokensMs = resetTokensMs
  return limits
}

/** `Retry-After` (seconds or a date) or `retry-after-ms`, in milliseconds from now. */
export function retryAfterIn(headers: HeaderReader | undefined): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? NaN)
  if (Number.isFinite(exact)) return Math.max(0, exact)
  const text = headers?.get('retry-after')
  if (text === null || text === undefined || text.trim() === '') return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

function countIn(text: string | null): number | undefined {
  const count = text === null || text.trim() === '' ? NaN : Number(text)
  return Number.isFinite(count) ? count : undefined
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A duration as these headers write it: `20ms`, `1s`, `6m0s`, or plain seconds. */
export function durationIn(text: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined
  if (Number.isFinite(Number(text))) return Number(text) * 1000
  let total = 0
  const rest = text.trim().replace(/(\d+(?:\.\d+)?)(ms|[smhd])/g, (_all, count: string, unit: string) => {
    total += Number(count) * (UNIT_MS[unit] ?? 0)
    return ''
  })
  return rest === '' ? total : undefined
}
