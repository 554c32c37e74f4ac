// The part of gathering that asks about some rows: what it is told, and what it tells.
import type { Gate } from '../../method/cascade.ts'
import type { DecidedRow } from '../../policy/decided.ts'

export type RowNote = (decided: DecidedRow) => void
export type GatherRows = (select: (index: number) => boolean, note?: RowNote, how?: HowRows) => Promise<void>

interface HowRows {
  gate?: Gate | undefined
  /** Whether they are asked before the rest is paid for. */
  isFirst?: boolean
  /** Whether they are all that are left, of which a shard asks only about its own. */
  isRest?: boolean
}
