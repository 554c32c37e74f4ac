// Whatever bit of a ledger's file is flipped: --verify reports it, or Winnow reads from it what it read before.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { verify } from '../src/llm/ledger/sqlite/verify.ts'
import { repetitions } from './support/repetitions.ts'
import { everythingIn, writeSmallLedger } from './support/small-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-flipped-bits-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let sound: Buffer
let expected: unknown
beforeAll(async () => {
  const path = join(folder, 'sound.db')
  await writeSmallLedger(path)
  sound = readFileSync(path)
  const ledger = new SqliteLedger(path)
  expect(verify(ledger)).toEqual([])
  expected = await everythingIn(ledger)
  await ledger.close()
})

/** Returns what is wrong with a ledger of these bytes, or undefined if nothing is said and something is read differently. */
async function saidOf(bytes: Buffer): Promise<string | undefined> {
  const path = join(folder, 'damaged.db')
  for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
  writeFileSync(path, bytes)
  let ledger
  try {
    ledger = new SqliteLedger(path, { mustExist: true })
  } catch (error) {
    return String(error)
  }
  try {
    const [fault] = verify(ledger)
    if (fault !== undefined) return fault
    return isDeepStrictEqual(await everythingIn(ledger), expected) ? 'the same is read' : undefined
  } finally {
    await ledger.close()
  }
}

test(
  'a flipped bit is reported, or changes nothing that is read',
  { timeout: repetitions(120_000, 3_600_000) },
  async () => {
    const step = repetitions(149, 61, 1)
    const unnoticed: string[] = []
    for (let bit = 0; bit < sound.length * 8; bit += step) {
      const damaged = Buffer.from(sound)
      const at = bit >> 3
      damaged[at] = (damaged[at] as number) ^ (1 << (bit & 7))
      if ((await saidOf(damaged)) === undefined) unnoticed.push(`bit ${bit & 7} of byte ${at}`)
    }
    expect(unnoticed).toEqual([])
  },
)

test('a file that is cut off anywhere is reported', { timeout: repetitions(60_000, 600_000) }, async () => {
  for (let length = 0; length < sound.length; length += repetitions(1999, 997, 101)) {
    expect(await saidOf(sound.subarray(0, length)), `${length} bytes`).not.toMatch(/^the same|^undefined/)
  }
})
