// What a judge says of the sampled passages, whoever it is, and what asking it took.
import type { Hooks } from '../../base/hooks.ts'
import type { SampledRow } from '../../judging/sample.ts'
import type { AskedRow } from './read.ts'

/** What one judge says of one passage. Without a verdict and a score its reply could not be read. */
export interface Opinion {
  /** A word of the method's scale, or `relevant` and `irrelevant`. */
  verdict?: string
  score?: number
  /** Its place within its call, from 1; undefined where passages are not shown together. */
  position?: number
}

/** What asking took. Null is unknown. */
export interface Effort {
  /** Calls made now, and replies that were in the ledger already. */
  made: number
  found: number
  /** US dollars spent now. */
  usd: number | null
  /** US dollars, and seconds of calls one after the other, for a thousand passages shown. */
  usdPerThousand: number | null
  secondsPerThousand: number | null
}

export interface Opinions {
  /** By row id, then by passage id. */
  rows: ReadonlyMap<string, ReadonlyMap<string, Opinion>>
  effort: Effort
}

/** Says what it thinks of the passages of the sampled rows. */
export type Judge = (sample: readonly SampledRow<AskedRow>[], hooks: Hooks) => Promise<Opinions>

/** The effort of what was recorded elsewhere. */
export const RECORDED: Effort = { made: 0, found: 0, usd: 0, usdPerThousand: null, secondsPerThousand: null }

export const isCalledRelevant = (verdict: string) => verdict !== 'irrelevant'
