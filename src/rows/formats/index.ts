// The formats that Winnow reads and writes, and how a file's format is detected from its first row.
import { UsageError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'
import { bge } from './bge.ts'
import type { RowFormat } from './format.ts'
import type { FormatName } from './names.ts'
import { msSwift, msSwiftReranker } from './ms-swift.ts'
import { tevatron } from './tevatron.ts'

const BY_NAME: Readonly<Record<FormatName, RowFormat>> = {
  bge,
  tevatron,
  'ms-swift': msSwift,
  'ms-swift-reranker': msSwiftReranker,
}

/** In the order in which a first row is tried. */
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
  return FORMATS.find((format) => format.matches(wantsNegatives ? withNegativesColumn(columns, format) : columns))
}

/** Returns the columns of a row, with an empty list of negatives if it has none. */
export function withNegativesColumn(columns: JsonObject, { negativesColumn }: RowFormat): JsonObject {
  return columns[negativesColumn] === undefined ? { ...columns, [negativesColumn]: [] } : columns
}
