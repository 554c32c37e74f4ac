// How figures of judges are written, in the terminal, on the page and in reasons.
import { dollars, duration } from '../../base/format.ts'
import type { Figure } from '../../judging/figures.ts'

/** Three digits without the zero before the point, as in .524. */
export const plainNumber = (value: number) =>
  value
    .toFixed(3)
    .replace(/^(-?)0\./, '$1.')
    .replace('-', '−')

/** For example `.438–.607`, or `−.346 to −.118`, where a dash would be taken for a sign. */
export const intervalText = ({ low, high }: { low: number; high: number }) =>
  `${plainNumber(low)}${low < 0 ? ' to ' : '–'}${plainNumber(high)}`

/** For example `.524 (.438–.607)`. */
export function figureText({ value, low, high }: Figure): string {
  if (value === null) return '–'
  return low === null || high === null ? plainNumber(value) : `${plainNumber(value)} (${intervalText({ low, high })})`
}

export const costText = (usd: number | null) => (usd === null ? 'unknown' : usd === 0 ? 'free' : dollars(usd))

export function timeText(seconds: number | null): string {
  if (seconds === null) return 'unknown'
  return seconds < 0.1 ? '<0.1 s' : duration(seconds)
}

/** A chance: `<.001`, else three digits. */
export const chanceText = (p: number) => (p < 0.001 ? '<.001' : plainNumber(p))
