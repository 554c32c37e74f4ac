// Reads replies, many in one round trip, and checks them.
import { messageOf, WinnowError } from '../../../base/errors.ts'
import type { ChatReply, Usage } from '../../chat.ts'
import { unpackBody } from '../body.ts'
import type { Provenance, StoredReply } from '../ledger.ts'
import { unseal, type ReplyFields } from '../seal.ts'
import { gathered, nameOf } from './gathered.ts'
import type { Session } from './session.ts'

const FIND = `
  SELECT k.key, r.body, r.source, r.run, r.row_id, r.sample, r.finish_reason, r.input_tokens, r.output_tokens, r.cached_tokens,
    r.reasoning_tokens, r.cost, r.latency_ms, r.created_ms
  FROM winnow.keys k JOIN winnow.replies r ON r.id = k.reply WHERE k.key = ANY($1)`

const PROVENANCE = `
  SELECT s.model, s.endpoint, r.run, r.created_ms AS "createdMs", r.latency_ms AS "latencyMs"
  FROM winnow.keys k JOIN winnow.replies r ON r.id = k.reply JOIN winnow.sources s ON s.id = r.source WHERE k.key = $1`

interface Found {
  body: Buffer
  fields: ReplyFields
}

export class Replies {
  readonly #place: string
  readonly #session: Session
  readonly #find: (key: Buffer) => Promise<Found | undefined>

  constructor(session: Session, place: string) {
    this.#place = place
    this.#session = session
    this.#find = gathered(async (keys) => {
      const rows = await session.arrays<[Buffer, Buffer, ...ReplyFields]>(FIND, [keys])
      return new Map(rows.map(([key, body, ...fields]) => [nameOf(key), { body, fields }]))
    })
  }

  async find(key: Buffer): Promise<StoredReply | undefined> {
    const found = await this.#find(key)
    if (found === undefined) return undefined
    const [, , , , finishReason, input, output, cached, reasoning, cost] = found.fields
    const reply: StoredReply = { ...this.#bodyOf(found, key), finishReason, cost }
    if (input !== null) reply.usage = { input, output, cached, reasoning } as Usage
    return reply
  }

  async findText(key: Buffer): Promise<ChatReply | undefined> {
    const found = await this.#find(key)
    return found && { ...this.#bodyOf(found, key), finishReason: found.fields[4] }
  }

  async provenanceOf(key: Buffer): Promise<Provenance | undefined> {
    return (await this.#session.query<Provenance>(PROVENANCE, [key]))[0]
  }

  #bodyOf({ body, fields }: Found, key: Buffer): ReturnType<typeof unpackBody> {
    try {
      return unpackBody(unseal(body, fields, key).packed, undefined)
    } catch (error) {
      const what = `the reply ${key.toString('hex')} in the ledger ${this.#place}`
      throw new WinnowError('ledger', `cannot read ${what}: ${messageOf(error)}`, {
        cause: error,
        hint: 'The table winnow.replies was changed, or the disk of the server is damaged: restore it from a backup.',
      })
    }
  }
}
