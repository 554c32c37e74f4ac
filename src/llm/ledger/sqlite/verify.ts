// Checks everything that a ledger says: the database file, the checksums, the index and the sums.
import { plural } from '../../../base/format.ts'
import { messageOf } from '../../../base/errors.ts'
import { sumExpression, SUMMED_TABLES, type SummedTable } from './checksum.ts'
import { Dictionaries } from './dictionaries.ts'
import type { SqliteLedger } from './sqlite-ledger.ts'
import { strangeDeclarations } from './schema.ts'
import { HEAD, IS_UNSEALED, isKeyOf, isSealed, REPLY_FIELDS, type ReplyFields } from '../seal.ts'
import { StoredBodies } from './stored-bodies.ts'

/** Returns what is wrong with a ledger, in sentences; nothing if it is sound. */
export function verify(ledger: SqliteLedger): string[] {
  return CHECKS.flatMap(([what, check]) => {
    try {
      return check(ledger)
    } catch (error) {
      return [`${what} cannot be read: ${messageOf(error)}`]
    }
  })
}

/** Returns how many replies were stored before replies had checksums. */
export const withoutChecksum = ({ db }: SqliteLedger): number =>
  Number((db.prepare(`SELECT count(*) AS many FROM replies WHERE ${IS_UNSEALED}`).get() as { many: number }).many)

const CHECKS: [what: string, check: (ledger: SqliteLedger) => string[]][] = [
  ['the database file', damagedPages],
  ['the declarations of the tables', (ledger) => strangeDeclarations(ledger.db).map((name) => `${name} is damaged`)],
  ['the index of keys', wrongKeys],
  ['the sums', wrongTallies],
  ['the dictionaries', damagedDictionaries],
  ...SUMMED_TABLES.map((table) => [`the ${table}`, (ledger: SqliteLedger) => damagedRows(ledger, table)] as never),
  ['the batch jobs', wrongBatches],
  ['the replies', damagedReplies],
]

function damagedPages({ db }: SqliteLedger): string[] {
  return db
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => String(Object.values(row)[0]))
    .filter((said) => said !== 'ok')
    .map((said) => `the database file: ${said}`)
}

function wrongKeys({ db }: SqliteLedger): string[] {
  const rows = db
    .prepare(`SELECT key, ${HEAD} AS head FROM keys LEFT JOIN replies ON id = reply`)
    .iterate() as Iterable<{ key: Uint8Array; head: Uint8Array | null }>
  let [lost, strange] = [0, 0]
  for (const { key, head } of rows) {
    if (head === null) lost += 1
    else if (isSealed(head) && !isKeyOf(head, key)) strange += 1
  }
  return [
    ...(lost > 0 ? [`${plural(lost, 'key')} without a reply`] : []),
    ...(strange > 0 ? [`${plural(strange, 'key')} of another reply`] : []),
  ]
}

/** The columns of the sums, and what they are of the replies of a run and source. */
export const SUMS = {
  replies: 'count(*)',
  unpriced: 'count(*) - count(cost)',
  cost: 'coalesce(sum(cost), 0)',
  input_tokens: 'coalesce(sum(input_tokens), 0)',
  output_tokens: 'coalesce(sum(output_tokens), 0)',
  cached_tokens: 'coalesce(sum(cached_tokens), 0)',
  reasoning_tokens: 'coalesce(sum(reasoning_tokens), 0)',
}

function wrongTallies({ db }: SqliteLedger): string[] {
  const columns = Object.entries(SUMS)
  const { many } = db
    .prepare(
      `SELECT count(*) AS many FROM
         (SELECT run, source, ${columns.map(([name, sum]) => `${sum} AS ${name}`).join(', ')}
          FROM replies GROUP BY run, source) AS actual
       FULL JOIN tallies USING (run, source)
       WHERE ${columns.map(([name]) => `tallies.${name} IS NOT actual.${name}`).join(' OR ')}`,
    )
    .get() as { many: number }
  return many === 0 ? [] : [`the sums of ${many} runs and sources differ from their replies`]
}

function damagedDictionaries({ db }: SqliteLedger): string[] {
  const dictionaries = new Dictionaries(db)
  return db
    .prepare('SELECT id FROM dictionaries UNION SELECT dictionary FROM sources WHERE dictionary IS NOT NULL')
    .all()
    .flatMap(({ id }) => {
      try {
        dictionaries.get(Number(id))
        return []
      } catch (error) {
        return messageOf(error)
      }
    })
}

function damagedRows({ db }: SqliteLedger, table: SummedTable): string[] {
  const { many } = db.prepare(`SELECT count(*) AS many FROM ${table} WHERE sum <> ${sumExpression(table)}`).get() as {
    many: number
  }
  return many === 0 ? [] : [`${many} of the ${table} ${many === 1 ? 'is' : 'are'} damaged`]
}

/** Of every job: what was asked is what was answered, has failed, is missing or is open. */
function wrongBatches({ db }: SqliteLedger): string[] {
  const { many } = db
    .prepare(
      `SELECT count(*) AS many FROM batches LEFT JOIN
         (SELECT batch, count(*) AS open, sum(amount) AS amount FROM batched GROUP BY batch) ON batch = number
       WHERE requests <> answered + failed + missing + coalesce(open, 0) OR held <> coalesce(amount, 0)`,
    )
    .get() as { many: number }
  return many === 0 ? [] : [`the counts of ${many} batch jobs differ from their requests`]
}

function damagedReplies({ db }: SqliteLedger): string[] {
  const bodies = StoredBodies.of(db)
  const statement = db.prepare(`SELECT body, id, ${REPLY_FIELDS} FROM replies`)
  statement.setReturnArrays(true)
  let damaged = 0
  for (const row of statement.iterate()) {
    const [body, id, ...fields] = row as unknown as [Uint8Array, number, ...ReplyFields]
    try {
      bodies.read(id, fields, body)
    } catch {
      damaged += 1
    }
  }
  const { many: homeless } = db
    .prepare('SELECT count(*) AS many FROM replies WHERE source NOT IN (SELECT id FROM sources)')
    .get() as { many: number }
  return [
    ...(damaged > 0 ? [`${damaged} ${damaged === 1 ? 'reply is' : 'replies are'} damaged`] : []),
    ...(homeless > 0 ? [`${homeless} ${homeless === 1 ? 'reply' : 'replies'} without a source`] : []),
  ]
}
