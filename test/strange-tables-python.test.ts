// Parquet and Arrow files as pyarrow writes them: every codec and encoding, and types that no row has. Needs WINNOW_TEST_TRAINERS, a folder
// with st/bin/python that has pyarrow.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../src/base/errors.ts'
import { sharedDir } from './support/files.ts'
import { read } from './support/strange.ts'

const python = join(process.env['WINNOW_TEST_TRAINERS'] ?? '', 'st/bin/python')
const isThere = process.env['WINNOW_TEST_TRAINERS'] !== undefined && existsSync(python)
if (!isThere) process.stderr.write('SKIPPED: tables of pyarrow: set WINNOW_TEST_TRAINERS\n')

describe.runIf(isThere)('tables of pyarrow', () => {
  const folder = sharedDir()
  beforeAll(() => {
    execFileSync(python, [join(import.meta.dirname, 'support/strange_tables.py'), folder])
  })
  const at = (name: string) => join(folder, name)
  const refusalOf = (name: string) =>
    read(at(name)).then(
      () => 'it was read',
      (error: unknown) => (error instanceof UsageError ? error.message : `not a UsageError: ${String(error)}`),
    )

  test.each([
    ...['snappy', 'gzip', 'zstd', 'lz4', 'brotli', 'none'].map((codec) => `codec-${codec}.parquet`),
    'pages-2.parquet',
    'many-groups.parquet',
    'delta.parquet',
    'dictionary.parquet',
    'dictionary.arrow',
    'feather-uncompressed.arrow',
    'feather-zstd.arrow',
  ])('%s holds its 50 rows', async (name) => {
    const { texts, faults } = await read(at(name))
    expect(faults).toEqual([])
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(
      Array.from({ length: 50 }, (_all, i) => ({ query: `q${i}`, pos: [`p${i}`], neg: [`n${i}`, `m${i}`] })),
    )
  })

  test.each(['odd.parquet', 'odd.arrow'])('%s: values of types that no row has', async (name) => {
    const { texts } = await read(at(name))
    const [first, second] = texts.map((text) => JSON.parse(text) as Record<string, unknown>)
    expect(first).toMatchObject({
      decimal: 1.5,
      bytes: { base64: '/wA=' },
      half: 1.5,
      lists: [['a'], []],
      nested: { a: [{ b: null }] },
      nothing: null,
      large: 'a',
      fixed: [1, 2],
      list: ['x'],
      // JSON has no such numbers.
      nan: null,
    })
    expect(texts[0]).toContain('"unsigned":18446744073709551615')
    expect(second).toMatchObject({ bytes: 'ok', lists: [[]], nested: null, list: null, nan: null })
  })

  test('maps and old times', async () => {
    expect((await read(at('map.parquet'))).texts[0]).toContain('"map":{"k":1}')
    expect((await read(at('int96.parquet'))).texts[0]).toContain('"when":"2020-01-02T03:04:05.000Z"')
  })

  test('bytes in place of a text, and nulls, are faults of their rows', async () => {
    expect((await read(at('bytes-as-query.parquet'))).faults).toEqual([
      '2 wrong-type: "query" must be a string, found an object ({"base64":"//4="})',
    ])
    expect((await read(at('nulls.parquet'))).faults).toEqual([
      '1 wrong-type: "neg" must hold strings, found null at position 2',
      '2 wrong-type: "neg" must be a list, found null',
      '2 wrong-type: "query" must be a string, found null',
    ])
  })

  test.each([
    ['no-rows.parquet', 'no-rows.parquet holds no row'],
    ['zipped.parquet.gz', 'is a Parquet file inside gzip or zstd'],
    ['flipped.parquet', 'flipped.parquet: missing eof marker'],
    ['feather-lz4.arrow', 'is an Arrow file compressed with LZ4'],
  ])('%s is refused', async (name, message) => {
    expect(await refusalOf(name)).toContain(message)
  })
})
