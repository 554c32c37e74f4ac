// The checksums in the tables of a ledger's file.
import type { DatabaseSync } from 'node:sqlite'
import { checksum, type Value } from '../checksum.ts'

/** The tables whose rows carry their checksum in a column `sum`, NULL in rows of earlier versions; with what it covers. */
const SUMMED = {
  sources: ['id', 'model', 'method', 'stage', 'prompt', 'endpoint'],
  runs: 'id input_hash input_path method settings prompts started_ms updated_ms gathered unsettled'.split(' '),
  failures: ['hex(key)', 'run', 'code', 'message', 'created_ms'],
  // Not what changes with each request, which is held against the requests.
  batches:
    'number id run provider endpoint model identity price phase remote said owner bytes tokens created_ms submitted_ms ended_ms'.split(
      ' ',
    ),
  batched: ['hex(key)', 'batch', 'amount', 'about'],
} satisfies Record<string, string[]>
export type SummedTable = keyof typeof SUMMED
export const SUMMED_TABLES = Object.keys(SUMMED) as SummedTable[]

const KEY_COLUMN: Record<SummedTable, string> = {
  sources: 'id',
  runs: 'id',
  failures: 'key',
  batches: 'number',
  batched: 'key',
}

/** Returns the SQL expression that computes the checksum of a row. The connection needs `defineChecksum`. */
export const sumExpression = (table: SummedTable) => `checksum(${SUMMED[table].join(', ')})`

/** Defines the SQL function `checksum`. */
export function defineChecksum(db: DatabaseSync): void {
  db.function('checksum', { varargs: true, deterministic: true }, (...values) => checksum(values as Value[]))
}

/** Makes this connection write the checksum of every row that it inserts or changes, in the same statement. */
export function writeChecksums(db: DatabaseSync): void {
  defineChecksum(db)
  for (const table of SUMMED_TABLES) {
    const key = KEY_COLUMN[table]
    const columns = SUMMED[table].map((column) => (column === 'hex(key)' ? 'key' : column)).join(', ')
    for (const [name, event] of Object.entries({ insert: 'INSERT', update: `UPDATE OF ${columns}` })) {
      db.exec(
        `CREATE TEMP TRIGGER sum_${table}_${name} AFTER ${event} ON main.${table} BEGIN
           UPDATE ${table} SET sum = ${sumExpression(table)} WHERE ${key} = new.${key};
         END`,
      )
    }
  }
}
