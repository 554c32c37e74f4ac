// A first row without a reply must not hold up the others: measures the time until all other rows are gathered, with and without it.
import { join } from 'node:path'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { atMost, type Benchmark } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { askOf, gatherRows, openJob } from './job.ts'
import { median } from './measure.ts'
import { madeUpReplies } from './replies.ts'
import { writeRows } from './rows.ts'
import { withServer } from './server.ts'

const ROWS = 2_000
const LATENCY_MS = 20
const STALL_MS = 10_000
const TURNS = 3
/** A call that stalls takes one of 32 places, so at best the others take 32/31 as long. */
const MOST = 1.1

export const stall: Benchmark = {
  name: 'stall',
  summary: `${ROWS} rows at ${LATENCY_MS} ms, the first reply after ${STALL_MS / 1000} s: time until all others are gathered`,
  run: async (scale, note) => {
    const rows = Math.max(200, Math.round(ROWS * scale))
    const [without, stalled]: [number[], number[]] = [[], []]
    for (let turn = 0; turn <= TURNS; turn++) {
      const times = [await secondsUntilOthers(rows, 0), await secondsUntilOthers(rows, STALL_MS)] as const
      note(`turn ${turn}: ${times.map((seconds) => `${seconds.toFixed(2)} s`).join(' without, ')} with the stall`)
      if (turn === 0) continue
      without.push(times[0])
      stalled.push(times[1])
    }
    const cost = median(stalled.map((seconds, turn) => seconds / (without[turn] ?? NaN)))
    return [
      { what: 'without a stall', value: `${median(without).toFixed(2)} s` },
      { what: 'with a stalled first row', value: `${median(stalled).toFixed(2)} s` },
      { what: 'stalled / not', value: cost.toFixed(2), target: atMost(cost, MOST) },
    ]
  },
}

/** Returns the seconds from the start of the gather phase until all rows but one are done. */
function secondsUntilOthers(rows: number, stallFirstMs: number): Promise<number> {
  return inFolder(async (folder) => {
    const path = join(folder, 'rows.jsonl')
    await writeRows(path, { rows, negatives: 5, passageLength: 300 })
    const texts = madeUpReplies(100, 5).map(({ text }) => text)
    const replies = { screen: texts }
    return withServer({ replies, latencyMs: LATENCY_MS, stallFirstMs }, async (urlOf) => {
      const job = await openJob(path, { screen: `bench@${urlOf('screen')}` })
      const ledger = new SqliteLedger(join(folder, 'ledger.db'))
      const started = performance.now()
      let done = 0
      let seconds = NaN
      await gatherRows(job, askOf(job, ledger), () => {
        done += 1
        if (done === rows - 1) seconds = (performance.now() - started) / 1000
      })
      await ledger.close()
      return seconds
    })
  })
}
