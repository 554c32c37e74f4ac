// All suites, by the names that users type.
import { AIR_BENCH } from './air-bench.ts'
import { BEIR } from './beir.ts'
import { NANOBEIR } from './nanobeir.ts'
import type { Suite } from './suite.ts'

export const SUITES = { beir: BEIR, nanobeir: NANOBEIR, 'air-bench': AIR_BENCH } as const satisfies Record<
  string,
  Suite
>

export type SuiteName = keyof typeof SUITES
export const SUITE_NAMES = Object.keys(SUITES) as [SuiteName, ...SuiteName[]]
