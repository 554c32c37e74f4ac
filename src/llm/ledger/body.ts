// The part of a reply that can be long, compressed.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ChatReply } from '../chat.ts'

type Body = Pick<ChatReply, 'text' | 'refusal' | 'reasoning'>

export function packBody({ text, refusal, reasoning }: ChatReply): Buffer {
  return deflateRawSync(JSON.stringify({ text, refusal, reasoning } satisfies Record<keyof Body, unknown>), {
    level: 3,
  })
}

export function unpackBody(packed: Uint8Array): Body {
  return JSON.parse(inflateRawSync(packed).toString('utf8')) as Body
}
