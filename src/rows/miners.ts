// Who chose the negatives of a row: the column that mining writes into rows, and its readers.
import { isObject, type JsonObject } from '../base/json.ts'
import type { Row } from './row.ts'

/** A retriever or rescoring model: anything whose scores negatives were chosen by. */
export interface Miner {
  /** As the user named it, without credentials. */
  name: string
  /** Determines its scores: the `identity` of the retriever or scorer. */
  identity: string
}

/** A miner as named in a row; if Winnow did not write it, it may have only a name. */
export interface RecordedMiner {
  name: string
  identity: string | undefined
}

/** The column that names a row's miners. */
const COLUMN = 'miners'

/**
 * Returns all miners whose scores the row's negatives were chosen by. The column may hold a name, or a list of names or of objects with a
 * name; none if it is missing.
 */
export function minersOf({ extra }: Pick<Row, 'extra'>): RecordedMiner[] {
  return entriesOf((extra ?? {})[COLUMN]).flatMap((entry) => minerIn(entry) ?? [])
}

/** Returns an entry of the miners column that names no miner; undefined if there is none. */
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

/** Returns a row's columns with these miners added: a list of objects that keeps all existing entries. */
export function withMiners(columns: JsonObject, miners: readonly Miner[]): JsonObject {
  const before = entriesOf(columns[COLUMN])
  const isNew = ({ identity }: Miner) => before.every((entry) => minerIn(entry)?.identity !== identity)
  const objects = before.map((entry) => (typeof entry === 'string' ? { name: entry, identity: null } : entry))
  return { ...columns, [COLUMN]: [...objects, ...miners.filter(isNew)] }
}

/** Returns a row's columns with one more miner, in the column's present form, which other rows of the file share. */
export function withMinerAlike(columns: JsonObject, miner: Miner): JsonObject {
  const value = columns[COLUMN]
  if (typeof value === 'string') return { ...columns, [COLUMN]: `${value}+${miner.name}` }
  const isNames = Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string')
  return isNames ? { ...columns, [COLUMN]: [...new Set([...value, miner.name])] } : withMiners(columns, [miner])
}

/** Returns the weights in an identity, its own or those of a retriever that uses them, whatever their use. */
export function weightsIn(identity: string): string[] {
  return Array.from(identity.matchAll(/\bhf#([0-9a-f]+)\.[0-9a-f]+/g), ([, weights]) => weights as string)
}
