// Parquet as other programs write it: every type, encoding and kind of page, compared with the rows as lines of JSON.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { UsageError } from '../../base/errors.ts'
import { openParquetText } from './parquet-text.ts'

/** Files of pyarrow; `make.py` beside them wrote them. */
const FOLDER = join(import.meta.dirname, '../../../test/parquet')
const NAMES = ['version-1', 'version-2', 'delta', 'old-names']
const fileOf = (name: string) => join(FOLDER, `${name}.parquet`)

async function linesOf(path: string): Promise<string[]> {
  const file = await openParquetText(path)
  try {
    const all: Buffer[] = []
    for (let bytes = file.next(); bytes !== undefined; bytes = file.next()) all.push(bytes)
    return Buffer.concat(all).toString().split('\n').slice(0, -1)
  } finally {
    file.close()
  }
}

/** Parses a line; whole numbers keep all their digits. */
const exact = (line: string): unknown =>
  JSON.parse(line, ((_key: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' && /^-?\d+$/.test(source) ? BigInt(source) : value) as never)

describe('files of pyarrow', () => {
  const rows = readFileSync(join(FOLDER, 'rows.jsonl'), 'utf8').trimEnd().split('\n').map(exact)

  test.each(NAMES)('%s: every value is read', async (name) => {
    const lines = await linesOf(fileOf(name))
    expect(lines.map(exact)).toEqual(rows)
  })

  test('a damaged file is refused in words, or read; nothing else happens', async () => {
    const whole = readFileSync(fileOf('version-2'))
    const path = join(tempDir(), 'damaged.parquet')
    let refused = 0
    for (let at = 4; at < whole.length - 8; at += Math.floor(whole.length / 41)) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] as number) ^ 0xff
      writeFileSync(path, damaged)
      const read = await linesOf(path).catch((error: unknown) => error)
      if (Array.isArray(read)) continue
      expect(read).toBeInstanceOf(UsageError)
      refused += 1
    }
    expect(refused).toBeGreaterThan(10)
  })
})
