// Looks into a ledger: what is in it, whether it is sound, and how to make it smaller.
import { statSync } from 'node:fs'
import { messageOf } from '../../base/errors.ts'
import { NANO_PER_DOLLAR } from '../prices.ts'
import { unpackBody } from './body.ts'
import { Dictionaries } from './dictionaries.ts'
import type { Ledger } from './ledger.ts'
import type { RunRecord, RunSpending } from './runs.ts'

export interface LedgerContents {
  path: string
  bytes: number
  replies: number
  /** Replies by model, method, stage and prompt version. */
  sources: SourceTotals[]
  runs: (RunRecord & RunSpending)[]
  /** Requests whose last attempt got no reply. */
  failures: Record<string, number>
}

interface SourceTotals {
  model: string
  method: string
  stage: string
  prompt: string
  replies: number
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  reasoningTokens: number
  /** US dollars, as far as known. */
  usd: number
  /** Replies whose cost is not known. */
  unpriced: number
}

export function contentsOf(ledger: Ledger): LedgerContents {
  const sources = ledger.db
    .prepare(
      `SELECT model, method, stage, prompt, sum(replies) AS replies, sum(input_tokens) AS inputTokens,
         sum(output_tokens) AS outputTokens, sum(cached_tokens) AS cachedTokens, sum(reasoning_tokens) AS reasoningTokens,
         sum(cost) / ${NANO_PER_DOLLAR.toFixed(1)} AS usd, sum(unpriced) AS unpriced
       FROM tallies JOIN sources ON sources.id = source GROUP BY model, method, stage, prompt ORDER BY min(sources.id)`,
    )
    .all() as unknown as SourceTotals[]
  const failures = ledger.db.prepare('SELECT code, count(*) AS many FROM failures GROUP BY code').all() as unknown as {
    code: string
    many: number
  }[]
  return {
    path: ledger.path,
    bytes: statSync(ledger.path).size,
    replies: sources.reduce((sum, { replies }) => sum + replies, 0),
    sources: sources.map((source) => ({ ...source })),
    runs: ledger.runs.list().map((run) => ({ ...run, ...ledger.runs.spending(run.id) })),
    failures: Object.fromEntries(failures.map(({ code, many }) => [code, many])),
  }
}

/** Checks the file, the index and every reply. Returns what is wrong, in sentences; nothing when it is sound. */
export function verify(ledger: Ledger): string[] {
  const { db } = ledger
  const faults: string[] = []
  for (const row of db.prepare('PRAGMA integrity_check').all()) {
    const [said] = Object.values(row)
    if (said !== 'ok') faults.push(`the database file: ${String(said)}`)
  }
  const lost = countOf(ledger, 'SELECT count(*) AS many FROM keys WHERE reply NOT IN (SELECT id FROM replies)')
  if (lost > 0) faults.push(`${lost} keys point to no reply`)
  const uncounted = countOf(
    ledger,
    `SELECT count(*) AS many FROM
       (SELECT run, source, count(*) AS replies, coalesce(sum(cost), 0) AS cost FROM replies GROUP BY run, source) AS actual
     LEFT JOIN tallies USING (run, source) WHERE tallies.replies IS NOT actual.replies OR tallies.cost IS NOT actual.cost`,
  )
  if (uncounted > 0) faults.push(`the totals of ${uncounted} runs and sources differ from their replies`)
  faults.push(...damagedDictionaries(ledger))
  const unreadable = countUnreadable(ledger)
  if (unreadable > 0) faults.push(`${unreadable} replies cannot be unpacked`)
  return faults
}

function damagedDictionaries({ db }: Ledger): string[] {
  const dictionaries = new Dictionaries(db)
  return db
    .prepare('SELECT id FROM dictionaries UNION SELECT dictionary FROM sources WHERE dictionary IS NOT NULL')
    .all()
    .flatMap(({ id }) => {
      try {
        dictionaries.get(Number(id))
        return []
      } catch (error) {
        return messageOf(error)
      }
    })
}

function countUnreadable({ db }: Ledger): number {
  const dictionaries = new Dictionaries(db)
  let unreadable = 0
  for (const { body } of db.prepare('SELECT body FROM replies').iterate() as Iterable<{ body: Uint8Array }>) {
    try {
      unpackBody(body, dictionaries.get)
    } catch {
      unreadable += 1
    }
  }
  return unreadable
}

const countOf = ({ db }: Ledger, sql: string) => Number((db.prepare(sql).get() as { many: number }).many)

/** Gives unused space back to the file system. Returns the sizes before and after, in bytes. */
export function compact(ledger: Ledger): { before: number; after: number } {
  const before = statSync(ledger.path).size
  ledger.db.exec('VACUUM')
  ledger.db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return { before, after: statSync(ledger.path).size }
}
