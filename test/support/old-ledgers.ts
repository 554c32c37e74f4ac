// Ledgers as earlier versions of Winnow wrote them: two replies, a failure, a run, and from schema 2 on a claim that was left behind.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What made each schema of the one that is on file. */
const FROM_SCHEMA_2: Record<number, string> = {
  1: 'DROP TABLE claims; DROP TABLE owners',
  2: '',
  3: 'ALTER TABLE owners DROP COLUMN knows',
  4: `ALTER TABLE owners DROP COLUMN knows;
    CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    ALTER TABLE sources ADD COLUMN dictionary INTEGER REFERENCES dictionaries`,
  5: `ALTER TABLE owners DROP COLUMN knows;
    CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    ALTER TABLE sources ADD COLUMN dictionary INTEGER REFERENCES dictionaries;
    CREATE TABLE unsealed (reply INTEGER NOT NULL) STRICT;
    INSERT INTO unsealed SELECT coalesce(max(id), 0) FROM replies;
    ALTER TABLE sources ADD COLUMN sum INTEGER; ALTER TABLE runs ADD COLUMN sum INTEGER;
    ALTER TABLE failures ADD COLUMN sum INTEGER`,
}

export const OLD_SCHEMAS = Object.keys(FROM_SCHEMA_2).map(Number)

export function writeOldLedger(path: string, schema: number): void {
  const db = new DatabaseSync(path)
  db.exec(readFileSync(join(import.meta.dirname, 'ledger-of-schema-2.sql'), 'utf8'))
  db.exec(`${FROM_SCHEMA_2[schema]}; PRAGMA user_version = ${schema}`)
  db.close()
}
