// Measures that look further down a ranking than it goes.
import type { Hooks } from '../base/hooks.ts'
import type { Measure } from './measures/measure.ts'

/** Warns about measures with a cutoff beyond the depth, because they measure less than their names say. */
export function warnOfDepth(measures: readonly Measure[], depth: number, { onNotice }: Hooks): void {
  const deeper = measures.filter(({ family, at }) => family.at === 'rank' && at !== undefined && at > depth)
  if (deeper.length === 0) return
  onNotice?.(`${deeper.map(({ name }) => name).join(', ')}: computed on the first ${depth} documents per query`)
}
