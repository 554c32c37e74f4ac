// Who chose the negatives of a row: the column that mining leaves in rows, and what reads it.
import { isObject, type JsonObject } from '../base/json.ts'
import type { Row } from './row.ts'

/** A retriever, or a model that rescored what it found: whatever scores negatives were chosen by. */
export interface Miner {
  /** As the user named it, without credentials. */
  name: string
  /** What decides its scores: `identity` of the retriever or scorer. */
  identity: string
}

/** A miner as a row names it: one that Winnow did not write may have a name alone. */
export interface RecordedMiner {
  name: string
  identity: string | undefined
}

/** The column of a row that names its miners. */
const COLUMN = 'miners'

/** Everything whose scores the row's negatives were chosen by: a name, or a list of names or of objects that have one; none where the row does not say. */
export function minersOf({ extra }: Pick<Row, 'extra'>): RecordedMiner[] {
  return entriesOf((extra ?? {})[COLUMN]).flatMap((entry) => minerIn(entry) ?? [])
}

/** What stands in the column of miners and names none; undefined when all of it can be read, or nothing is there. */
export function unreadMiners({ extra }: Pick<Row, 'extra'>): unknown {
  return entriesOf((extra ?? {})[COLUMN]).find((entry) => minerIn(entry) === undefined)
}

function entriesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  return value === undefined || value === null || value === '' ? [] : [value]
}

function minerIn(entry: unknown): RecordedMiner | undefined {
  if (typeof entry === 'string') return { name: entry, identity: undefined }
  if (!isObject(entry) || typeof entry['name'] !== 'string') return undefined
  const { name, identity } = entry
  return { name, identity: typeof identity === 'string' ? identity : undefined }
}

/** The columns of a row with these miners besides those it has: a list of objects, in which whatever stood there stays. */
export function withMiners(columns: JsonObject, miners: readonly Miner[]): JsonObject {
  const before = entriesOf(columns[COLUMN])
  const isNew = ({ identity }: Miner) => before.every((entry) => minerIn(entry)?.identity !== identity)
  const objects = before.map((entry) => (typeof entry === 'string' ? { name: entry, identity: null } : entry))
  return { ...columns, [COLUMN]: [...objects, ...miners.filter(isNew)] }
}

/** The columns of a row with one more miner, in the shape that the column has: other rows of the file have it, too. */
export function withMinerAlike(columns: JsonObject, miner: Miner): JsonObject {
  const value = columns[COLUMN]
  if (typeof value === 'string') return { ...columns, [COLUMN]: `${value}+${miner.name}` }
  const isNames = Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string')
  return isNames ? { ...columns, [COLUMN]: [...new Set([...value, miner.name])] } : withMiners(columns, [miner])
}

/** The weights that an identity names, its own or those of a retriever that uses them, whatever they are used for. */
export function weightsIn(identity: string): string[] {
  return Array.from(identity.matchAll(/\bhf#([0-9a-f]+)\.[0-9a-f]+/g), ([, weights]) => weights as string)
}
