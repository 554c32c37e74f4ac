// The part of a reply that can be long, compressed: a raw deflate stream, whose seal names the dictionary and carries the checksum. Schema 4
// had zlib streams (RFC 1950), which do both themselves, and earlier ones raw streams without either.
import { deflateRawSync, deflateSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { ChatReply } from '../chat.ts'

type Body = Pick<ChatReply, 'text' | 'refusal' | 'reasoning'>

/** Replies are short: small buffers are set up faster, and a higher level costs more time than the bytes it saves are worth. */
const PACK = { level: 3, chunkSize: 2048 }
const UNPACK = { chunkSize: 8192 }

/** The first byte of a zlib stream. No raw stream begins so: it would be a stored block with padding, and zlib pads with zeros. */
const HEADER = 0x78
const HAS_DICTIONARY = 0x20
const DICTIONARY_AT = 2
const CHECKSUM_BYTES = 4

const hasDictionary = (zlib: Uint8Array): boolean => ((zlib[1] ?? 0) & HAS_DICTIONARY) !== 0

/** Whether an unsealed body is a zlib stream, which has a checksum of its text. */
export const isZlib = (packed: Uint8Array): boolean => packed[0] === HEADER

/** The first character of a body that is only text. Any other body is JSON, which begins with a brace. */
const TEXT_ONLY = 't'

export function bodyOf({ text, refusal, reasoning }: ChatReply): Buffer {
  const isText = refusal === undefined && reasoning === undefined
  const whole: Body = { text, ...(refusal !== undefined && { refusal }), ...(reasoning !== undefined && { reasoning }) }
  return Buffer.from(isText ? TEXT_ONLY + text : JSON.stringify(whole))
}

/** @param dictionary what bodies of its kind often say; needed to unpack the body */
export const packBody = (body: Uint8Array, dictionary: Buffer | undefined): Buffer =>
  deflateRawSync(body, dictionary ? { ...PACK, dictionary } : PACK)

/** @throws Error if it is damaged so that it cannot be inflated; other damage is for its seal to find */
export function unpackBody(packed: Uint8Array, dictionary: Buffer | undefined): Readonly<Body> {
  if (packed.length > SHORT) return inflateBody(packed, dictionary)
  const known = shortOf(dictionary)
  const name = Buffer.from(packed.buffer, packed.byteOffset, packed.length).toString('latin1')
  const before = known.get(name)
  if (before !== undefined) return before
  const body = inflateBody(packed, dictionary)
  if (known.size === MOST_SHORT) known.clear()
  known.set(name, body)
  return body
}

const inflateBody = (packed: Uint8Array, dictionary: Buffer | undefined): Body =>
  bodyIn(inflateRawSync(packed, dictionary ? { ...UNPACK, dictionary } : UNPACK))

/** Bytes of a packed body that is remembered, and how many are: extractors say the same few words millions of times. */
const [SHORT, MOST_SHORT] = [64, 1024]
const NO_DICTIONARY = {}
const shortBodies = new WeakMap<object, Map<string, Body>>()

/** Returns the short bodies that were unpacked with a dictionary. */
function shortOf(dictionary: Buffer | undefined): Map<string, Body> {
  const owner = dictionary ?? NO_DICTIONARY
  const known = shortBodies.get(owner) ?? new Map<string, Body>()
  shortBodies.set(owner, known)
  return known
}

/**
 * Unpacks a body of schema 4 or before, which has no seal.
 * @param dictionaryOf returns the dictionary with a number
 * @throws Error if it is damaged, as far as its kind of stream shows it, or the dictionary is another one
 */
export const unpackUnsealed = (packed: Uint8Array, dictionaryOf: (id: number) => Buffer): Body =>
  bodyIn(inflate(packed, dictionaryOf))

function bodyIn(body: Buffer): Body {
  // An empty body is not JSON either, so it is refused.
  if (body[0] === TEXT_ONLY.charCodeAt(0)) return { text: body.toString('utf8', 1) }
  return JSON.parse(body.toString('utf8')) as Body
}

function inflate(packed: Uint8Array, dictionaryOf: (id: number) => Buffer): Buffer {
  if (!isZlib(packed)) return inflateRawSync(packed, UNPACK)
  return inflateSync(packed, hasDictionary(packed) ? { ...UNPACK, dictionary: dictionaryOf(namedAt(packed)) } : UNPACK)
}

/** The number by which bodies name a dictionary: its Adler-32. */
export const numberOf = (dictionary: Uint8Array): number => namedAt(deflateSync('', { dictionary }))

const namedAt = (packed: Uint8Array): number => new DataView(packed.buffer, packed.byteOffset).getUint32(DICTIONARY_AT)

/**
 * Returns an unsealed body as a raw stream, with the number of its dictionary. A zlib stream is one between a header of two bytes, the
 * number of the dictionary and a checksum of four bytes each.
 */
export function withoutHeader(body: Uint8Array): { packed: Uint8Array; dictionary?: number } {
  if (!isZlib(body)) return { packed: body }
  if (!hasDictionary(body)) return { packed: body.subarray(DICTIONARY_AT, -CHECKSUM_BYTES) }
  return { packed: body.subarray(DICTIONARY_AT + 4, -CHECKSUM_BYTES), dictionary: namedAt(body) }
}
