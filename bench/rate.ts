// Formats how often something happened, with its uncertainty.
import { wilson } from '../src/statistics/intervals.ts'

export function rate(hits: number, total: number): string {
  const { low, high } = wilson(hits, total)
  return `${hits} of ${total}: ${((100 * hits) / total).toFixed(1)}% (95% interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`
}
