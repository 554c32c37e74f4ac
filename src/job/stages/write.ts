// The last stage before counting: writes the row, and its records in the lists beside the rows.
import { bytesIn } from '../../rows/convert.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { minersOf, withMinerAlike, type Miner } from '../../rows/miners.ts'
import { bytesWithOrigins, lineWith, relabelledBytes, relabelledColumns } from '../../rows/read.ts'
import type { Input } from '../../rows/input.ts'
import type { MethodDefinition } from '../../method/definition.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { Outputs } from '../outputs.ts'
import { recordsOf } from './records.ts'
import { inOrder, type RowStage } from './stage.ts'

/** How rows are written. */
export interface Writing {
  definition: MethodDefinition
  input: Input
  /** The format into which every row is converted. */
  to: RowFormat | undefined
  /** The miner of refilled negatives. */
  miner: Miner | undefined
}

export const writeTo = (outputs: Outputs, writing: Writing): RowStage =>
  inOrder(async (row) => {
    if (row.decision.outcome !== 'dropped') await outputs.rows.write(bytesOf(row, writing))
    await outputs.noteEvidence(row.entry, row.evidence)
    for (const { list, record } of recordsOf(row, writing.definition)) await outputs.note(list, record)
    return row
  })

/** Returns the bytes to write for a row; a row that did not change is written exactly as it was read. */
function bytesOf({ entry, decision }: DecidedRow, { definition, input, to, miner }: Writing): Buffer {
  const { outcome, row, added } = decision
  if (to !== undefined) return bytesIn(to, entry, row, input)
  if (definition.afterPolicy?.tells === 'origins') return bytesWithOrigins(entry, row, input)
  if (outcome !== 'changed') return entry.line.bytes
  if (added === undefined) return relabelledBytes(entry, row, input.format)
  // Every row of a file has the same columns: the miner is recorded only if the rows record one already.
  const columns = relabelledColumns(entry, row, input)
  const isSaid = minersOf(entry.row).length > 0 && miner !== undefined
  return lineWith(entry, isSaid ? withMinerAlike(columns, miner) : columns)
}
