// Who chose the negatives of a row: the column that mining leaves in rows, and what reads it.
import type { JsonObject } from './json.ts'
import { isObject } from './json.ts'
import type { Row } from './row.ts'

/** A retriever, or a model that rescored what it found: whatever scores negatives were chosen by. */
export interface Miner {
  /** As the user named it, without credentials. */
  name: string
  /** What decides its scores: `identity` of the retriever or scorer. */
  identity: string
}

/** The column of a row that names its miners. */
const COLUMN = 'miners'

/** Everything whose scores the row's negatives were chosen by, as the row records it; none where it does not say. */
export function minersOf({ extra }: Pick<Row, 'extra'>): Miner[] {
  return minersIn(extra ?? {})
}

function minersIn(columns: JsonObject): Miner[] {
  const value = columns[COLUMN]
  if (!Array.isArray(value)) return []
  return value.flatMap((each: unknown) => {
    if (!isObject(each)) return []
    const { name, identity } = each
    return typeof name === 'string' && typeof identity === 'string' ? [{ name, identity }] : []
  })
}

/** The columns of a row with these miners besides those it has. */
export function withMiners(columns: JsonObject, miners: readonly Miner[]): JsonObject {
  const before = minersIn(columns)
  const isNew = ({ identity }: Miner) => before.every((each) => each.identity !== identity)
  return { ...columns, [COLUMN]: [...before, ...miners.filter(isNew)] }
}
