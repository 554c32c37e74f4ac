// The first stage: collects the evidence about a row and applies the policy to it.
import type { Evidence } from '../../evidence/evidence.ts'
import type { Policy } from '../../policy/policy.ts'
import type { KnownLookup } from '../../rows/known.ts'
import type { RowLine } from '../../rows/read.ts'
import type { Job } from '../job.ts'
import { prepare } from '../prepare.ts'
import type { EvidenceSource } from '../stored/source.ts'
import type { RowStage } from './stage.ts'

/** Reads the evidence of some rows and decides one after the other. */
export const decideBy =
  (policy: Policy, source: EvidenceSource, job: Pick<Job, 'plan' | 'scan'>): RowStage =>
  async (rows) => {
    const entries = rows.map(({ entry }) => entry)
    const found = await evidenceOfEach(entries, source, job)
    return rows.map((known, index) => {
      const { row } = known.entry
      const evidence = found[index] as Evidence[]
      return { ...known, evidence, decision: policy(row, evidence), suspect: job.plan.suspectIn?.(row, evidence) }
    })
  }

/** What is known of the rows of a job before a model is asked. */
interface KnownOfRows {
  plan: Job['plan']
  scan: { known: KnownLookup }
}

/** Returns all evidence about each row: of all at once from a server, else one after the other, as fewer replies are then held. */
export async function evidenceOfEach(
  entries: readonly RowLine[],
  source: EvidenceSource,
  job: KnownOfRows,
): Promise<Evidence[][]> {
  if (source.isRemote) return Promise.all(entries.map((entry) => evidenceOf(entry, source, job)))
  const found: Evidence[][] = []
  for (const entry of entries) found.push(await evidenceOf(entry, source, job))
  return found
}

/** Returns all evidence about a row: first what is known without a model, then what the method found. */
export async function evidenceOf(
  entry: RowLine,
  source: EvidenceSource,
  { plan, scan: { known } }: KnownOfRows,
): Promise<Evidence[]> {
  const prepared = prepare(entry.row, known, plan.keepDuplicates)
  return [...prepared.evidence, ...(await source.gathered(entry, prepared.asked))]
}
