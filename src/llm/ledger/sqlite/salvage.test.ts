import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { requestOf } from '../../../../test/support/ledger-entries.ts'
import { numberedReply } from '../../../../test/support/numbered-replies.ts'
import { OLD_SCHEMAS, writeOldLedger } from '../../../../test/support/old-ledgers.ts'
import { repetitions } from '../../../../test/support/repetitions.ts'
import { everythingIn, writeSmallLedger } from '../../../../test/support/small-ledger.ts'
import { requestKey } from '../../key.ts'
import { findOne } from '../ledger.ts'
import { SqliteLedger } from './sqlite-ledger.ts'
import { salvage } from './salvage.ts'
import { verify } from './verify.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-salvage-'))
  path = join(folder, 'ledger.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const NONE = { replies: 0, unfindable: 0, unsourced: 0, runs: 0, failures: 0, dictionaries: 0, batched: 0 }

function change(sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}

async function readNow<T>(read: (ledger: SqliteLedger) => Promise<T>): Promise<T> {
  const ledger = new SqliteLedger(path, { mustExist: true })
  expect(verify(ledger)).toEqual([])
  const found = await read(ledger)
  await ledger.close()
  return found
}

test('a sound ledger is left alone', async () => {
  await writeSmallLedger(path)
  expect(await salvage(path)).toBeUndefined()
  expect(existsSync(`${path}.damaged`)).toBe(false)
})

test('one damaged reply costs that reply, and the damaged file is kept', async () => {
  await writeSmallLedger(path)
  change("UPDATE replies SET finish_reason = 'length' WHERE id = 3")
  const damaged = readFileSync(path)
  expect(await salvage(path)).toEqual({ damaged: `${path}.damaged`, replies: 7, dropped: { ...NONE, replies: 1 } })
  expect(readFileSync(`${path}.damaged`).length).toBe(damaged.length)
  expect(await readNow(async (ledger) => await findOne(ledger, requestKey(requestOf('b'))))).toBeUndefined()
  expect(await readNow(async (ledger) => (await findOne(ledger, requestKey(requestOf('c'))))?.text)).toMatch(/ c$/)
  expect(await salvage(path)).toBeUndefined()
})

test('sums, sources, runs and keys that are damaged', async () => {
  await writeSmallLedger(path)
  const before = await readNow(everythingIn)
  change('UPDATE tallies SET cost = cost + 1')
  expect(await salvage(path)).toMatchObject({ dropped: NONE })
  expect(await readNow(everythingIn)).toEqual(before)
  change("UPDATE sources SET model = 'x' WHERE id = 1")
  expect(await salvage(path)).toMatchObject({ damaged: `${path}.damaged-2`, dropped: { ...NONE, unsourced: 7 } })
  expect(await readNow(async (ledger) => (await findOne(ledger, requestKey(requestOf('c'))))?.text)).toMatch(/ c$/)
  change("UPDATE runs SET gathered = 1 - gathered WHERE id = 'r2'")
  expect(await salvage(path)).toMatchObject({ dropped: { ...NONE, runs: 1 } })
  change('UPDATE keys SET reply = 5 WHERE reply = 4')
  expect(await salvage(path)).toMatchObject({ dropped: { ...NONE, unfindable: 1 } })
})

test.each(['PRAGMA user_version = 99', 'PRAGMA user_version = 1', 'DROP TABLE tallies', 'DROP TABLE claims'])(
  'a ledger that cannot be opened, after %s, loses nothing',
  async (sql) => {
    await writeSmallLedger(path)
    const before = await readNow(everythingIn)
    change(sql)
    expect(() => new SqliteLedger(path)).toThrow(UNUSABLE)
    expect(await salvage(path)).toMatchObject({ replies: 8, dropped: NONE })
    expect(await readNow(everythingIn)).toEqual(before)
  },
)
const UNUSABLE = /schema \d+/

test.each(OLD_SCHEMAS)('a damaged ledger of schema %d becomes one of the newest', async (schema) => {
  writeOldLedger(path, schema)
  change('UPDATE tallies SET replies = 7')
  expect(await salvage(path)).toMatchObject({ replies: 2, dropped: NONE })
  expect(await readNow(async (ledger) => await findOne(ledger, requestKey(requestOf('a'))))).toMatchObject({
    text: 'yes',
    cost: 1500,
  })
  expect(await readNow((ledger) => ledger.failureOf(requestKey(requestOf('c'))))).toMatchObject({ code: 'http-500' })
})

const REPLIES = 600

async function writeNumbered(): Promise<void> {
  const ledger = new SqliteLedger(path)
  await Promise.all(Array.from({ length: REPLIES }, (_each, number) => ledger.append(numberedReply(number))))
  await ledger.close()
}

test('a page of rubbish anywhere costs what is in it, and no more', { timeout: 120_000 }, async () => {
  await writeNumbered()
  const sound = readFileSync(path)
  const pages = sound.length / 8192
  for (let page = 12; page < pages; page += repetitions(41, 13, 9)) {
    const damaged = Buffer.from(sound)
    damaged.fill(0xa5, page * 8192, (page + 1) * 8192)
    writeFileSync(path, damaged)
    const saved = await salvage(path)
    if (saved === undefined) continue
    const found = await readNow(async (ledger) => (await ledger.contents()).replies)
    expect(found, `page ${page}`).toBe(saved.replies)
    expect(saved.replies + saved.dropped.replies, `page ${page}`).toBe(REPLIES)
    expect(saved.dropped.replies, `page ${page}`).toBeLessThan(160)
  }
})

test('a ledger that another process has open is not touched', async () => {
  await writeNumbered()
  const appending = fileURLToPath(import.meta.resolve('../../../../test/support/appending.ts'))
  const child = spawn(process.execPath, [appending, path, '1000'])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const db = new DatabaseSync(path, { timeout: 20_000 })
  db.exec('UPDATE tallies SET cost = cost + 1')
  db.close()
  await expect(salvage(path)).rejects.toThrow(`another process has the ledger ${path} open`)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  expect(await salvage(path)).toMatchObject({ dropped: NONE })
})

test.each([5, 20, 40, 60, 80, 120, 200].filter((_each, at) => at % repetitions(3, 1) === 0))(
  'a kill after %d ms leaves a whole file',
  async (milliseconds) => {
    await writeNumbered()
    change('UPDATE tallies SET cost = cost + 1')
    const script = `import(${JSON.stringify(import.meta.resolve('./salvage.ts'))}).then(async ({ salvage }) => { process.stdout.write('x'); await salvage(${JSON.stringify(path)}) })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script])
    await new Promise((resolve) => child.stdout.once('data', resolve))
    setTimeout(() => child.kill('SIGKILL'), milliseconds)
    await new Promise((resolve) => child.once('close', resolve))
    await salvage(path)
    expect(await readNow(async (ledger) => (await ledger.contents()).replies)).toBe(REPLIES)
  },
)
