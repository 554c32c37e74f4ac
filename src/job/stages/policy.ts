// The first stage: what is known of a row, and what the policy makes of it.
import type { Evidence } from '../../evidence/evidence.ts'
import type { Policy } from '../../policy/policy.ts'
import type { RowLine } from '../../rows/read.ts'
import type { Job } from '../job.ts'
import { prepare } from '../prepare.ts'
import type { EvidenceSource } from '../stored/source.ts'
import { inOrder, type RowStage } from './stage.ts'

/** @param source whose rows are asked for in the order of the file */
export const decideBy = (policy: Policy, source: EvidenceSource, job: Pick<Job, 'plan' | 'scan'>): RowStage =>
  inOrder(async (known) => {
    const { entry } = known
    const evidence = await evidenceOf(entry, source, job)
    const suspect = job.plan.suspectIn?.(entry.row, evidence)
    return { ...known, evidence, decision: policy(entry.row, evidence), suspect }
  })

/** All that is known of a row: without a model first, then what the method found out. */
export async function evidenceOf(
  entry: RowLine,
  source: EvidenceSource,
  { plan, scan: { known } }: Pick<Job, 'plan' | 'scan'>,
): Promise<Evidence[]> {
  const prepared = prepare(entry.row, known, plan.keepDuplicates)
  return [...prepared.evidence, ...(await source.gathered(entry, prepared.asked))]
}
