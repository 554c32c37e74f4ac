import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entryOf, requestOf } from '../../../../test/support/ledger-entries.ts'
import { writeOldLedger } from '../../../../test/support/old-ledgers.ts'
import { requestKey } from '../../key.ts'
import { compact } from './inspect.ts'
import { findOne } from '../ledger.ts'
import { SqliteLedger } from './sqlite-ledger.ts'
import { seal, unseal, type ReplyFields } from '../seal.ts'
import { verify, withoutChecksum } from './verify.ts'

let path: string
beforeEach(() => (path = join(mkdtempSync(join(tmpdir(), 'winnow-seal-')), 'ledger.db')))
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }))

const KEY = Buffer.from('key')
const FIELDS: ReplyFields = [1, 'r1', 'row', 0, 'stop', 10, 2, 4, null, 1500, 12, 1_795_848_131_859]

test('what is sealed comes back, and any flipped bit or changed field is found', () => {
  for (const dictionary of [undefined, 0, 0xfedcba98]) {
    const sealed = seal({ packed: Buffer.from('packed'), dictionary }, FIELDS, KEY)
    expect(Buffer.from(unseal(sealed, FIELDS, KEY).packed).toString()).toBe('packed')
    expect(unseal(sealed, FIELDS, KEY).dictionary).toBe(dictionary)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const damaged = Buffer.from(sealed)
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(() => unseal(damaged, FIELDS, KEY), `bit ${bit}`).toThrow('its checksum differs')
    }
    for (const at of FIELDS.keys()) {
      const changed = FIELDS.with(at, typeof FIELDS[at] === 'string' ? 'other' : FIELDS[at] === null ? 0 : null)
      expect(() => unseal(sealed, changed as ReplyFields, KEY)).toThrow('its checksum differs')
    }
    expect(() => unseal(sealed, FIELDS, Buffer.from('kez'))).toThrow('it is the reply to another request')
    expect(() => unseal(sealed.subarray(0, 8), FIELDS, KEY)).toThrow('it is cut off')
  }
})

test('whatever text a row, a run or a finish reason is, its reply is sound', { timeout: 120_000 }, async () => {
  const ledger = new SqliteLedger(path)
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', 'a\0b', '\ufeffx', '\\ud8', ''))
  let number = 0
  await fc.assert(
    fc.asyncProperty(text, text, text, async (row, run, finishReason) => {
      const request = requestOf(String((number += 1)))
      const entry = entryOf({ ...request, source: { ...request.source, row } }, { finishReason, text: row })
      await ledger.append({ ...entry, run })
      await ledger.fail(Buffer.from(`failed ${number}`), { code: 'x', message: row, run })
      const found = await findOne(ledger, entry.key)
      expect(found?.text).toBe(row.toWellFormed())
    }),
    { numRuns: 60 },
  )
  expect(verify(ledger)).toEqual([])
  await ledger.close()
})

test('replies of before are counted, and get their checksums when the ledger is compacted', async () => {
  writeOldLedger(path, 4)
  const ledger = new SqliteLedger(path)
  expect([verify(ledger), withoutChecksum(ledger)]).toEqual([[], 2])
  const found = await findOne(ledger, requestKey(requestOf('b')))
  compact(ledger)
  expect([verify(ledger), withoutChecksum(ledger)]).toEqual([[], 0])
  expect(await findOne(ledger, requestKey(requestOf('b')))).toEqual(found)
  await ledger.close()
  const db = new DatabaseSync(path)
  db.exec("UPDATE replies SET row = 'x' WHERE id = 1")
  db.close()
  const again = new SqliteLedger(path)
  expect(verify(again)).toEqual(['1 reply is damaged'])
  await expect(findOne(again, requestKey(requestOf('a')))).rejects.toThrow('its checksum differs')
  await again.close()
})
