// The arms of the experiment and the paths of their files: the training rows as numbers of texts, and the results.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const PARTS = ['scifact', 'cranfield-a', 'cranfield-b'] as const
export const RATES = [0, 25, 50, 75] as const
export const SEEDS = [1, 2, 3, 4, 5] as const

/** Ways to clean dirty rows. */
export const CLEANINGS = [
  'rlhn gpt-4o',
  'arhn gpt-4o',
  'rlhn 5%',
  'arhn 5%',
  'percpos 95%',
  'percpos fitted',
  'random',
] as const
export type Cleaning = (typeof CLEANINGS)[number]
export type ArmName = 'untrained' | 'clean' | 'dirty' | Cleaning

/** Returns whether the rows of an arm are drawn anew for every seed. */
export const isDrawn = (arm: ArmName) => arm === 'random' || arm.startsWith('rlhn') || arm.startsWith('arhn')

/** @param cleanings the cleanings of CLEANINGS to include */
export const armsAt = (rate: number, cleanings: readonly Cleaning[] = CLEANINGS): readonly ArmName[] =>
  rate === 0 ? ['untrained', 'clean'] : ['dirty', ...cleanings]

/** A row as numbers of texts. */
export interface NumberedRow {
  id: string
  query: number
  positives: number[]
  negatives: number[]
}

export interface Truth {
  texts: string[]
  /** By row: what was planted, or could have been. */
  plants: Record<string, number[]>
}

export interface Result {
  /** nDCG@10 of each test query. */
  values: number[]
  /** Number of passes over the rows. */
  epochs: number
  seconds: number
}

const fileName = (arm: ArmName) => arm.replace('%', '').replaceAll(' ', '-')

/** Returns the paths within the folder of the experiment. */
export function placesIn(folder: string) {
  return {
    part: (part: string) => join(folder, part),
    collection: (part: string) => join(folder, part, 'collection'),
    truth: (part: string) => join(folder, part, 'texts.json'),
    rows: (part: string, rate: number, arm: ArmName, seed: number) =>
      join(folder, part, 'arms', `${rate}.${fileName(arm)}${isDrawn(arm) ? `.${seed}` : ''}.json`),
    result: (part: string, rate: number, arm: ArmName, seed: number) =>
      join(folder, 'results', `${part}.${rate}.${fileName(arm)}.${seed}.json`),
  }
}
export type Places = ReturnType<typeof placesIn>

export const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

/** Writes the file completely or not at all. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(value))
  renameSync(`${path}.${process.pid}`, path)
}

export const isThere = (path: string) => existsSync(path)
