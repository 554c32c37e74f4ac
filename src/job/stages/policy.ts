// The first stage: collects the evidence about a row and applies the policy to it.
import type { Evidence } from '../../evidence/evidence.ts'
import type { Policy } from '../../policy/policy.ts'
import type { KnownLookup } from '../../rows/known.ts'
import type { RowLine } from '../../rows/read.ts'
import type { Job } from '../job.ts'
import { prepare } from '../prepare.ts'
import type { EvidenceSource } from '../stored/source.ts'
import { inOrder, type RowStage } from './stage.ts'

/** @param source must be asked for rows in file order */
export const decideBy = (policy: Policy, source: EvidenceSource, job: Pick<Job, 'plan' | 'scan'>): RowStage =>
  inOrder(async (known) => {
    const { entry } = known
    const evidence = await evidenceOf(entry, source, job)
    const suspect = job.plan.suspectIn?.(entry.row, evidence)
    return { ...known, evidence, decision: policy(entry.row, evidence), suspect }
  })

/** Returns all evidence about a row: first what is known without a model, then what the method found. */
export async function evidenceOf(
  entry: RowLine,
  source: EvidenceSource,
  { plan, scan: { known } }: { plan: Job['plan']; scan: { known: KnownLookup } },
): Promise<Evidence[]> {
  const prepared = prepare(entry.row, known, plan.keepDuplicates)
  return [...prepared.evidence, ...(await source.gathered(entry, prepared.asked))]
}
