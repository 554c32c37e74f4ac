// The checksums of a reply, in front of its packed body. They cover the key and every column of its row. Ledgers of schema 4 and before have
// bodies without them.
import { crc32 } from 'node:zlib'
import { checksum } from './checksum.ts'

/** The columns of a reply's row that its checksum covers, in this order. */
export type ReplyFields = [
  source: number,
  run: string,
  row: string,
  sample: number,
  finishReason: string,
  input: number | null,
  output: number | null,
  cached: number | null,
  reasoning: number | null,
  cost: number | null,
  latencyMs: number,
  createdMs: number,
]
export const REPLY_FIELDS =
  'source, run, row, sample, finish_reason, input_tokens, output_tokens, cached_tokens, reasoning_tokens, cost, latency_ms, created_ms'

/**
 * The first byte of a sealed body, without and with a dictionary. Neither begins a zlib stream, from which they differ in most bits, nor a
 * raw one: their block type is reserved. Only replies from before a ledger was migrated may have raw bodies, so no flipped bit makes a
 * sealed body pass for one without checksums.
 */
const PLAIN = 0x87
const WITH_DICTIONARY = 0x9f
/** The same for SQL. */
export const IS_UNSEALED = "substr(body, 1, 1) NOT IN (x'87', x'9f')"

/** Two checksums: of the key; and of the row, with all that stands before the latter and the packed body. */
const KEY_AT = 1
const ROW_AT = 5
const DICTIONARY_AT = 9
const HEAD_BYTES = 9
/** How much of a sealed body `isSealed` and `isKeyOf` need. */
export const HEAD = `substr(body, 1, ${HEAD_BYTES})`

/** A packed body, and the number of its dictionary. */
export interface Packed {
  packed: Uint8Array
  dictionary?: number | undefined
}

/** Returns the packed body with its checksums and the number of its dictionary in front. */
export function seal({ packed, dictionary }: Packed, fields: ReplyFields, key: Uint8Array): Buffer {
  const start = dictionary === undefined ? HEAD_BYTES : HEAD_BYTES + 4
  const sealed = Buffer.allocUnsafe(start + packed.length)
  sealed[0] = dictionary === undefined ? PLAIN : WITH_DICTIONARY
  sealed.writeUInt32BE(crc32(key), KEY_AT)
  if (dictionary !== undefined) sealed.writeUInt32BE(dictionary, DICTIONARY_AT)
  sealed.set(packed, start)
  sealed.writeUInt32BE(rowSumOf(sealed, fields), ROW_AT)
  return sealed
}

const rowSumOf = (sealed: Uint8Array, fields: ReplyFields): number =>
  checksum([...fields, sealed[0] as number, keySumOf(sealed)], sealed.subarray(DICTIONARY_AT))

export const isSealed = (body: Uint8Array): boolean => body[0] === PLAIN || body[0] === WITH_DICTIONARY

/** Returns what was sealed. @param key of the request, to be checked as well @throws Error if a checksum does not fit */
export function unseal(sealed: Uint8Array, fields: ReplyFields, key?: Uint8Array): Packed {
  const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (sealed.length < HEAD_BYTES) throw new Error('it is cut off')
  if (view.getUint32(ROW_AT) !== rowSumOf(sealed, fields)) throw new Error('its checksum differs')
  if (key !== undefined && !isKeyOf(sealed, key)) throw new Error('it is the reply to another request')
  return packedIn(sealed)
}

/** Returns what was sealed, unchecked. */
export function packedIn(sealed: Uint8Array): Packed {
  if (sealed[0] === PLAIN) return { packed: sealed.subarray(HEAD_BYTES) }
  const view = new DataView(sealed.buffer, sealed.byteOffset)
  return { packed: sealed.subarray(HEAD_BYTES + 4), dictionary: view.getUint32(DICTIONARY_AT) }
}

/** The CRC-32 of the request's key, as a sealed body says it. */
export const keySumOf = (sealed: Uint8Array): number => new DataView(sealed.buffer, sealed.byteOffset).getUint32(KEY_AT)

/** Whether a sealed body is the reply to the request with this key. */
export const isKeyOf = (sealed: Uint8Array, key: Uint8Array): boolean => keySumOf(sealed) === crc32(key)
