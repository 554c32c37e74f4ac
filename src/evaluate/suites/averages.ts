// The averages of a suite over what was measured. An average is a figure only where all of its sets are there.
import { meanOf } from '../../statistics/mean.ts'
import type { Suite } from './suite.ts'

export interface Averaged {
  name: string
  about: string
  /** Undefined unless all sets are there. */
  value: number | undefined
  /** How many sets it has, and how many of them are there. */
  sets: number
  found: number
}

/** @param values by name of the set */
export function averagesOf({ averages }: Suite, values: ReadonlyMap<string, number>): Averaged[] {
  return averages.map(({ name, about, of }) => {
    const found = of.flatMap((each) => values.get(each) ?? [])
    const value = found.length === of.length ? meanOf(found) : undefined
    return { name, about, value, sets: of.length, found: found.length }
  })
}

/** Returns the values of wholes: the means of their parts, where all are there. @param values by name of the set */
export function wholesOf({ wholes }: Suite, values: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    wholes.flatMap(({ name, parts }) => {
      const found = parts.flatMap((part) => values.get(part) ?? [])
      return found.length === parts.length ? [[name, meanOf(found)] as const] : []
    }),
  )
}
