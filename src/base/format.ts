// Formats numbers, money and times for people.

export const counted = (value: number) => value.toLocaleString('en-US')

export const plural = (value: number, noun: string, several = `${noun}s`) =>
  `${counted(value)} ${value === 1 ? noun : several}`

export const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)}%`

/** Formats US dollars with as many digits as matter; `unknown` for null. */
export function dollars(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'unknown'
  if (value === 0) return '$0'
  return `$${value.toFixed(value < 0.01 ? 6 : value < 1 ? 4 : 2)}`
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** 1,234,567 → 1.23 M */
export function compact(value: number): string {
  if (value < 10_000) return counted(value)
  return value < 1_000_000 ? `${(value / 1000).toFixed(0)} k` : `${(value / 1_000_000).toFixed(2)} M`
}

/** Three digits without the zero before the point, as in .524. */
export const plainNumber = (value: number) =>
  value
    .toFixed(3)
    .replace(/^(-?)0\./, '$1.')
    .replace('-', '−')

/** For example `.438–.607`, or `−.346 to −.118`, where a dash would be taken for a sign. */
export const intervalText = ({ low, high }: { low: number; high: number }) =>
  `${plainNumber(low)}${low < 0 ? ' to ' : '–'}${plainNumber(high)}`

/** A figure and the ends of its interval, null where they are not known. */
interface FigureLike {
  value: number | null
  low: number | null
  high: number | null
}

/** For example `.524 (.438–.607)`. */
export function figureText({ value, low, high }: FigureLike): string {
  if (value === null) return '–'
  return low === null || high === null ? plainNumber(value) : `${plainNumber(value)} (${intervalText({ low, high })})`
}
