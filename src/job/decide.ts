// Phase 2: one streaming pass over the rows in order that asks no model and writes what the policy decides.
import { untouched } from '../policy/decided.ts'
import type { Policy } from '../policy/policy.ts'
import type { Input } from '../rows/input.ts'
import { badRecord, readRows, type BadLine, type RowLine } from '../rows/read.ts'
import { limitOf, type Job } from './job.ts'
import type { TellingChanges } from './changes/telling.ts'
import type { PlaceCounts } from './page/place-counts.ts'
import type { Outputs } from './outputs.ts'
import { decideBy } from './stages/policy.ts'
import { chain, inOrder, type RowStage } from './stages/stage.ts'
import type { Stages } from './stages/stages.ts'
import { writeTo } from './stages/write.ts'
import type { EvidenceSource } from './stored/source.ts'
import { DecisionTotals } from './totals.ts'

/** The source of the evidence, the treatment of the rows, and their destination. */
export interface Pass {
  source: EvidenceSource
  policy: Policy
  stages: Stages
  /** Scores the passages, if that was asked for. */
  score: RowStage
  outputs: Outputs
  telling: TellingChanges
  /** Counts for the page; undefined if none is written. */
  places: PlaceCounts | undefined
  onRow?: (totals: DecisionTotals) => void
}

/** @throws any error of a broken input or a full disk; the caller aborts the outputs */
export async function decide(
  job: Job,
  { source, policy, stages, score, outputs, telling, places, onRow }: Pass,
): Promise<DecisionTotals> {
  const { plan, input, hooks } = job
  const { refill, measure, writing } = stages
  const totals = new DecisionTotals(plan, job.values)
  const count = inOrder((row) => {
    totals.add(row)
    places?.add(row)
    onRow?.(totals)
    return row
  })

  const decideAll = chain(
    decideBy(policy, source, job),
    refill,
    measure,
    score,
    writeTo(outputs, writing, telling),
    count,
  )

  await input.assertUnchanged()
  for await (const entries of groupsOf(input, limitOf(job))) {
    hooks.signal?.throwIfAborted()
    for (const entry of entries) if ('faults' in entry) await outputs.note('bad', badRecord(entry))
    await decideAll(entries.filter((entry) => 'row' in entry).map(untouched))
  }
  await input.assertUnchanged()
  return totals
}

/** Lines decided before any of them is written: a ledger and an encoder that measures hardness may be servers. */
const AT_ONCE = 64

/** Yields the lines in file order, a few at a time, up to a limit of rows. */
async function* groupsOf(input: Input, limit: number): AsyncGenerator<(RowLine | BadLine)[]> {
  let rows = 0
  for await (const batch of readRows(input)) {
    for (let start = 0; start < batch.length && rows < limit; start += AT_ONCE) {
      const group: (RowLine | BadLine)[] = []
      for (const entry of batch.slice(start, start + AT_ONCE)) {
        if (rows >= limit) break
        if ('row' in entry) rows += 1
        group.push(entry)
      }
      yield group
    }
    if (rows >= limit) return
  }
}
