// The first stage: collects the evidence about a row and applies the policy to it.
import type { Evidence } from '../../evidence/evidence.ts'
import type { Policy } from '../../policy/policy.ts'
import type { KnownLookup } from '../../rows/known.ts'
import type { RowLine } from '../../rows/read.ts'
import type { Job } from '../job.ts'
import { prepare } from '../prepare.ts'
import type { EvidenceSource } from '../stored/source.ts'
import type { RowStage } from './stage.ts'

/** Reads the evidence of all rows at once, as a ledger may be far away, and decides one row after the other. */
export const decideBy =
  (policy: Policy, source: EvidenceSource, job: Pick<Job, 'plan' | 'scan'>): RowStage =>
  async (rows) => {
    const found = await Promise.all(rows.map(({ entry }) => evidenceOf(entry, source, job)))
    return rows.map((known, index) => {
      const { row } = known.entry
      const evidence = found[index] as Evidence[]
      return { ...known, evidence, decision: policy(row, evidence), suspect: job.plan.suspectIn?.(row, evidence) }
    })
  }

/** Returns all evidence about a row: first what is known without a model, then what the method found. */
export async function evidenceOf(
  entry: RowLine,
  source: EvidenceSource,
  { plan, scan: { known } }: { plan: Job['plan']; scan: { known: KnownLookup } },
): Promise<Evidence[]> {
  const prepared = prepare(entry.row, known, plan.keepDuplicates)
  return [...prepared.evidence, ...(await source.gathered(entry, prepared.asked))]
}
