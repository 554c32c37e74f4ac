// A full disk: /dev/full refuses every write, as a full disk does.
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openSink, writeText } from '../src/base/sink.ts'
import { writing } from '../src/base/errors.ts'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { entryOf, requestOf } from './support/ledger-entries.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-full-disk-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Returns a path whose part, which is written first, is a full disk. Parts are numbered. */
async function fullAt(name: string): Promise<string> {
  const scratch = mkdtempSync(join(folder, 'part-'))
  const sink = await openSink(join(scratch, 'x'))
  // So much that it is written, and the file is there.
  await sink.write('x'.repeat(3_000_000))
  const [part = ''] = readdirSync(scratch)
  await sink.abort()
  const [machine = '', pid, number] = part.replace(/^x\.|\.part$/g, '').split('-')
  const path = join(folder, name)
  symlinkSync('/dev/full', `${path}.${machine}-${pid}-${Number(number) + 1}.part`)
  return path
}

const hasFull = existsSync('/dev/full')

test.runIf(hasFull).each(['rows.jsonl', 'rows.jsonl.gz', 'few.jsonl', 'few.jsonl.gz'])(
  'a sink names the file: %s',
  async (name) => {
    const path = await fullAt(name)
    const sink = await openSink(path)
    const writeAll = async () => {
      const lines = name.startsWith('few') ? 1 : 200
      for (let line = 0; line < lines; line++) await sink.write(`${randomText(line)}\n`)
      await sink.commit()
    }
    await expect(writeAll()).rejects.toThrow(`cannot write ${path}: the disk is full`)
    await sink.abort()
    expect(existsSync(path)).toBe(false)
  },
)

/** Text that gzip cannot make much smaller. */
const randomText = (seed: number) =>
  Array.from({ length: 40_000 }, (_each, at) => String.fromCharCode(33 + ((seed * 31 + at * at * 7919) % 90))).join('')

test.runIf(hasFull)('a text that is written whole names its file', async () => {
  const path = await fullAt('manifest.json')
  await expect(writeText(path, '{}')).rejects.toThrow(`cannot write ${path}: the disk is full`)
  expect(readdirSync(folder).filter((name) => name.startsWith('manifest.json'))).toEqual([])
})

test('only what the disk refuses is an error of the file', async () => {
  const broken = new Error('read ECONNRESET')
  await expect(writing('x', () => Promise.reject(broken))).rejects.toBe(broken)
})

test('a ledger that finds no room names itself, and goes on when there is some', async () => {
  const path = join(folder, 'ledger.db')
  const ledger = new SqliteLedger(path)
  const { pages } = ledger.db.prepare('SELECT page_count AS pages FROM pragma_page_count').get() as { pages: number }
  // SQLite says the same of a file that has reached its most pages as of a full disk.
  ledger.db.exec(`PRAGMA max_page_count = ${pages}`)
  const message = 'x'.repeat(50_000)
  const fail = () => ledger.fail(Buffer.from('key'), { code: 'http-500', message, run: 'r1' })
  await expect(fail()).rejects.toThrow(`cannot write to the ledger ${path}: the disk is full`)
  const run = { id: 'r1', inputHash: 'h', inputPath: message, method: 'rlhn', settings: {}, prompts: [] }
  await expect(ledger.runs.start(run)).rejects.toThrow(`cannot write to the ledger ${path}: the disk is full`)
  ledger.db.exec(`PRAGMA max_page_count = ${pages + 100}`)
  await fail()
  await ledger.append(entryOf(requestOf('a')))
  await ledger.close()
})
