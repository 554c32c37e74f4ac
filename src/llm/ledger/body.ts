// The part of a reply that can be long, compressed.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ChatReply } from '../chat.ts'

type Body = Pick<ChatReply, 'text' | 'refusal' | 'reasoning'>

/** Replies are short: a small window and small buffers are set up faster, and lose next to nothing in size. */
const PACK = { level: 3, windowBits: 13, memLevel: 5, chunkSize: 2048 }
const UNPACK = { chunkSize: 8192 }

/** Marks a body that is text and nothing else; any other is JSON, which begins with a brace. */
const TEXT_ONLY = 't'

export function packBody({ text, refusal, reasoning }: ChatReply): Buffer {
  const isText = refusal === undefined && reasoning === undefined
  const whole: Body = { text, ...(refusal !== undefined && { refusal }), ...(reasoning !== undefined && { reasoning }) }
  return deflateRawSync(isText ? TEXT_ONLY + text : JSON.stringify(whole), PACK)
}

export function unpackBody(packed: Uint8Array): Body {
  const body = inflateRawSync(packed, UNPACK).toString('utf8')
  return body.startsWith(TEXT_ONLY) ? { text: body.slice(TEXT_ONLY.length) } : (JSON.parse(body) as Body)
}
