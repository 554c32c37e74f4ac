// One process at a time writes a target; a lock that nobody holds is in no way, and one that was lost is noticed.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { assertHeld, whileHeld } from './held-file.ts'

const nothing = () => Promise.resolve()
const target = () => join(tempDir(), 'out.jsonl')
const changed = (lock: string, fields: object) =>
  writeFileSync(lock, JSON.stringify({ ...(JSON.parse(readFileSync(lock, 'utf8')) as object), ...fields }))

/** Returns a lock as this process writes it, with other fields, left at a target. */
async function leftAt(path: string, fields: object): Promise<string> {
  const lock = `${path}.lock`
  const text = await whileHeld([path], () => Promise.resolve(readFileSync(lock, 'utf8')))
  writeFileSync(lock, text)
  changed(lock, fields)
  return lock
}

it('a second one is refused, and the lock is gone at the end, whatever the end is', async () => {
  const path = target()
  await whileHeld([path], async () => {
    await expect(whileHeld([join(dirname(path), 'new'), path], nothing)).rejects.toThrow(
      new RegExp(`^${path} is being written by another run: process ${process.pid} on \\S+, since \\d{4}-\\S+Z$`),
    )
    assertHeld(path)
  })
  await expect(whileHeld([path, path], () => Promise.reject(new Error('end')))).rejects.toThrow('end')
  expect(readdirSync(dirname(path))).toEqual([])
})

it('of many that begin at once behind the lock of a dead process, one at a time gets in', async () => {
  const path = target()
  await leftAt(path, { pid: 999_999_999 })
  const code = `import { whileHeld } from ${JSON.stringify(join(import.meta.dirname, 'held-file.ts'))}
    import { existsSync, rmSync, writeFileSync } from 'node:fs'
    const path = ${JSON.stringify(path)}
    for (let round = 0; round < 40; round++)
      await whileHeld([path], async () => {
        writeFileSync(path + '.in', '', { flag: 'wx' })
        await new Promise((done) => setTimeout(done, 1))
        rmSync(path + '.in')
        writeFileSync(path + '.entered', '')
      }).catch((error) => { if (error.code !== 'usage') { console.error(error); process.exitCode = 1 } })`
  const ended = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return new Promise((resolve) => child.on('close', resolve))
  })
  expect(await Promise.all(ended)).toEqual([0, 0, 0, 0])
  expect(readdirSync(dirname(path))).toEqual(['out.jsonl.entered'])
})

it('whoever is killed, at whatever moment, is in no way', async () => {
  const path = target()
  const code = `import { whileHeld } from ${JSON.stringify(join(import.meta.dirname, 'held-file.ts'))}
    console.log('begun')
    for (;;) await whileHeld([${JSON.stringify(path)}], () => Promise.resolve())`
  for (let kill = 0; kill < 12; kill++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await new Promise((resolve) => setTimeout(resolve, 3 + 2 * kill))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.on('close', resolve))
    await whileHeld([path], nothing)
  }
  expect(readdirSync(dirname(path)).filter((name) => !/\.lock\.[\da-f-]{36}$/.test(name))).toEqual([])
})

it.each([
  ['a process that is gone', { pid: 999_999_999 }],
  ['an earlier process with the id of one that runs', { began: '1' }],
])('the lock of %s is in no way', async (_whose, fields) => {
  const path = target()
  const lock = await leftAt(path, fields)
  await whileHeld([path], nothing)
  expect(existsSync(lock)).toBe(false)
})

it('the lock of another machine counts as long as it is refreshed', async () => {
  const path = target()
  const lock = await leftAt(path, { scope: 'another', host: 'far', pid: 999_999_999 })
  const seconds = Date.now() / 1000
  utimesSync(lock, seconds - 100, seconds - 100)
  await expect(whileHeld([path], nothing)).rejects.toMatchObject({
    message: expect.stringMatching(
      /process 999999999 on far, since .*, last heard of (99|100|101) seconds ago$/,
    ) as unknown,
    hint: expect.stringContaining(`counts no more after 5 minutes; or delete ${lock}`) as unknown,
  })
  utimesSync(lock, seconds - 310, seconds - 310)
  await whileHeld([path], nothing)
  expect(readdirSync(dirname(path))).toEqual([])
})

it('a lock that says nothing counts until it is old', async () => {
  const path = target()
  writeFileSync(`${path}.lock`, '')
  await expect(whileHeld([path], nothing)).rejects.toThrow('a process that is not named, last heard of 0 seconds ago')
})

it.each([
  ['taken', (lock: string) => changed(lock, { token: 'of another' })],
  ['removed', (lock: string) => rmSync(lock)],
])('one that was %s is noticed before the target is replaced, and left', async (_what, happens) => {
  const path = target()
  await whileHeld([path], async () => {
    happens(`${path}.lock`)
    expect(() => assertHeld(path)).toThrow(/no longer held by this run/)
  })
})
