// Checksums of what a ledger says beside the texts of replies: CRC-32, which finds every flipped bit.
import { crc32 } from 'node:zlib'

export type Value = string | number | null

/** Returns the CRC-32 of values, or of values followed by bytes, as 32 bits without a sign. */
export function checksum(values: readonly Value[], bytes?: Uint8Array): number {
  const plain = JSON.stringify(values)
  const sum = crc32(plain.includes(SURROGATE) ? JSON.stringify(values.map(asStored)) : plain)
  return bytes === undefined ? sum : crc32(bytes, sum)
}

/** How JSON escapes lone surrogates. SQLite replaces them. */
const SURROGATE = '\\ud'

const asStored = (value: Value): Value => (typeof value === 'string' ? value.toWellFormed() : value)
