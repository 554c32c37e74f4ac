// Summarises the contents of a ledger, and makes it smaller.
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { NANO_PER_DOLLAR } from '../../prices.ts'
import type { LedgerContents, SourceTotals } from '../contents.ts'
import type { Runs } from '../run-record.ts'
import { sealAll } from './seal-all.ts'

/** An open ledger. */
interface LedgerFile {
  path: string
  db: DatabaseSync
  runs: Runs
}

export async function contentsOf(ledger: LedgerFile): Promise<LedgerContents> {
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
    runs: await Promise.all(
      (await ledger.runs.list()).map(async (run) => ({ ...run, ...(await ledger.runs.spending(run.id)) })),
    ),
    failures: Object.fromEntries(failures.map(({ code, many }) => [code, many])),
  }
}

/** Gives unused space back to the file system, and replies from before their checksums. Returns the sizes before and after, in bytes. */
export function compact(ledger: LedgerFile): { before: number; after: number } {
  const before = statSync(ledger.path).size
  ledger.db.exec('BEGIN IMMEDIATE')
  try {
    sealAll(ledger.db)
    ledger.db.exec('COMMIT')
  } catch (error) {
    if (ledger.db.isTransaction) ledger.db.exec('ROLLBACK')
    throw error
  }
  ledger.db.exec('VACUUM')
  ledger.db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return { before, after: statSync(ledger.path).size }
}
