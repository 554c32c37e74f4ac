// Copies the sound rows of a damaged ledger, of any schema, one by one into a new one.
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { defineChecksum, writeChecksums } from './checksum.ts'
import { numberOf } from '../body.ts'
import { Dictionaries } from './dictionaries.ts'
import { HEAD, isKeyOf, isSealed, keySumOf, REPLY_FIELDS, type ReplyFields } from '../seal.ts'
import {
  BY_KEY,
  copyBatches,
  copyFailures,
  copyRuns,
  copySources,
  count,
  highestOf,
  insert,
  isThere,
  KEY_PLACES,
  keyRange,
  numberFrom,
} from './salvage-rows.ts'
import { sealAll } from './seal-all.ts'
import { StoredBodies } from './stored-bodies.ts'
import { SUMS } from './verify.ts'
import { walk } from './walk.ts'

/** What was not copied, by kind. */
export interface Dropped {
  /** Replies that are damaged or gone. */
  replies: number
  /** Sound replies without the key that they are found by. They are kept, as what they cost is true, and never found. */
  unfindable: number
  /** Replies that are kept and found, of a source that is damaged: which model and prompt they are from is lost. */
  unsourced: number
  runs: number
  failures: number
  dictionaries: number
  /** Batch jobs, and requests in them: their results are not recognised any more. */
  batched: number
}

export function copySound(source: DatabaseSync, target: DatabaseSync): { replies: number; dropped: Dropped } {
  defineChecksum(source)
  writeChecksums(target)
  target.exec('BEGIN')
  const dictionaries = copyDictionaries(source, target)
  copySources(source, target)
  const runs = copyRuns(source, target)
  const failures = copyFailures(source, target)
  copyKeys(source, target)
  const batched = copyBatches(source, target)
  const replies = copyReplies(source, target)
  const unsourced = replaceSources(target)
  tally(target)
  const unfindable = countUnfindable(target)
  sealAll(target)
  target.exec('COMMIT')
  const kept = count(target, 'SELECT count(*) AS many FROM replies')
  return { replies: kept, dropped: { replies, unfindable, unsourced, runs, failures, dictionaries, batched } }
}

function copyDictionaries(source: DatabaseSync, target: DatabaseSync): number {
  if (!isThere(source, 'dictionaries')) return 0
  const ids = new Set<number>()
  for (const sql of [
    'SELECT id FROM dictionaries',
    'SELECT id FROM dictionaries ORDER BY id DESC',
    'SELECT dictionary AS id FROM sources WHERE dictionary IS NOT NULL',
  ]) {
    try {
      for (const { id } of source.prepare(sql).iterate()) ids.add(Number(id))
    } catch {
      // What was read before the damage counts.
    }
  }
  const find = source.prepare('SELECT bytes FROM dictionaries WHERE id = ?')
  const add = target.prepare('INSERT OR IGNORE INTO dictionaries (id, bytes) VALUES (?, ?)')
  let damaged = 0
  for (const id of ids) {
    try {
      const { bytes } = find.get(id) as { bytes: Uint8Array }
      if (numberOf(bytes) !== id || !insert(add, [id, bytes])) damaged += 1
    } catch {
      damaged += 1
    }
  }
  return damaged
}

function copyKeys(source: DatabaseSync, target: DatabaseSync): void {
  if (!isThere(source, 'keys')) return
  const statement = source.prepare(`SELECT key, reply FROM keys WHERE ${BY_KEY}`)
  const add = target.prepare('INSERT OR IGNORE INTO keys (key, reply) VALUES (?, ?)')
  walk(0, KEY_PLACES, (low, high) => {
    for (const { key, reply } of statement.iterate(...keyRange(low, high))) insert(add, [key, reply])
  })
}

/** Copies the replies that are sound and removes the keys of all others. Returns how many are lost. */
function copyReplies(source: DatabaseSync, target: DatabaseSync): number {
  const lost = new Set<number>()
  const highest = count(target, 'SELECT coalesce(max(reply), 0) AS many FROM keys')
  if (isThere(source, 'replies')) {
    const bodies = new StoredBodies(new Dictionaries(target), lastRaw(source))
    const statement = source.prepare(`SELECT body, id, ${REPLY_FIELDS} FROM replies WHERE id >= ? AND id < ?`)
    statement.setReturnArrays(true)
    const add = target.prepare(
      `INSERT OR IGNORE INTO replies (body, id, ${REPLY_FIELDS}) VALUES (${'?, '.repeat(13)}?)`,
    )
    const unread = walk(1, Math.max(highest + 1, highestOf(source, 'replies', highest)), (low, high) => {
      for (const row of statement.iterate(low, high)) {
        const [body, id, ...fields] = row as unknown as [Uint8Array, number, ...ReplyFields]
        if (!isReadable(() => bodies.read(id, fields, body)) || !insert(add, row as never)) lost.add(id)
      }
    })
    // The read of a sound row fails if the step to the next one does.
    const isKept = target.prepare('SELECT 1 FROM replies WHERE id = ?')
    for (const id of unread) if (isKept.get(id) === undefined) lost.add(id)
  }
  return withoutKeys(target, lost).size
}

/** Deletes the keys that have no reply, or another one. Adds the missing replies to the lost ones. */
function withoutKeys(target: DatabaseSync, lost: Set<number>): Set<number> {
  const remove = target.prepare('DELETE FROM keys WHERE key = ?')
  const wrong: Uint8Array[] = []
  const joined = target.prepare(`SELECT key, reply, ${HEAD} AS head FROM keys LEFT JOIN replies ON id = reply`)
  for (const { key, reply, head } of joined.iterate() as Iterable<{
    key: Uint8Array
    reply: number
    head: Uint8Array | null
  }>) {
    if (head !== null && (!isSealed(head) || isKeyOf(head, key))) continue
    wrong.push(key)
    if (head === null) lost.add(reply)
  }
  for (const key of wrong) remove.run(key)
  return lost
}

function isReadable(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}

const lastRaw = (source: DatabaseSync): number =>
  isThere(source, 'unsealed') ? numberFrom(source, 'SELECT max(reply) AS many FROM unsealed', Infinity) : Infinity

/** Puts sources that say so in the place of damaged ones. Returns how many replies are of these. */
function replaceSources(target: DatabaseSync): number {
  const lacking = 'FROM replies WHERE source NOT IN (SELECT id FROM sources)'
  const replies = count(target, `SELECT count(*) AS many ${lacking}`)
  const ids = target.prepare(`SELECT DISTINCT source AS id ${lacking}`).all()
  const add = target.prepare(
    'INSERT INTO sources (id, model, method, stage, prompt, endpoint) VALUES (?, ?, ?, ?, ?, ?)',
  )
  for (const { id } of ids)
    add.run(Number(id), `damaged source ${Number(id)}`, 'unknown', 'unknown', 'unknown', 'unknown')
  return replies
}

function tally(target: DatabaseSync): void {
  const columns = Object.entries(SUMS)
  target.exec(
    `INSERT INTO tallies (run, source, ${columns.map(([name]) => name).join(', ')})
     SELECT run, source, ${columns.map(([, sum]) => sum).join(', ')} FROM replies GROUP BY run, source`,
  )
}

/** Counts the replies whose key is lost. A reply that came second to its request has none either, and another of its key is there. */
function countUnfindable(target: DatabaseSync): number {
  const heads = target
    .prepare(`SELECT ${HEAD} AS head FROM replies WHERE id NOT IN (SELECT reply FROM keys)`)
    .all()
    .map(({ head }) => head as Uint8Array)
    .filter(isSealed)
  if (heads.length === 0) return 0
  const known = new Set<number>()
  for (const { key } of target.prepare('SELECT key FROM keys').iterate()) known.add(crc32(key as Uint8Array))
  return heads.filter((head) => !known.has(keySumOf(head))).length
}
