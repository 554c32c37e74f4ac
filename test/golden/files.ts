// The files of a folder, and how a recording shows each.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { SEAL_KEY } from '../../src/evidence/seal.ts'
import { storedKeys } from '../support/stored.ts'
import { hashOf } from './text.ts'

/** By path in the folder, in order. */
export function filesIn(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).toSorted()
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]))
}

/** A text as it is; of a training script its first line of text; of a ledger its keys, of an index nothing, of a Parquet file schema and rows, of any other bytes a hash. */
export async function shown(path: string, bytes: Buffer): Promise<string> {
  if (path.endsWith('ledger.db')) return keysOf(path)
  if (/\.(db|sqlite)$/.test(path)) return 'a database\n'
  if (path.endsWith('.parquet')) return tableOf(bytes)
  if (path.endsWith('.train.py')) return `${/^""".*/m.exec(bytes.toString())?.[0]}\n`
  if (path.endsWith('.gz')) return gunzipSync(bytes).toString()
  return bytes.includes(0) ? `sha256 ${hashOf(bytes)}\n` : bytes.toString()
}

function keysOf(path: string): string {
  const keys = [...storedKeys(path)].toSorted()
  return `${keys.length} replies, sha256 of their keys ${hashOf(keys.join('\n'))}\n`
}

/** Not its bytes, nor the hash that seals them: what it says of itself names the ports of servers. */
async function tableOf(bytes: Buffer): Promise<string> {
  const file = new Uint8Array(bytes).buffer
  const { schema, key_value_metadata: notes = [], row_groups: groups } = parquetMetadata(file)
  const rows = await parquetReadObjects({ file })
  const sizes = groups.map(({ num_rows: count }) => Number(count))
  const parts = [
    ...notes.map(({ key, value = '' }) => (key === SEAL_KEY ? 'sealed' : value)),
    `groups of ${sizes.join(', ')} rows`,
    plain(schema),
    ...rows.map(plain),
  ]
  return parts.map((part) => `${part}\n`).join('')
}

const plain = (value: unknown) =>
  JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
