// A counted share and its uncertainty.
import { wilson, type Interval } from './intervals.ts'

/** A share with its 95% interval (Wilson). */
export interface Share {
  hits: number
  of: number
  interval95: Interval
}

export const shareOf = (hits: number, of: number): Share => ({ hits, of, interval95: wilson(hits, of) })

export const isAbove = ({ hits, of }: Share, most: number): boolean => of > 0 && hits / of > most

export const percentOf = ({ hits, of }: Share): string => `${((100 * hits) / Math.max(1, of)).toFixed(1)}%`
