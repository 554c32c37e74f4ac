// What the lists beside the rows say of passages that were written: those that a row was given among the changes, the others by themselves.
import type { Decision } from '../../methods/policy.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import type { RowLine } from '../../rows/read.ts'
import type { Outputs } from '../outputs.ts'
import { followed, hardnessOf, type Followed } from './candidates.ts'

/** @param hardness by passage id, for what was measured */
export async function noteGrown(
  { line, row }: RowLine,
  evidence: readonly Evidence[],
  decision: Decision,
  hardness: ReadonlyMap<string, number | null>,
  outputs: Outputs,
): Promise<void> {
  for (const each of followed(evidence, decision)) {
    const { candidate, added, discarded } = each
    const { model } = candidate
    const passage = (added ?? discarded?.passage)?.id ?? candidate.passage
    const place = { line: line.number, row: row.id, passage }
    const about = {
      ...detailsOf(each),
      hardness: hardnessOf(each, hardness) ?? null,
      query: row.query,
      text: candidate.text,
    }
    if (added) {
      const moved = { from: null, to: 'negative', stage: candidate.stage, model, verdict: null }
      const reason = `written to break: ${each.requirement?.text ?? ''}`
      await outputs.note('changes', { ...place, ...moved, reason, ...about })
    }
    if (discarded) {
      const { code, text: reason } = discarded
      await outputs.note('discarded', { ...place, code, reason, model, ...about })
    }
  }
}

function detailsOf({ candidate: { strategy, rewrites, attempt }, requirement, verification }: Followed) {
  return {
    strategy,
    requirement: requirement?.text ?? null,
    isCritical: requirement?.isCritical ?? null,
    rewrites: rewrites ?? null,
    attempt,
    verification: verification && {
      model: verification.model,
      attemptsAnswer: verification.attemptsAnswer,
      requirements: verification.requirements,
      reason: verification.reason ?? null,
    },
  }
}
