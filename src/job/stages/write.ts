// The last stage before counting: writes the row, and its records in the lists beside the rows.
import { bytesIn } from '../../rows/convert.ts'
import type { ContainerName } from '../../rows/containers/names.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { minersOf, withMinerAlike, type Miner } from '../../rows/miners.ts'
import { bytesWith, bytesWithOrigins, lineWith, relabelledBytes, relabelledColumns } from '../../rows/read.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Row } from '../../rows/row.ts'
import type { Input } from '../../rows/input.ts'
import type { MethodDefinition } from '../../method/definition.ts'
import type { DecidedRow, RowScores } from '../../policy/decided.ts'
import type { ListedChange } from '../changes/listed-change.ts'
import type { TellingChanges } from '../changes/telling.ts'
import type { Outputs } from '../outputs.ts'
import { recordsOf } from './records.ts'
import { inOrder, type RowStage } from './stage.ts'

/** How rows are written. */
export interface Writing {
  definition: MethodDefinition
  input: Input
  /** The format into which every row is converted. */
  to: RowFormat | undefined
  /** The container of the rows; undefined for the one by the name of the output. */
  container: ContainerName | undefined
  /** The miner of refilled negatives. */
  miner: Miner | undefined
}

export const writeTo = (outputs: Outputs, writing: Writing, telling: TellingChanges): RowStage =>
  inOrder(async (row) => {
    if (row.decision.outcome !== 'dropped') await outputs.rows.write(bytesOf(row, writing))
    await outputs.noteEvidence(row.entry, row.evidence)
    for (const { list, record } of recordsOf(row, writing.definition)) {
      await outputs.note(list, record)
      if (list === 'changes') telling.add(record as ListedChange, row.entry.row)
    }
    return row
  })

/** Returns the bytes to write for a row; a row that did not change is written exactly as it was read. */
function bytesOf(decided: DecidedRow, writing: Writing): Buffer {
  const { entry, decision, scores } = decided
  const { definition, input, to } = writing
  const { outcome, row, added } = decision
  if (scores) return bytesWith(entry, scoredColumns(columnsOf(decided, writing), row, scores, input.format), input)
  if (to !== undefined) return bytesIn(to, entry, row, input)
  if (definition.afterPolicy?.tells === 'origins') return bytesWithOrigins(entry, row, input)
  if (outcome !== 'changed') return entry.line.bytes
  if (added === undefined) return relabelledBytes(entry, row, input.format)
  return lineWith(entry, columnsOf(decided, writing))
}

/** Returns the columns of the decided row, with the miner of negatives that were added. */
function columnsOf({ entry, decision: { row, added } }: DecidedRow, { input, miner }: Writing): JsonObject {
  const columns = relabelledColumns(entry, row, input)
  // Every row of a file has the same columns: the miner is recorded only if the rows record one already.
  const isSaid = added !== undefined && minersOf(entry.row).length > 0 && miner !== undefined
  return isSaid ? withMinerAlike(columns, miner) : columns
}

/** Scores the row came with are replaced, even by none: they have another unit. */
function scoredColumns(columns: JsonObject, row: Row, given: RowScores, format: RowFormat): JsonObject {
  if ('missing' in given) return format.withoutScores(columns)
  const passages = row.passages.map((passage) => ({ ...passage, score: given.scores.get(passage.id) as number }))
  return format.withScores(columns, { ...row, passages })
}
