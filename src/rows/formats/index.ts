// The formats that Winnow reads and writes, and how a file's format is detected from its first row.
import { UsageError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'
import { bge } from './bge.ts'
import { dpr } from './dpr.ts'
import type { RowFormat } from './format.ts'
import { recordsIn } from './group.ts'
import { msSwiftPair, stLabeledPair } from './labeled-pairs.ts'
import type { FormatName } from './names.ts'
import { msMarco } from './msmarco.ts'
import { msSwift, msSwiftReranker } from './ms-swift.ts'
import { nemo, nemoInline } from './nemo.ts'
import { rankLlm } from './rankllm.ts'
import { stLabeledList } from './st-labeled-list.ts'
import { tevatronScored } from './tevatron-scored.ts'
import { tevatronV2 } from './tevatron-v2.ts'
import { tevatron } from './tevatron.ts'
import { stNTuple, stPair, stTriplet } from './tuples.ts'

const BY_NAME: Readonly<Record<FormatName, RowFormat>> = {
  bge,
  tevatron,
  'tevatron-v2': tevatronV2,
  'tevatron-scored': tevatronScored,
  'ms-swift': msSwift,
  'ms-swift-reranker': msSwiftReranker,
  'ms-swift-pair': msSwiftPair,
  msmarco: msMarco,
  dpr,
  rankllm: rankLlm,
  nemo,
  'nemo-inline': nemoInline,
  'st-labeled-list': stLabeledList,
  'st-triplet': stTriplet,
  'st-n-tuple': stNTuple,
  'st-labeled-pair': stLabeledPair,
  'st-pair': stPair,
}

/** In the order in which a first row is tried: the more columns a format needs, the earlier. */
export const FORMATS: readonly RowFormat[] = Object.values(BY_NAME)

/** @throws UsageError naming the known formats if the name is unknown */
export function formatNamed(name: string): RowFormat {
  const format = FORMATS.find((candidate) => candidate.name === name)
  if (format) return format
  throw new UsageError(`unknown format "${name}"; known formats: ${FORMATS.map((known) => known.name).join(', ')}`)
}

/**
 * Returns the format that matches a row's columns, or undefined.
 * @param wantsNegatives whether rows may lack negatives because they are yet to be mined
 */
export function formatOf(columns: JsonObject, wantsNegatives = false): RowFormat | undefined {
  const found = FORMATS.find((format) => format.matches(columns))
  if (found !== undefined || !wantsNegatives) return found
  return FORMATS.find((format) => format.matches(withNegativesColumn(columns, format)))
}

/** Returns the columns of a row, with an empty list of negatives if it has none. */
export function withNegativesColumn(columns: JsonObject, { negativesColumn }: RowFormat): JsonObject {
  if (negativesColumn === undefined || columns[negativesColumn] !== undefined) return columns
  return { ...columns, [negativesColumn]: [] }
}

/** A format that a row looks like, and what it lacks: each entry names the columns that would do. */
export interface Resemblance {
  format: RowFormat
  missing: readonly (readonly string[])[]
}

/** Returns the format that a row of no known format comes closest to; undefined if it resembles none. */
export function resemblanceOf(columns: JsonObject): Resemblance | undefined {
  const [record = {}] = recordsIn(columns)
  const candidates = FORMATS.map((format) => {
    const missing = format.wanted.filter((names) => names.every((name) => record[name] === undefined))
    return { format, missing, found: format.wanted.length - missing.length }
  })
  const close = candidates.filter(({ missing, found }) => missing.length > 0 && found >= missing.length && found > 0)
  const least = Math.min(...close.map(({ missing, found }) => missing.length / (missing.length + found)))
  return close.find(({ missing, found }) => missing.length / (missing.length + found) === least)
}
