// Reads what the laboratories stored, and the differences that follow from it.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { crossedEffect, type Effect, type SeedValues } from '../../src/statistics/crossed.ts'
import { meanOf } from '../../src/statistics/mean.ts'
import { readJson } from '../recovery/arms.ts'
import type { LaboratoryResult } from './train.ts'

/** Returns the results of one question, by laboratory. @param files a folder that `write` makes, such as `variants` */
export function resultsOf(folder: string, files: string): Map<string, LaboratoryResult> {
  const path = join(folder, 'results', files)
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.json')) : []
  return new Map(
    names.toSorted().map((name) => [basename(name, '.json'), readJson<LaboratoryResult>(join(path, name))]),
  )
}

/** Returns the values of an arm on a collection. */
export const valuesIn = ({ arms }: LaboratoryResult, arm: string, set: number): SeedValues =>
  (arms[arm] as readonly SeedValues[])[set] as SeedValues

export const less = (one: SeedValues, other: SeedValues): number[][] =>
  one.map((values, seed) => values.map((value, query) => value - ((other[seed] as number[])[query] as number)))

/** Averages several arms, cell by cell. */
export const averaged = (arms: readonly SeedValues[]): number[][] =>
  (arms[0] as SeedValues).map((values, seed) =>
    values.map((_, query) => meanOf(arms.map((arm) => (arm[seed] as number[])[query] as number))),
  )

/** Returns the effect of an arm against another on one collection, as winnow compare has it. */
export const effectOf = (result: LaboratoryResult, arm: string, base: string, set: number): Effect =>
  crossedEffect([less(valuesIn(result, arm, set), valuesIn(result, base, set))])

export const isBeyondChance = ({ interval: { low, high } }: Effect): boolean => low > 0 || high < 0
