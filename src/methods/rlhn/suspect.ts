// Which positives a person should look at: those that the judge would rather see among the negatives.
import { decidingStage, type Evidence, type Verdict } from '../../evidence/evidence.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import type { Suspect } from '../../policy/decided.ts'

const isVerdict = (item: Evidence): item is Verdict => item.kind === 'verdict'

/** A positive is suspect when the last model to judge the row strictly prefers a negative to it. */
export function suspectIn(evidence: Evidence[]): Suspect | undefined {
  if (!evidence.some((item) => isVerdict(item) && item.verdict === 'better')) return undefined
  const verdicts = evidence.filter(isVerdict)
  const last = decidingStage(evidence.filter((item) => !('stage' in item) || item.stage !== CONFIRM))
  const strictly = new Set(verdicts.filter(({ strict }) => strict).map(({ passage }) => passage))
  const preferred = verdicts.filter(
    ({ stage, verdict, passage, strict }) =>
      stage === last && verdict === 'better' && (strict ?? strictly.has(passage)),
  )
  if (preferred.length === 0) return undefined
  return {
    reason: `the ${last} strictly prefers ${preferred.length === 1 ? 'a negative' : `${preferred.length} negatives`} to the positives`,
    preferred: preferred.map(({ passage, stage, reason }) => ({
      passage,
      stage,
      ...(reason !== undefined && { reason }),
    })),
  }
}
