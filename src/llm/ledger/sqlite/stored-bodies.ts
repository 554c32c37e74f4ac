// Reads the bodies of replies as they are stored: sealed, or as earlier versions wrote them.
import type { DatabaseSync } from 'node:sqlite'
import { isZlib, unpackBody, unpackUnsealed } from '../body.ts'
import { Dictionaries } from './dictionaries.ts'
import { isSealed, unseal, type ReplyFields } from '../seal.ts'

export class StoredBodies {
  readonly #dictionaries: Pick<Dictionaries, 'get'>
  readonly #lastRaw: number

  /** @param lastRaw the last reply that may have a body without any checksum */
  constructor(dictionaries: Pick<Dictionaries, 'get'>, lastRaw: number) {
    this.#dictionaries = dictionaries
    this.#lastRaw = lastRaw
  }

  static of(db: DatabaseSync): StoredBodies {
    const { reply } = db.prepare('SELECT max(reply) AS reply FROM unsealed').get() as { reply: number | null }
    return new StoredBodies(new Dictionaries(db), reply ?? 0)
  }

  /** @param key of the request, to be checked as well @throws Error if the reply or its dictionary is damaged */
  read(id: number, fields: ReplyFields, body: Uint8Array, key?: Uint8Array): ReturnType<typeof unpackBody> {
    if (isSealed(body)) {
      const { packed, dictionary } = unseal(body, fields, key)
      return unpackBody(packed, dictionary === undefined ? undefined : this.#dictionaries.get(dictionary))
    }
    // A process of an earlier version may have been writing while this ledger was migrated.
    if (!isZlib(body) && id > this.#lastRaw) throw new Error('it has no checksum')
    return unpackUnsealed(body, this.#dictionaries.get)
  }
}
