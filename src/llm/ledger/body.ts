// The part of a reply that can be long, compressed. A packed body is a zlib stream (RFC 1950): it names the dictionary that it was
// packed by, and carries a checksum of its text. Older ledgers have bodies with neither.
import { deflateSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { ChatReply } from '../chat.ts'

type Body = Pick<ChatReply, 'text' | 'refusal' | 'reasoning'>

/** Replies are short: small buffers are set up faster, and a higher level loses more time than it saves bytes. */
const PACK = { level: 3, chunkSize: 2048 }
const UNPACK = { chunkSize: 8192 }

/** The first byte of what is packed here. No older body begins so: it would be a stored block with padding, and zlib pads with zeros. */
const HEADER = 0x78
const HAS_DICTIONARY = 0x20
const DICTIONARY_AT = 2

/** Whether a packed body is a zlib stream, which has a checksum of its text. */
export const isZlib = (packed: Uint8Array): boolean => packed[0] === HEADER

/** Begins a body that is text and nothing else; any other is JSON, which begins with a brace. */
const TEXT_ONLY = 't'

export function bodyOf({ text, refusal, reasoning }: ChatReply): Buffer {
  const isText = refusal === undefined && reasoning === undefined
  const whole: Body = { text, ...(refusal !== undefined && { refusal }), ...(reasoning !== undefined && { reasoning }) }
  return Buffer.from(isText ? TEXT_ONLY + text : JSON.stringify(whole))
}

/** @param dictionary what bodies of its kind often say; it has to be there when the body is unpacked */
export const packBody = (body: Uint8Array, dictionary: Buffer | undefined): Buffer =>
  deflateSync(body, dictionary ? { ...PACK, dictionary } : PACK)

/**
 * @param dictionaryOf the dictionary of a number
 * @throws Error when it is damaged, or the dictionary is another one
 */
export function unpackBody(packed: Uint8Array, dictionaryOf: (id: number) => Buffer): Body {
  const body = inflate(packed, dictionaryOf)
  // An empty one is no JSON either, and so refused.
  if (body[0] === TEXT_ONLY.charCodeAt(0)) return { text: body.toString('utf8', 1) }
  return JSON.parse(body.toString('utf8')) as Body
}

function inflate(packed: Uint8Array, dictionaryOf: (id: number) => Buffer): Buffer {
  if (!isZlib(packed)) return inflateRawSync(packed, UNPACK)
  const has = ((packed[1] ?? 0) & HAS_DICTIONARY) !== 0
  return inflateSync(packed, has ? { ...UNPACK, dictionary: dictionaryOf(namedAt(packed)) } : UNPACK)
}

/** The number by which bodies name a dictionary: its Adler-32. */
export const numberOf = (dictionary: Uint8Array): number => namedAt(deflateSync('', { dictionary }))

const namedAt = (packed: Uint8Array): number => new DataView(packed.buffer, packed.byteOffset).getUint32(DICTIONARY_AT)
