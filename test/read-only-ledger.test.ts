// A ledger that may not be written, as another user's is: it is read by ledger, explain and apply, and named by what would write to it.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeOldLedger } from './support/old-ledgers.ts'
import { runWinnow } from './support/run-winnow.ts'

const folders: string[] = []
function tempDir(): string {
  const made = mkdtempSync(join(tmpdir(), 'winnow-read-only-'))
  folders.push(made)
  return made
}
afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })))

const ROOT = resolve(import.meta.dirname, '..')
/** The user and group that own nothing. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {}

/** What a user may do who does not own the folder; root may write anywhere. */
function winnow(...args: string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin', 'winnow.js'), ...args], {
    cwd: elsewhere,
    encoding: 'utf8',
    env: { ...process.env, HOME: elsewhere },
    ...asNobody,
  })
  return { code: status, text: stdout + stderr }
}

const canRun =
  process.platform !== 'win32' &&
  spawnSync(
    process.execPath,
    ['-e', `require('fs').readFileSync(${JSON.stringify(join(ROOT, 'package.json'))})`],
    asNobody,
  ).status === 0

let folder: string
let elsewhere: string
let ledger: string
const rows = join(ROOT, 'examples', 'rows.jsonl')
const MODELS = ['screen', 'judge']
  .flatMap((stage) => [`--${stage}`, `replay:${join(ROOT, 'examples', 'replies', `${stage}.jsonl`)}`])
  .concat('--tasks', join(ROOT, 'examples', 'tasks.yaml'))

describe.skipIf(!canRun)('a ledger in a folder that may only be read', () => {
  beforeAll(async () => {
    folder = tempDir()
    elsewhere = tempDir()
    chmodSync(elsewhere, 0o777)
    const out = join(folder, 'cleaned.jsonl')
    expect((await runWinnow(['clean', rows, '--out', out, ...MODELS, '--quiet'])).code).toBe(0)
    ledger = join(folder, '.winnow', 'ledger.db')
    lock()
  })
  afterAll(() => unlock())

  const places = () => [folder, join(folder, '.winnow'), ledger]
  const lock = () => places().forEach((place) => chmodSync(place, place === ledger ? 0o444 : 0o555))
  const unlock = () => places().forEach((place) => chmodSync(place, 0o755))

  test('ledger, explain and apply read it', () => {
    expect(winnow('ledger', ledger, '--verify')).toMatchObject({
      code: 0,
      text: expect.stringContaining('verified: sound'),
    })
    const explained = winnow('explain', rows, 'line:3', '--ledger', ledger)
    expect(explained, explained.text).toMatchObject({ code: 0 })
    const out = join(elsewhere, 'applied.jsonl')
    const applied = winnow('apply', rows, '--out', out, '--ledger', ledger)
    expect(applied, applied.text).toMatchObject({ code: 0 })
    expect(readFileSync(out)).toEqual(readFileSync(join(folder, 'cleaned.jsonl')))
    expect(existsSync(`${ledger}-wal`) || existsSync(`${ledger}-shm`)).toBe(false)
  })

  test('what would write to it names it', () => {
    const refused = (...args: string[]) => {
      const { code, text } = winnow(...args)
      expect(code, text).toBe(2)
      expect(text).toContain(`cannot write to the ledger ${ledger}: the file may not be written (EACCES)`)
      expect(text).toContain('Copy it to where it may be written')
    }
    refused('clean', rows, '--out', join(elsewhere, 'x.jsonl'), '--ledger', ledger, ...MODELS)
    refused('ledger', ledger, '--compact')
  })

  test('a file that may be written, in a folder that may not', () => {
    chmodSync(ledger, 0o666)
    expect(winnow('ledger', ledger)).toMatchObject({ code: 0 })
    const { text } = winnow('clean', rows, '--out', join(elsewhere, 'x.jsonl'), '--ledger', ledger, ...MODELS)
    expect(text).toContain(`cannot write to the ledger ${ledger}: its folder may not be written (EACCES)`)
  })

  test('an older one has to be copied, and so has one with a log', () => {
    unlock()
    const old = join(folder, '.winnow', 'old.db')
    writeOldLedger(old, 3)
    const logged = join(folder, '.winnow', 'logged.db')
    cpSync(ledger, logged)
    const db = new DatabaseSync(logged)
    db.exec("UPDATE runs SET method = 'x'")
    cpSync(`${logged}-wal`, `${logged}-copy`)
    db.close()
    cpSync(`${logged}-copy`, `${logged}-wal`)
    for (const path of [old, logged]) chmodSync(path, 0o444)
    lock()
    const { code, text } = winnow('ledger', old)
    expect([code, text]).toEqual([2, expect.stringContaining('has schema 3; it has to be brought to schema 6')])
    const other = winnow('ledger', logged)
    expect(other.text).toContain(`replies in ${logged}-wal are not yet in it`)
    unlock()
    for (const path of [old, logged, `${logged}-wal`, `${logged}-copy`]) rmSync(path)
    lock()
  })
})

describe('a ledger that is none', () => {
  const path = join(tempDir(), 'ledger.db')
  const said = async () => {
    const { code, stderr } = await runWinnow(['ledger', path, '--verify'])
    expect(code).toBe(2)
    return stderr
  }

  test.each([0, 1, -5, 99])('user_version %d in a real ledger', async (version) => {
    rmSync(path, { force: true })
    writeOldLedger(path, 4)
    const db = new DatabaseSync(path)
    db.exec(`PRAGMA user_version = ${version}`)
    db.close()
    const text = await said()
    expect(text).toContain(path)
    expect(text).toContain(`schema ${version}`)
    expect(text).toContain('this Winnow reads schemas 1 to 6')
    expect(text).toContain('--salvage')
    expect((await runWinnow(['ledger', path, '--salvage'])).code).toBe(0)
    expect((await runWinnow(['ledger', path, '--verify'])).code).toBe(0)
  })

  test('a missing table, a cut, another file, an empty file, a folder', async () => {
    rmSync(path)
    writeOldLedger(path, 4)
    const whole = readFileSync(path)
    const db = new DatabaseSync(path)
    db.exec('DROP TABLE keys')
    db.close()
    expect(await said()).toContain(`the ledger ${path} is damaged: its schema 4 lacks keys`)
    writeFileSync(path, whole.subarray(0, whole.length / 2))
    expect(await said()).toContain(`cannot open the ledger ${path}: it is damaged or cut off`)
    writeFileSync(path, 'a text that is long enough to be taken for the header of a database '.repeat(20))
    expect(await said()).toContain(`cannot open the ledger ${path}: it is no SQLite database`)
    writeFileSync(path, '')
    expect(await said()).toContain(`cannot open the ledger ${path}: the file is empty`)
    const { stderr } = await runWinnow(['ledger', join(path, '..')])
    expect(stderr).toContain('it is a folder')
  })
})
