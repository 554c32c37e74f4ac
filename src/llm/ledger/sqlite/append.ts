// Writes replies into a ledger, in the caller's transaction.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { bodyOf, packBody } from '../body.ts'
import type { Claims } from './claims.ts'
import { Dictionaries, FirstBodies, type Dictionary } from './dictionaries.ts'
import type { LedgerEntry } from '../entry.ts'
import { REPLY_FIELDS, seal, type ReplyFields } from '../seal.ts'
import { Tallies } from './tallies.ts'

/** What replies have in common. */
interface Source {
  id: number
  dictionary: Dictionary | undefined
  /** The bodies packed without a dictionary, until they make one. */
  first: FirstBodies
}

/** A reply ready to be written. */
export interface Packed {
  entry: LedgerEntry
  source: number
  fields: ReplyFields
  body: Buffer
}

export class Appender {
  readonly #db: DatabaseSync
  readonly #claims: Claims
  readonly #insertReply: StatementSync
  readonly #insertKey: StatementSync
  readonly #deleteFailure: StatementSync
  readonly #dictionaries: Dictionaries
  readonly #sources = new Map<string, Source>()

  constructor(db: DatabaseSync, claims: Claims) {
    this.#db = db
    this.#claims = claims
    this.#dictionaries = new Dictionaries(db)
    this.#insertReply = db.prepare(
      `INSERT INTO replies (${REPLY_FIELDS}, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#insertKey = db.prepare('INSERT OR IGNORE INTO keys (key, reply) VALUES (?, ?)')
    this.#deleteFailure = db.prepare('DELETE FROM failures WHERE key = ?')
  }

  /** Does what takes time. Call it before the transaction begins. */
  pack(entries: LedgerEntry[]): Packed[] {
    return entries.map((entry) => this.#pack(entry))
  }

  #pack(entry: LedgerEntry): Packed {
    const source = this.#sourceOf(entry)
    const body = bodyOf(entry.reply)
    const { dictionary } = source
    const packed = packBody(body, dictionary?.bytes)
    if (source.dictionary === undefined) this.#learn(source, body)
    const fields = fieldsOf(entry, source.id)
    return { entry, source: source.id, fields, body: seal({ packed, dictionary: dictionary?.id }, fields, entry.key) }
  }

  #learn(source: Source, body: Buffer): void {
    source.first.add(body)
    const made = source.first.dictionary()
    if (made !== undefined) source.dictionary = this.#dictionaries.learn(source.id, made)
  }

  append(replies: Packed[]): void {
    const tallies = new Tallies()
    for (const reply of replies) {
      const { key, isBatched } = reply.entry
      if (!this.#claims.batches.answer(key) && isBatched) continue
      this.#write(reply)
      tallies.add(reply.entry, reply.source)
    }
    tallies.save(this.#db)
  }

  #write({ entry: { key, run, unsettled }, fields, body }: Packed): void {
    const { lastInsertRowid } = this.#insertReply.run(...fields, body)
    this.#insertKey.run(key, lastInsertRowid)
    this.#deleteFailure.run(key)
    this.#claims.remove(key)
    this.#claims.addUnsettled(run, unsettled)
  }

  #sourceOf({ model, endpoint, source: { method, stage, prompt } }: LedgerEntry): Source {
    const columns = [model, method, stage, prompt, endpoint]
    const name = JSON.stringify(columns)
    const known = this.#sources.get(name)
    if (known !== undefined) return known
    this.#db
      .prepare('INSERT OR IGNORE INTO sources (model, method, stage, prompt, endpoint) VALUES (?, ?, ?, ?, ?)')
      .run(...columns)
    const { id } = this.#db
      .prepare('SELECT id FROM sources WHERE (model, method, stage, prompt, endpoint) = (?, ?, ?, ?, ?)')
      .get(...columns) as { id: number }
    const source = { id, dictionary: this.#dictionaries.of(id), first: new FirstBodies() }
    this.#sources.set(name, source)
    return source
  }
}

function fieldsOf({ reply, run, sample, cost, latencyMs, source: { row } }: LedgerEntry, source: number): ReplyFields {
  const { finishReason, usage } = reply
  const counts = [usage?.input ?? null, usage?.output ?? null, usage?.cached ?? null, usage?.reasoning ?? null] as const
  return [source, run, row, sample, finishReason, ...counts, cost, Math.round(latencyMs), Date.now()]
}
