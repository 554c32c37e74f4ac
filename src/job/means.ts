// What deciding may need besides evidence: documents to refill rows from, an encoder that tells how hard passages are, another format.
import type { JobHooks } from './hooks.ts'
import type { MethodDefinition } from '../methods/definition.ts'
import type { RowFormat } from '../rows/formats/format.ts'
import { formatNamed } from '../rows/formats/index.ts'
import type { GrowthValues } from './growth/options.ts'
import { withHardness, type HardnessMeter } from './growth/hardness.ts'
import type { Input } from '../rows/input.ts'
import { withRefiller, type Refiller, type RefillValues } from './refill.ts'
import type { Scan } from '../rows/scan.ts'

export interface Means {
  /** Mines negatives for rows whose own are all gone, where that was asked for. */
  refiller?: Refiller | undefined
  /** Tells how hard passages are that were written, where that was asked for. */
  meter?: HardnessMeter | undefined
  /** The format in which every row is written anew. */
  to?: RowFormat | undefined
}

/** Does work with what the options ask for, and closes it. @throws UsageError when something cannot be had */
export function withMeans<T>(
  { adds }: MethodDefinition,
  values: RefillValues & Partial<GrowthValues>,
  { input, scan }: { input: Input; scan: Scan },
  hooks: JobHooks,
  work: (means: Means) => Promise<T>,
): Promise<T> {
  if (adds !== true) {
    return withRefiller(values, { input, known: scan.known }, hooks, (refiller) => work({ refiller }))
  }
  // A file that has the format already keeps what only it has.
  const to = values.to === undefined || values.to === input.format.name ? undefined : formatNamed(values.to)
  return withHardness(values, { input, scan }, hooks, (meter) => work({ meter, to }))
}
