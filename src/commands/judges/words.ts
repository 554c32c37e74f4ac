// How figures of judges are written, in the terminal, on the page and in reasons.
import { dollars, duration, plainNumber } from '../../base/format.ts'

export { figureText, intervalText, plainNumber } from '../../base/format.ts'

export const costText = (usd: number | null) => (usd === null ? 'unknown' : usd === 0 ? 'free' : dollars(usd))

export function timeText(seconds: number | null): string {
  if (seconds === null) return 'unknown'
  return seconds < 0.1 ? '<0.1 s' : duration(seconds)
}

/** A chance: `<.001`, else three digits. */
export const chanceText = (p: number) => (p < 0.001 ? '<.001' : plainNumber(p))
