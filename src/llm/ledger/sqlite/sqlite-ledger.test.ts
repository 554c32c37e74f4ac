import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entryOf as entry, requestOf as request } from '../../../../test/support/ledger-entries.ts'
import type { ChatReply, ChatRequest } from '../../chat.ts'
import { requestKey } from '../../key.ts'
import { compact } from './inspect.ts'
import { findOne } from '../ledger.ts'
import { SqliteLedger } from './sqlite-ledger.ts'
import { verify } from './verify.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-ledger-'))
  path = join(folder, 'sub', 'ledger.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a reply is found again by what was asked, in this process and the next', async () => {
  const reply: ChatReply = { text: 'Ünïcode 🐘', finishReason: 'length', refusal: 'no', reasoning: 'hm' }
  const ledger = new SqliteLedger(path)
  await ledger.append(entry(request('a'), reply))
  const found = { ...reply, usage: { input: 10, output: 2, cached: 4, reasoning: 1 }, cost: 1500 }
  expect(await findOne(ledger, requestKey(request('a')))).toEqual(found)
  await ledger.close()
  const again = new SqliteLedger(path)
  expect(await findOne(again, requestKey(request('a')))).toEqual(found)
  expect(await findOne(again, requestKey(request('b')))).toBeUndefined()
  await again.close()
})

test('stopping to write ends the thread that writes, and with it what it holds', async () => {
  const [ledger, other] = [new SqliteLedger(path), new SqliteLedger(path)]
  const key = requestKey(request('a'))
  await ledger.claim({ key, run: 'r1', amount: 0, cap: undefined })
  expect(await other.isClaimed(key)).toBe(true)
  await ledger.stopWriting()
  expect(await other.isClaimed(key)).toBe(false)
  await ledger.close()
  await other.close()
})

test('the key is what was asked, and not where it comes from', () => {
  const key = requestKey(request('a')).toString('hex')
  const other = (more: Partial<ChatRequest>) => requestKey(request('a', more)).toString('hex')
  expect(other({ source: { ...request('a').source, row: 'x', stage: 'screen' } })).toBe(key)
  const changes: Partial<ChatRequest>[] = [{ model: 'n' }, { temperature: 0 }, { maxTokens: 11 }, { sample: 1 }]
  expect(new Set([key, ...changes.map(other)]).size).toBe(5)
  const split = (...contents: string[]) => other({ messages: contents.map((content) => ({ role: 'user', content })) })
  expect(split('a', 'b')).not.toBe(split('a\nuser 1\nb'))
})

test('two processes, two replies to one request: both are kept, the first answers', async () => {
  const one = new SqliteLedger(path)
  const two = new SqliteLedger(path)
  await Promise.all([one.append(entry(request('a'), { text: 'first' })), one.append(entry(request('b')))])
  await two.append(entry(request('a'), { text: 'second' }))
  expect((await findOne(two, requestKey(request('a'))))?.text).toBe('first')
  expect((await one.contents()).replies).toBe(3)
  await one.close()
  await two.close()
})

test('a thousand appends at once are grouped and all there', async () => {
  const ledger = new SqliteLedger(path)
  await Promise.all(Array.from({ length: 1000 }, (_, index) => ledger.append(entry(request(String(index))))))
  expect(await ledger.contents()).toMatchObject({
    replies: 1000,
    sources: [
      {
        replies: 1000,
        inputTokens: 10_000,
        outputTokens: 2000,
        cachedTokens: 4000,
        reasoningTokens: 1000,
        unpriced: 0,
      },
    ],
  })
  expect(await ledger.runs.spending('r1')).toEqual({ replies: 1000, cost: 1_500_000, unpriced: 0, unsettled: 0 })
  expect(verify(ledger)).toEqual([])
  await ledger.close()
})

test('a failure is no reply, and is forgotten when a reply comes', async () => {
  const ledger = new SqliteLedger(path)
  const key = requestKey(request('a'))
  await ledger.fail(key, { code: 'http-500', message: 'broken', run: 'r1' })
  expect(await findOne(ledger, key)).toBeUndefined()
  expect(await ledger.failureOf(key)).toMatchObject({ code: 'http-500', message: 'broken' })
  await ledger.append(entry(request('a')))
  expect(await ledger.failureOf(key)).toBeUndefined()
  await ledger.close()
})

test('verify finds what is broken, compact keeps what is there', async () => {
  const ledger = new SqliteLedger(path)
  await ledger.append(entry(request('a')))
  await ledger.append(entry(request('b')))
  expect(compact(ledger).after).toBeGreaterThan(0)
  expect(verify(ledger)).toEqual([])
  ledger.db.exec("UPDATE replies SET body = x'00' WHERE id = 1; DELETE FROM replies WHERE id = 2")
  expect(verify(ledger)).toEqual([
    '1 key without a reply',
    'the sums of 1 runs and sources differ from their replies',
    '1 reply is damaged',
  ])
  await ledger.close()
})

test('what is no ledger is refused and left alone', () => {
  const other = join(folder, 'other.db')
  const db = new DatabaseSync(other)
  db.exec('CREATE TABLE mine (x)')
  db.close()
  expect(() => new SqliteLedger(other)).toThrow('is a database, but not a ledger')
  writeFileSync(join(folder, 'text.db'), 'a text that is long enough to be taken for a header of something')
  expect(() => new SqliteLedger(join(folder, 'text.db'))).toThrow('it is no SQLite database')
  expect(() => new SqliteLedger(join(folder, 'none.db'), { mustExist: true })).toThrow('no ledger at')
})

test('a ledger of a newer Winnow is refused', async () => {
  const ledger = new SqliteLedger(path)
  ledger.db.exec('PRAGMA user_version = 99')
  await ledger.close()
  expect(() => new SqliteLedger(path)).toThrow('schema 99')
})

test('what another process was answered, and then went, is not asked again', async () => {
  const ledger = new SqliteLedger(path)
  const claim = (content: string) =>
    ledger.claim({ key: requestKey(request(content)), run: 'r1', amount: 0, cap: undefined })
  expect(await claim('first')).toEqual({ state: 'granted' })
  const other = new SqliteLedger(path)
  await other.append(entry(request('asked')))
  await other.close()
  expect(await claim('asked')).toEqual({ state: 'answered' })
  expect(await claim('unasked')).toEqual({ state: 'granted' })
  await ledger.close()
})
