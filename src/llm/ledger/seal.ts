// The checksums of a reply, in front of its packed body. They cover the key and every column of its row. Ledgers of schema 4 and before
// have bodies without them.
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
 * The first byte of a sealed body. A zlib stream begins with its complement, and no deflate stream begins with it: its block type is
 * reserved. So no flipped bit makes a sealed body look like one without checksums.
 */
const MARK = 0x87
const KEY_AT = 1
const ROW_AT = 5
const SEALED_AT = 9

/** Returns the body with its checksums in front: the mark, the CRC-32 of the key, and that of the row, the former and the body. */
export function seal(packed: Uint8Array, fields: ReplyFields, key: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(SEALED_AT + packed.length)
  const keySum = crc32(key)
  sealed[0] = MARK
  sealed.writeUInt32BE(keySum, KEY_AT)
  sealed.writeUInt32BE(checksum([...fields, keySum], packed), ROW_AT)
  sealed.set(packed, SEALED_AT)
  return sealed
}

export const isSealed = (body: Uint8Array): boolean => body[0] === MARK

/** Returns the packed body without its checksums. @throws Error if they do not fit */
export function unseal(sealed: Uint8Array, fields: ReplyFields, key?: Uint8Array): Uint8Array {
  const packed = sealed.subarray(SEALED_AT)
  if (sealed.length < SEALED_AT) throw new Error('it is cut off')
  const keySum = keySumOf(sealed)
  const view = new DataView(sealed.buffer, sealed.byteOffset)
  if (view.getUint32(ROW_AT) !== checksum([...fields, keySum], packed)) throw new Error('its checksum differs')
  if (key !== undefined && !isKeyOf(sealed, key)) throw new Error('it is the reply to another request')
  return packed
}

/** The CRC-32 of the request's key, as a sealed body says it. */
export const keySumOf = (sealed: Uint8Array): number => new DataView(sealed.buffer, sealed.byteOffset).getUint32(KEY_AT)

/** Whether a sealed body is the reply to the request with this key. */
export const isKeyOf = (sealed: Uint8Array, key: Uint8Array): boolean => keySumOf(sealed) === crc32(key)
