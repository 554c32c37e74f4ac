// The gathering of a shard: which rows it asks about, and what follows when it is done.
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { rowsOf, type AskingJob } from '../job.ts'
import type { GatherRows } from './gather-rows.ts'
import { foreignShards } from '../stored/ungathered.ts'
import { inPilot, pilotSize } from './pilot.ts'
import { shardDone } from './shard.ts'

/** Returns the number of rows that this process asks about: those of its shard, and those that all shards ask about first. */
export function rowsToAsk(job: AskingJob): number {
  const total = rowsOf(job)
  if (job.shard === undefined) return total
  const isPilot = inPilot(pilotSize(job.values.pilot, total), total)
  let rows = 0
  for (let index = 0; index < total; index++) if (job.shard.has(index) || isPilot(index)) rows += 1
  return rows
}

/**
 * Returns a function that asks by shards about the rows that are left after the first: about those of this one; and once all are done about
 * the others, whose replies are in the ledger then.
 */
export function inShard(job: AskingJob, ledger: Ledger, gatherRows: GatherRows): GatherRows {
  const { shard: mine, run } = job
  if (mine === undefined) return gatherRows
  return async (select, note, how = {}) => {
    if (how.isRest !== true) return gatherRows(select, note, how)
    await gatherRows((index) => select(index) && mine.has(index), note, how)
    const total = rowsOf(job)
    const rows = mine.count(total)
    const finished = { ...mine.shard, total, rows }
    const done = await ledger.runs.finishShard(run.id, finished)
    if (done < mine.shard.of) {
      const others = foreignShards(await ledger.runs.shards(run.id), finished)
      if (others !== undefined) job.hooks.onNotice?.(others)
      throw shardDone(mine.shard, rows, done)
    }
    return gatherRows((index) => select(index) && !mine.has(index), note, how)
  }
}
