// Gives the replies of earlier versions their checksums.
import type { DatabaseSync } from 'node:sqlite'
import { isSealed, REPLY_FIELDS, seal, type ReplyFields } from './seal.ts'

/** Seals every reply that has no checksums. Belongs into a transaction of the caller. */
export function sealAll(db: DatabaseSync): void {
  const columns = `body, id, ${REPLY_FIELDS}`
  const ofKeys = db.prepare(`SELECT key, reply FROM keys JOIN replies ON id = reply WHERE substr(body, 1, 1) <> x'87'`)
  const find = db.prepare(`SELECT ${columns} FROM replies WHERE id = ?`)
  find.setReturnArrays(true)
  const update = db.prepare('UPDATE replies SET body = ? WHERE id = ?')
  const sealOne = (reply: number, key: Uint8Array) => {
    const [body, id, ...fields] = find.get(reply) as unknown as [Uint8Array, number, ...ReplyFields]
    if (!isSealed(body)) update.run(seal(body, fields, key), id)
  }
  for (const { key, reply } of ofKeys.iterate()) sealOne(Number(reply), key as Uint8Array)
  // The second reply to a request has no key.
  for (const { id } of db.prepare("SELECT id FROM replies WHERE substr(body, 1, 1) <> x'87'").all()) {
    sealOne(Number(id), new Uint8Array())
  }
  db.exec('UPDATE unsealed SET reply = 0')
}
