// Mends records: every rule that can be mended safely changes the record that the one before it left.
import { parseLossless, type JsonObject } from '../base/json.ts'
import { textOf, type Line } from '../base/lines.ts'
import { isWhole } from '../rows/keys.ts'
import type { Context, Rule } from './rule.ts'

export interface Mend {
  /** The code of the rule. */
  code: string
  mend: (record: JsonObject) => JsonObject
}

/** Returns the mends of rules, in their order. */
export const mendsOf = (rules: readonly Rule[], context: Context): Mend[] =>
  rules.flatMap(({ code, mend }) => (mend ? [{ code, mend: mend(context) }] : []))

/**
 * Returns a record without its faults, its numbers as they are written; undefined if nothing was mended. A record that has a key twice, or
 * bytes that are not UTF-8, is left alone: to write it again would lose one of the values, or the bytes.
 * @param parsed the record of the line
 * @param counts gets one more for each rule that changed the record
 */
export function mendedRecord(
  line: Line,
  parsed: JsonObject,
  mends: readonly Mend[],
  counts: Record<string, number>,
): JsonObject | undefined {
  // To keep the text of numbers takes several times as long as to parse, and most records have no fault.
  if (mends.every(({ mend }) => mend(parsed) === parsed)) return undefined
  const text = textOf(line)
  if (!isWhole(line.bytes, text, parsed)) return undefined
  const before = parseLossless(text)
  let record = before
  for (const { code, mend } of mends) {
    const next = mend(record)
    if (next !== record) counts[code] = (counts[code] ?? 0) + 1
    record = next
  }
  return record === before ? undefined : record
}
