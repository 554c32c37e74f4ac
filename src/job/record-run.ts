// Records in the ledger that a run was started: its settings are found there by what decides again.
import type { CascadeRecord } from '../judging/cascade/record.ts'
import type { Ledger } from '../llm/ledger/ledger.ts'
import type { AskingJob } from './job.ts'
import type { RunSettings } from './session.ts'

export interface RecordedRun {
  /** The cascade as an earlier start measured it. */
  cascade: CascadeRecord | undefined
  /** The largest limit that the run has had. */
  limit: number | null
  /** Whether an earlier start has asked about all rows that this one processes, and no call of it failed. */
  isGathered: boolean
  /** Records it again, as not gathered. */
  restart(cascade?: CascadeRecord): Promise<void>
}

export async function recordRun({ run, scan, input, plan }: AskingJob, ledger: Ledger): Promise<RecordedRun> {
  const record = await ledger.runs.get(run.id)
  const before = record?.settings as RunSettings | undefined
  const limit = farthest(run.settings.limit, before)
  const isGathered = record?.gathered === true && limit === before?.limit && !(await ledger.runs.hasFailures(run.id))
  const start = (cascade?: CascadeRecord) =>
    ledger.runs.start({
      id: run.id,
      inputHash: scan.hash,
      inputPath: input.name,
      method: run.method,
      settings: { ...run.settings, limit, ...(cascade && { cascade }) },
      prompts: plan.prompts.map(({ name }) => name),
    })
  await start(before?.cascade)
  return { cascade: before?.cascade, limit, isGathered, restart: start }
}

/** Returns the largest limit that a run has had: a later trial of a few rows does not lower it. */
function farthest(limit: number | null, before: RunSettings | undefined): number | null {
  const earlier = before?.limit
  if (earlier === undefined) return limit
  return limit === null || earlier === null ? null : Math.max(limit, earlier)
}
