// The arms of the experiment, and the paths of their files.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Percent of the rows that hold planted false negatives. */
export const RATES = [25, 50, 75] as const
export const SEEDS = [1, 2, 3, 4, 5] as const

/** How the judges err, see judge.ts. */
export const JUDGES = ['uniform', 'likeness', '5%'] as const
export type JudgeName = (typeof JUDGES)[number]

/** What is done with a judge's finds. */
const ACTIONS = {
  rlhn: ['removed', 'half', 'few', 'measured'],
  arhn: ['removed', 'half'],
} as const
type MethodName = keyof typeof ACTIONS

/** A cleaning by a judge. */
export interface Cleaning {
  method: MethodName
  judge: JudgeName
  /** `half` and `few`: that share of the finds becomes positive, and the others are removed; `measured`: what the precision bears. */
  action: 'removed' | 'half' | 'few' | 'measured'
}

export const nameOf = ({ method, judge, action }: Cleaning): string => `${method} ${judge} ${action}`

export const CLEANINGS: readonly Cleaning[] = (['rlhn', 'arhn'] as const).flatMap((method) =>
  JUDGES.flatMap((judge) => ACTIONS[method].map((action): Cleaning => ({ method, judge, action }))),
)

/** Cleanings without a judge. */
export const UNJUDGED = ['percpos 95%', 'percpos fitted', 'random'] as const

/** The arms at a rate, in the order of the tables. */
export const ARMS: readonly string[] = ['dirty', ...CLEANINGS.map(nameOf), ...UNJUDGED]

export const armAt = (rate: number, arm: string) => `${rate}% ${arm}`

/** Returns the paths within the folder of the experiment. */
export function placesIn(folder: string) {
  return {
    clean: join(folder, 'rows', 'clean.jsonl'),
    /** The rows of an arm; those of each seed are damaged and judged anew. */
    rows: (rate: number, arm: string, seed: number) => join(folder, 'rows', `${armAt(rate, arm)} ${seed}.jsonl`),
    /** What Winnow decided with a measured policy. */
    measured: (rate: number, judge: JudgeName, seed: number) =>
      join(folder, 'measured', `${rate}% ${judge} ${seed}.json`),
    result: (laboratory: string) => join(folder, 'results', `${laboratory}.json`),
  }
}

export const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

/** Writes the file completely or not at all. */
export function writeJson(path: string, value: unknown): void {
  writeWhole(path, JSON.stringify(value))
}

export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.${process.pid}`, text)
  renameSync(`${path}.${process.pid}`, path)
}

export const isThere = (path: string) => existsSync(path)
