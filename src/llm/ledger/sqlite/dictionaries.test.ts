import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { requestOf } from '../../../../test/support/ledger-entries.ts'
import { numberedReply, PROMPTS } from '../../../../test/support/numbered-replies.ts'
import { OLD_SCHEMAS, writeOldLedger } from '../../../../test/support/old-ledgers.ts'
import { requestKey } from '../../key.ts'
import { bodyOf } from '../body.ts'
import { compact } from './inspect.ts'
import { findOne, type StoredReply } from '../ledger.ts'
import { SqliteLedger } from './sqlite-ledger.ts'
import { verify } from './verify.ts'

/** So many long replies make a dictionary. */
const ENOUGH = 8

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-dictionaries-'))
  path = join(folder, 'ledger.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Numbers of replies to one prompt. */
const toOnePrompt = (count: number) => Array.from({ length: count }, (_each, index) => index * PROMPTS)

const append = async (ledger: SqliteLedger, numbers: number[], lines?: number): Promise<void> =>
  void (await Promise.all(numbers.map((number) => ledger.append(numberedReply(number, lines)))))

async function expectAll(ledger: SqliteLedger, numbers: number[], lines?: number): Promise<void> {
  const replies = numbers.map((number) => numberedReply(number, lines))
  const keys = replies.map(({ key }) => key)
  const [found, texts] = [await ledger.find(keys), await ledger.findTexts(keys)]
  const lost = replies.filter(({ reply }, at) => found[at]?.text !== reply.text || texts[at]?.text !== reply.text)
  expect(lost).toEqual([])
}

const dictionariesIn = ({ db }: SqliteLedger) => db.prepare('SELECT id, length(bytes) AS bytes FROM dictionaries').all()

const bytesOf = ({ db }: SqliteLedger) =>
  db
    .prepare('SELECT length(body) AS bytes FROM replies ORDER BY id')
    .all()
    .map(({ bytes }) => Number(bytes))

test('what comes after the first replies to a prompt is packed by them, and read again by any process', async () => {
  const ledger = new SqliteLedger(path)
  const numbers = toOnePrompt(40)
  await append(ledger, numbers)
  const bytes = bytesOf(ledger)
  const [first, later] = [bytes.slice(0, ENOUGH), bytes.slice(ENOUGH)]
  expect(Math.max(...later)).toBeLessThan(Math.min(...first) * 0.75)
  expect(dictionariesIn(ledger)).toMatchObject([{ bytes: 11_264 }])
  await append(ledger, [1, 2])
  await ledger.close()
  const again = new SqliteLedger(path)
  await expectAll(again, [...numbers, 1, 2])
  await append(again, [40 * PROMPTS])
  expect(bytesOf(again).at(-1)).toBeLessThan(Math.min(...first) * 0.75)
  compact(again)
  await expectAll(again, [...numbers, 1, 2, 40 * PROMPTS])
  expect(verify(again)).toEqual([])
  await again.close()
})

test('short replies make a dictionary when there are many', async () => {
  const ledger = new SqliteLedger(path)
  const numbers = toOnePrompt(80)
  await append(ledger, numbers, 1)
  const bytes = bytesOf(ledger)
  expect(Math.max(...bytes.slice(64))).toBeLessThan(Math.min(...bytes.slice(0, 64)) / 2)
  expect(dictionariesIn(ledger)).toHaveLength(1)
  await expectAll(ledger, numbers, 1)
  await ledger.close()
})

test('prompts with the same first replies share a dictionary', async () => {
  const ledger = new SqliteLedger(path)
  const numbers = toOnePrompt(ENOUGH + 1)
  const elsewhere = numbers.map((number) => ({ ...numberedReply(number), endpoint: 'http://b/v1' }))
  await append(ledger, numbers)
  for (const entry of elsewhere)
    await ledger.append({ ...entry, key: requestKey(requestOf(entry.key.toString('hex'))) })
  expect(dictionariesIn(ledger)).toHaveLength(1)
  expect(bytesOf(ledger).at(-1)).toBe(bytesOf(ledger)[ENOUGH])
  expect(verify(ledger)).toEqual([])
  await ledger.close()
})

test('two writers that come to a dictionary at the same time share one, and each reads what the other packed', async () => {
  const ledgers = [new SqliteLedger(path), new SqliteLedger(path)] as const
  const numbers = toOnePrompt(100)
  const half = (side: number) => numbers.filter((_each, index) => index % 2 === side)
  await Promise.all(ledgers.map((ledger, side) => append(ledger, half(side))))
  for (const ledger of ledgers) await expectAll(ledger, numbers)
  expect(dictionariesIn(ledgers[0]).length).toBeLessThanOrEqual(2)
  expect(ledgers[1].db.prepare('SELECT count(*) AS many FROM sources WHERE dictionary IS NOT NULL').get()).toEqual({
    many: 1,
  })
  expect(verify(ledgers[1])).toEqual([])
  await Promise.all(ledgers.map((ledger) => ledger.close()))
})

/** Appends in a process of its own until it has said `count` numbers, kills it, and returns the numbers. */
async function killedAfter(count: number, first: number): Promise<number[]> {
  const appending = fileURLToPath(import.meta.resolve('../../../../test/support/appending.ts'))
  const child = spawn(process.execPath, [appending, path, String(first)])
  let said = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text
    if (said.split('\n').length > count) child.kill('SIGKILL')
  }
  // The last line may have been cut off.
  return said.split('\n').slice(0, -1).map(Number)
}

// Each prompt makes its dictionary of its first eight replies: all of them about then.
test.each([78, 86, 94])('a process that is killed after %d replies to eleven prompts loses none', async (count) => {
  const written = await killedAfter(count, 0)
  expect(written.length).toBeGreaterThanOrEqual(count)
  const ledger = new SqliteLedger(path)
  await expectAll(ledger, written)
  expect(verify(ledger)).toEqual([])
  await append(ledger, [5000])
  await expectAll(ledger, [5000])
  await ledger.close()
})

test('three processes over a ledger of before, each killed while it makes dictionaries, lose nothing', async () => {
  writeOldLedger(path, 2)
  const written = await Promise.all([100, 130, 160].map((count, index) => killedAfter(count, index * 10_000)))
  const ledger = new SqliteLedger(path)
  await expectAll(ledger, written.flat())
  expect(dictionariesIn(ledger).length).toBeGreaterThanOrEqual(PROMPTS)
  expect(verify(ledger)).toEqual([])
  await ledger.close()
})

test('a damaged reply and a damaged dictionary are named, and what is whole is read', async () => {
  const ledger = new SqliteLedger(path)
  const numbers = toOnePrompt(ENOUGH + 4)
  await append(ledger, numbers)
  await ledger.close()
  const [first = 0, ...rest] = numbers
  const nameOf = (number: number) => `the reply ${numberedReply(number).key.toString('hex')} in the ledger ${path}`
  const again = new SqliteLedger(path)
  again.db.exec('UPDATE replies SET body = substr(body, 1, 20) WHERE id = 1')
  await expect(findOne(again, numberedReply(first).key)).rejects.toThrow(
    `cannot read ${nameOf(first)}: its checksum differs`,
  )
  await expectAll(again, rest)
  expect(verify(again)).toEqual(['1 reply is damaged'])
  await again.close()
  const third = new SqliteLedger(path)
  third.db.exec('UPDATE dictionaries SET bytes = zeroblob(length(bytes))')
  const { id } = third.db.prepare('SELECT id FROM dictionaries').get() as { id: number }
  const damaged = `dictionary ${id} of the ledger is damaged or gone`
  const packed = rest.at(-1) as number
  await expect(findOne(third, numberedReply(packed).key)).rejects.toThrow(`cannot read ${nameOf(packed)}: ${damaged}`)
  await expect(third.findTexts([numberedReply(packed).key])).rejects.toThrow(damaged)
  await expectAll(third, rest.slice(0, ENOUGH - 1))
  await expect(third.append(numberedReply(50 * PROMPTS))).rejects.toThrow(
    `cannot write to the ledger ${path}: ${damaged}`,
  )
  expect(verify(third)).toEqual([damaged, '5 replies are damaged'])
  third.db.exec('DELETE FROM dictionaries')
  expect(verify(third)).toEqual([damaged, '5 replies are damaged'])
  await third.close()
})

test.each(OLD_SCHEMAS)('a ledger of schema %d is read and goes on', async (schema) => {
  writeOldLedger(path, schema)
  const ledger = new SqliteLedger(path)
  const keyOf = (content: string) => requestKey(requestOf(content))
  const usage = { input: 10, output: 2, cached: 4, reasoning: 1 }
  const refused = { text: 'Ünïcode 🐘', finishReason: 'length', refusal: 'no', reasoning: 'hm' }
  const expectOld = async () => {
    expect(await findOne(ledger, keyOf('a'))).toEqual({ text: 'yes', finishReason: 'stop', usage, cost: 1500 })
    expect(await findOne(ledger, keyOf('b'))).toEqual({ ...refused, usage, cost: 1500 })
    expect((await ledger.findTexts([keyOf('b')]))[0]).toEqual(refused)
  }
  await expectOld()
  expect(await ledger.failureOf(keyOf('c'))).toMatchObject({ code: 'http-500' })
  // What a process of that time was sending when it was killed ends, and is counted.
  const claim = { key: Buffer.from('dead'), run: 'r1', amount: 0, cap: undefined }
  expect(await ledger.claim(claim)).toEqual({ state: 'granted' })
  const unsettled = schema === 1 ? 0 : 700
  expect(await ledger.runs.spending('r1')).toEqual({ replies: 2, cost: 3000, unpriced: 0, unsettled })
  await append(ledger, toOnePrompt(12))
  await expectAll(ledger, toOnePrompt(12))
  await expectOld()
  expect((await ledger.contents()).replies).toBe(14)
  expect(verify(ledger)).toEqual([])
  compact(ledger)
  await expectOld()
  await ledger.close()
})

test('bodies do not depend on dictionaries: equal replies give equal look-ups', async () => {
  const ledger = new SqliteLedger(path)
  const early = numberedReply(0)
  await append(ledger, toOnePrompt(ENOUGH + 2))
  const late = { ...early, key: requestKey(requestOf('asked late')) }
  await ledger.append(late)
  expect(await findOne(ledger, late.key)).toEqual(await findOne(ledger, early.key))
  expect(bodyOf((await findOne(ledger, late.key)) as StoredReply)).toEqual(bodyOf(early.reply))
  await ledger.close()
})
