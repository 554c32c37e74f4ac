// The runs in a ledger in PostgreSQL.
import type { FinishedShard, RunRecord, Runs, RunSpending, SpentAmong, UnpricedTokens } from '../run-record.ts'
import type { Session } from './session.ts'
import { storable } from './storable.ts'

interface Columns {
  id: string
  input_hash: string
  input_path: string
  method: string
  settings: string
  prompts: string
  started_ms: number
  updated_ms: number
  gathered: boolean
}

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

const START = `
  INSERT INTO winnow.runs (id, input_hash, input_path, method, settings, prompts, started_ms, updated_ms, gathered, unsettled)
  VALUES ($1, $2, $3, $4, $5, $6, ${NOW}, ${NOW}, false, 0)
  ON CONFLICT (id) DO UPDATE SET input_path = excluded.input_path, settings = excluded.settings,
    updated_ms = excluded.updated_ms, gathered = false`
/** A run that went to its end begins anew: what failed then is asked again. */
const AFRESH = `
  UPDATE winnow.failures SET attempts = 0
  WHERE run = $1 AND attempts > 0 AND EXISTS (SELECT FROM winnow.runs WHERE id = $1 AND gathered)`

const FINISH_SHARD =
  'INSERT INTO winnow.shards (run, shards, total, shard, row_count) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING'

const UNPRICED = `
  SELECT stage, coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output,
    count(*) - count(input_tokens) AS uncounted
  FROM winnow.replies r JOIN winnow.sources s ON s.id = r.source WHERE run = $1 AND cost IS NULL GROUP BY stage ORDER BY stage`

const SPENDING = `
  SELECT coalesce(sum(replies), 0) AS replies, coalesce(sum(cost), 0) AS cost, coalesce(sum(unpriced), 0) AS unpriced,
    coalesce((SELECT unsettled FROM winnow.runs WHERE id = $1), 0) AS unsettled
  FROM winnow.tallies WHERE run = $1`

/** @param reader for what is read @param writer for what is written */
export function postgresRuns(reader: Session, writer: Session): Runs {
  return {
    start: async ({ id, inputHash, inputPath, method, settings, prompts }) => {
      await writer.query(AFRESH, [id])
      const values = [id, inputHash, inputPath, method, JSON.stringify(settings), JSON.stringify(prompts)]
      await writer.query(START, values.map(storable))
    },
    finishGathering: async (id) => {
      await writer.query(`UPDATE winnow.runs SET gathered = true, updated_ms = ${NOW} WHERE id = $1`, [id])
    },
    finishShard: async (id, { number, of, total, rows }) => {
      await writer.query(FINISH_SHARD, [id, of, total, number, rows])
      const text = 'SELECT count(*) AS done FROM winnow.shards WHERE run = $1 AND shards = $2 AND total = $3'
      const [row] = await writer.query<{ done: number }>(text, [id, of, total])
      return row?.done as number
    },
    shards: (id) =>
      reader.query<FinishedShard>(
        'SELECT shard AS number, shards AS "of", total, row_count AS rows FROM winnow.shards WHERE run = $1 ORDER BY total, shards, shard',
        [id],
      ),
    get: async (id) => {
      const [found] = await reader.query<Columns>('SELECT * FROM winnow.runs WHERE id = $1', [id])
      return found && toRecord(found)
    },
    hasFailures: async (id) =>
      (await reader.query('SELECT 1 FROM winnow.failures WHERE run = $1 LIMIT 1', [id])).length > 0,
    list: async (inputHash) => {
      const where = inputHash === undefined ? '' : 'WHERE input_hash = $1'
      const text = `SELECT * FROM winnow.runs ${where} ORDER BY updated_ms DESC, id`
      return (await reader.query<Columns>(text, inputHash === undefined ? [] : [inputHash])).map(toRecord)
    },
    unpricedTokens: (id) => reader.query<UnpricedTokens>(UNPRICED, [id], true),
    lastReply: async () => {
      const [row] = await reader.query<{ last: number }>('SELECT coalesce(max(id), 0) AS last FROM winnow.replies')
      return row?.last as number
    },
    spentAmong: async (id, after, until) => {
      const [row] = await reader.query<SpentAmong>(
        `SELECT count(*) AS replies, coalesce(sum(cost), 0) AS cost, coalesce(max(created_ms), 0) AS "lastMs"
         FROM winnow.replies WHERE id > $1 AND id <= $2 AND run = $3`,
        [after, until, id],
        true,
      )
      return row as SpentAmong
    },
    spending: async (id) => (await reader.query<RunSpending>(SPENDING, [id]))[0] as RunSpending,
  }
}

function toRecord(columns: Columns): RunRecord {
  return {
    id: columns.id,
    inputHash: columns.input_hash,
    inputPath: columns.input_path,
    method: columns.method,
    settings: JSON.parse(columns.settings) as Record<string, unknown>,
    prompts: JSON.parse(columns.prompts) as string[],
    startedMs: columns.started_ms,
    updatedMs: columns.updated_ms,
    gathered: columns.gathered,
  }
}
