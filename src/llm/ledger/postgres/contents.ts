// A summary of a ledger in PostgreSQL.
import { NANO_PER_DOLLAR } from '../../prices.ts'
import type { LedgerContents, SourceTotals } from '../contents.ts'
import type { SourceCount } from '../ledger.ts'
import type { RunRecord, Runs } from '../run-record.ts'
import { SIZE } from './schema.ts'
import type { Session } from './session.ts'

const SOURCES = `
  SELECT model, method, stage, prompt, sum(replies) AS replies, sum(input_tokens) AS "inputTokens", sum(output_tokens) AS "outputTokens",
    sum(cached_tokens) AS "cachedTokens", sum(reasoning_tokens) AS "reasoningTokens",
    sum(cost) / ${NANO_PER_DOLLAR.toFixed(1)} AS usd, sum(unpriced) AS unpriced
  FROM winnow.tallies t JOIN winnow.sources s ON s.id = t.source GROUP BY model, method, stage, prompt ORDER BY min(s.id)`

const OF_METHOD = `
  SELECT stage, prompt, model, sum(replies) AS replies FROM winnow.tallies t JOIN winnow.sources s ON s.id = t.source
  WHERE method = $1 GROUP BY stage, prompt, model ORDER BY min(s.id)`

export async function contentsOf(session: Session, path: string, runs: Runs): Promise<LedgerContents> {
  const sources = await session.query<SourceTotals>(SOURCES, [], true)
  const failures = await session.query<{ code: string; many: number }>(
    'SELECT code, count(*) AS many FROM winnow.failures GROUP BY code ORDER BY code',
    [],
    true,
  )
  const withSpending = async (run: RunRecord) => ({ ...run, ...(await runs.spending(run.id)) })
  return {
    path,
    bytes: (await session.query<{ bytes: number }>(SIZE))[0]?.bytes ?? 0,
    replies: sources.reduce((sum, { replies }) => sum + replies, 0),
    sources,
    runs: await Promise.all((await runs.list()).map(withSpending)),
    failures: Object.fromEntries(failures.map(({ code, many }) => [code, many])),
  }
}

export const repliesOf = (session: Session, method: string): Promise<SourceCount[]> =>
  session.query<SourceCount>(OF_METHOD, [method])
