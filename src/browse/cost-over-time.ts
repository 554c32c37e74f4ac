// What a run has cost by when, from the ledger, read in parts so that other requests are answered meanwhile.
import { NANO_PER_DOLLAR } from '../llm/prices.ts'
import type { Ledger } from '../llm/ledger/ledger.ts'
import type { Pictures } from './api.ts'

/** The most points of the picture. */
const POINTS = 200

/** Returns money and calls added up, in the order of arrival. Replies without a known cost count as free. */
export async function costOverTime({ runs }: Pick<Ledger, 'runs'>, run: string): Promise<Pictures['cost']> {
  const last = await runs.lastReply()
  const step = Math.max(1, Math.ceil(last / POINTS))
  const points: Pictures['cost'] = []
  let [nanos, calls] = [0, 0]
  for (let from = 0; from < last; from += step) {
    const spent = await runs.spentAmong(run, from, from + step)
    await new Promise(setImmediate)
    if (spent.replies === 0) continue
    nanos += spent.cost
    calls += spent.replies
    points.push({ at: new Date(spent.lastMs).toISOString(), usd: nanos / NANO_PER_DOLLAR, calls })
  }
  return points
}
