// Covers the columns of evidence files, which stay the same when kinds are added.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, expect, test } from 'vitest'
import type { Field } from '../base/fields.ts'
import { SCHEMA } from './columns.ts'
import { KINDS, type Evidence } from './evidence.ts'
import { HEAD_KEY } from './parquet-sink.ts'
import { openEvidence } from './reader.ts'
import { evidenceIn, headOf } from './record.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-columns-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the columns of a file stay as they are; new ones come before "exact"', () => {
  const columns = SCHEMA.slice(1).map(({ name, type = 'LIST' }) => `${name}:${type}`)
  expect(columns.join(' ').replaceAll('BYTE_ARRAY', 'TEXT')).toBe(
    'row:TEXT line:INT32 kind:TEXT passage:TEXT stage:TEXT model:TEXT prompt:TEXT verdict:TEXT step:INT32 snippet:TEXT ' +
      'snippet_in:TEXT snippet_start:INT32 snippet_end:INT32 rank:DOUBLE order:INT32 window:TEXT score:DOUBLE ' +
      'strict:BOOLEAN votes:INT32 votes_of:INT32 reason:TEXT why:TEXT detail:TEXT raw:TEXT need:TEXT meets:TEXT ' +
      'boundary:TEXT requirements:TEXT perturbations:TEXT text:TEXT title:TEXT strategy:TEXT requirement:INT32 ' +
      'rewrites:TEXT attempt:INT32 gate:TEXT gate_detail:TEXT attempts_answer:BOOLEAN who:TEXT grade:INT32 at:TEXT exact:TEXT passages:LIST ' +
      'list:LIST element:TEXT',
  )
})

test('a field has the same columns in every kind', () => {
  const typesOf = ({ type, fields }: Field): unknown => [
    type,
    ...(type === 'record' ? Object.entries(fields).map(([name, each]) => [name, each.type]) : []),
  ]
  const known = new Map<string, unknown>()
  for (const [name, field] of KINDS.flatMap(({ fields }) => Object.entries<Field>(fields))) {
    if (known.has(name)) expect(typesOf(field), name).toEqual(known.get(name))
    known.set(name, typesOf(field))
  }
})

const UNJUDGED: Evidence = { kind: 'unjudged', passage: 'p', reason: 'too many' }

/** Writes a file with one piece of evidence in a subset of columns, as a version of Winnow with fewer kinds wrote it. */
function fileWith(columns: string[]): string {
  const path = join(folder, `${columns.length}.parquet`)
  const values: Record<string, unknown> = { row: 'r', line: 1, ...UNJUDGED }
  const columnData = columns.map((name) => ({ name, data: [values[name] ?? null] }))
  const schema = SCHEMA.filter(({ name }) => columns.includes(name))
  const head = headOf({ run: 'r', method: 'm', input: '', models: {}, prompts: [], options: {}, limit: null })
  const kvMetadata = [{ key: HEAD_KEY, value: JSON.stringify(head) }]
  const root = { name: 'evidence', num_children: schema.length }
  writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData, schema: [root, ...schema], kvMetadata })))
  return path
}

async function readAll(path: string): Promise<Evidence[]> {
  const found: Evidence[] = []
  for await (const { record } of (await openEvidence(path)).records()) found.push(evidenceIn(record))
  return found
}

test('a file without the columns of kinds that are not in it is read', async () => {
  expect(await readAll(fileWith(['row', 'line', 'kind', 'passage', 'stage', 'reason', 'exact']))).toEqual([UNJUDGED])
})

test('a file without a column of a kind that is in it is refused', async () => {
  const path = fileWith(['row', 'line', 'kind', 'passage', 'stage', 'exact'])
  await expect(readAll(path)).rejects.toThrow(
    `${path}: record 1: not an evidence file of Winnow: it has no column reason`,
  )
})
