// Gives the replies of earlier versions their checksums.
import type { DatabaseSync } from 'node:sqlite'
import { unpackUnsealed, withoutHeader } from '../body.ts'
import { Dictionaries } from './dictionaries.ts'
import { IS_UNSEALED, isSealed, REPLY_FIELDS, seal, type ReplyFields } from '../seal.ts'

/** Seals every reply that has no checksums. Belongs into a transaction of the caller. */
export function sealAll(db: DatabaseSync): void {
  const columns = `body, id, ${REPLY_FIELDS}`
  const ofKeys = db.prepare(`SELECT key, reply FROM keys JOIN replies ON id = reply WHERE ${IS_UNSEALED}`)
  const find = db.prepare(`SELECT ${columns} FROM replies WHERE id = ?`)
  find.setReturnArrays(true)
  const update = db.prepare('UPDATE replies SET body = ? WHERE id = ?')
  const dictionaries = new Dictionaries(db)
  const isSound = (body: Uint8Array): boolean => {
    try {
      unpackUnsealed(body, dictionaries.get)
      return true
    } catch {
      return false
    }
  }
  const sealOne = (reply: number, key: Uint8Array) => {
    const [body, id, ...fields] = find.get(reply) as unknown as [Uint8Array, number, ...ReplyFields]
    if (isSealed(body)) return
    // What is damaged stays as it is, so that it is still found.
    if (isSound(body)) update.run(seal(withoutHeader(body), fields, key), id)
  }
  for (const { key, reply } of ofKeys.iterate()) sealOne(Number(reply), key as Uint8Array)
  // The second reply to a request has no key.
  for (const { id } of db.prepare(`SELECT id FROM replies WHERE ${IS_UNSEALED}`).all()) {
    sealOne(Number(id), new Uint8Array())
  }
  const { many } = db.prepare(`SELECT count(*) AS many FROM replies WHERE ${IS_UNSEALED}`).get() as { many: number }
  if (many === 0) db.exec('UPDATE unsealed SET reply = 0')
}
