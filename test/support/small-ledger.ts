// A small ledger with everything in it that a ledger can hold, and all that Winnow reads from one.
import { DatabaseSync } from 'node:sqlite'
import { requestKey } from '../../src/llm/key.ts'
import { numberOf } from '../../src/llm/ledger/body.ts'
import type { Ledger } from '../../src/llm/ledger/ledger.ts'
import { SqliteLedger } from '../../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { entryOf, requestOf } from './ledger-entries.ts'

const RUN = {
  inputHash: 'h',
  inputPath: 'rows.jsonl',
  method: 'rlhn',
  settings: { limit: 7 },
  prompts: ['rlhn.judge@1'],
}
const ASKED = ['a', 'b', 'c', 'd', 'e', 'f']
const NOT_ANSWERED = ['x', 'y']
const SMALL_KEYS = [...ASKED, ...NOT_ANSWERED].map((content) => requestKey(requestOf(content)))

const WORDS = 'This document discusses a topic and does not address the question. Not relevant.'

/** Writes it in pages of 512 bytes, so that little of the file is unused. */
export async function writeSmallLedger(path: string): Promise<void> {
  let ledger = new SqliteLedger(path)
  for (const id of ['r1', 'r2']) await ledger.runs.start({ id, ...RUN })
  await ledger.append(entryOf(requestOf('a'), { text: 'first', reasoning: 'Ünïcode 🐘' }))
  const dictionary = Buffer.from(WORDS)
  ledger.db.prepare('INSERT INTO dictionaries VALUES (?, ?)').run(numberOf(dictionary), dictionary)
  ledger.db.prepare('UPDATE sources SET dictionary = ?').run(numberOf(dictionary))
  await ledger.close()
  ledger = new SqliteLedger(path)
  for (const [index, content] of ASKED.entries()) {
    const entry = entryOf(requestOf(content), { text: `${WORDS} ${content}` })
    const cost = index === 2 ? null : entry.cost
    await ledger.append({ ...entry, run: index < 3 ? 'r1' : 'r2', cost, unsettled: index })
  }
  const other = { ...requestOf('a'), source: { ...requestOf('a').source, stage: 'screen' } }
  const entry = entryOf({ ...other, model: 'n' })
  const { usage: _usage, ...uncounted } = entry.reply
  await ledger.append({ ...entry, reply: uncounted })
  for (const content of NOT_ANSWERED) {
    await ledger.fail(requestKey(requestOf(content)), { code: 'http-500', message: 'broken', run: 'r2' })
  }
  await ledger.runs.finishGathering('r1')
  await writeJob(ledger)
  await ledger.close()
  withPages(path, 512)
}

/** A batch job with requests that failed, are missing and are open. */
async function writeJob(ledger: Ledger): Promise<void> {
  const [id, run] = ['b1', 'r2']
  const about = {
    method: 'rlhn',
    stage: 'judge',
    prompt: 'rlhn.judge@1',
    row: 'r',
    attempt: 1,
    sample: 0,
    promptBytes: 5,
  }
  const claim = (content: string, amount: number) =>
    ledger.claim({ key: keyOf(content), run, amount, cap: undefined, batch: { id, about, mostAttempts: 3 } })
  const at = { provider: 'openai', endpoint: 'http://a/v1', model: 'gpt', identity: 'gpt' }
  await ledger.batches.begin({ id, run, ...at, price: { input: 1, output: 2 } })
  await Promise.all(JOB.map((content, index) => claim(content, 10 * index)))
  await ledger.batches.change(id, { phase: 'submitted', remote: 'batch_1', said: 'in progress', bytes: 10, tokens: 5 })
  for (const [content, end] of [
    ['job b', 'failed'],
    ['job c', 'missing'],
  ] as const)
    ledger.release({
      key: keyOf(content),
      run,
      unsettled: 0,
      batch: { id, end, isAttempt: true, code: 'batch', message: end },
    })
  await ledger.settled()
}

const JOB = ['job a', 'job b', 'job c', 'job d', 'job e']
const keyOf = (content: string) => requestKey(requestOf(content))

function withPages(path: string, bytes: number): void {
  const db = new DatabaseSync(path)
  db.exec(`PRAGMA journal_mode = DELETE; PRAGMA page_size = ${bytes}; VACUUM; PRAGMA journal_mode = WAL`)
  db.close()
}

/** Everything that Winnow reads from a ledger, by the keys that it may know. */
export async function everythingIn(ledger: Ledger, keys: readonly Buffer[] = SMALL_KEYS): Promise<unknown> {
  const { bytes: _bytes, path: _path, ...contents } = await ledger.contents()
  const texts = await ledger.findTexts(keys)
  const found = await ledger.find(keys)
  const provenance = await Promise.all(keys.map((key) => ledger.provenanceOf(key)))
  const failures = await Promise.all(keys.map((key) => ledger.failureOf(key)))
  const runs = await ledger.runs.list()
  const unpriced = await Promise.all(runs.map(({ id }) => ledger.runs.unpricedTokens(id)))
  return {
    contents,
    replies: keys.map((_key, at) => [found[at], texts[at], { ...provenance[at] }]),
    failures: failures.map((failure) => ({ ...failure })),
    unpriced: unpriced.map((stages) => stages.map((stage) => ({ ...stage }))),
    batches: (await ledger.batches.list()).map(({ isAbandoned: _isAbandoned, ...job }) => job),
    waiting: await ledger.batches.open('b1', undefined, 10),
    stored: (await ledger.repliesOf('rlhn')).map((each) => ({ ...each })),
  }
}
