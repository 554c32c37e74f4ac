// The part of a reply that can be long, compressed.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ChatReply } from '../chat.ts'

type Body = Pick<ChatReply, 'text' | 'refusal' | 'reasoning'>

/** Replies are short: a small window and small buffers are set up faster, and lose next to nothing in size. */
const PACK = { level: 3, windowBits: 13, memLevel: 5, chunkSize: 2048 }
const UNPACK = { chunkSize: 8192 }

export function packBody({ text, refusal, reasoning }: ChatReply): Buffer {
  return deflateRawSync(JSON.stringify({ text, refusal, reasoning } satisfies Record<keyof Body, unknown>), PACK)
}

export function unpackBody(packed: Uint8Array): Body {
  return JSON.parse(inflateRawSync(packed, UNPACK).toString('utf8')) as Body
}
