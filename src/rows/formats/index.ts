// The formats that Winnow reads and writes, and how a file's format is told from its first row.
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

/** @throws UsageError naming the known formats when there is none of that name. */
export function formatNamed(name: string): RowFormat {
  const format = FORMATS.find((candidate) => candidate.name === name)
  if (format) return format
  throw new UsageError(`unknown format "${name}"; known formats: ${FORMATS.map((known) => known.name).join(', ')}`)
}

/**
 * The format whose columns a row has, or undefined.
 * @param wantsNegatives whether rows may be without negatives, because they are yet to be found
 */
export function formatOf(columns: JsonObject, wantsNegatives = false): RowFormat | undefined {
  return FORMATS.find((format) => format.matches(wantsNegatives ? withNegativesColumn(columns, format) : columns))
}

/** The columns of a row with an empty list of negatives where they have none. */
export function withNegativesColumn(columns: JsonObject, { negativesColumn }: RowFormat): JsonObject {
  return columns[negativesColumn] === undefined ? { ...columns, [negativesColumn]: [] } : columns
}
