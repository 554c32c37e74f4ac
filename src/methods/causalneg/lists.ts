// Records of written passages in the lists beside the rows: added ones go into the changes, the others into a list of their own.
import type { ListRecord } from '../../method/brought.ts'
import { HARDNESS, valuesBy, type DecidedRow } from '../../policy/decided.ts'
import { followed, hardnessOf, type CandidateHistory } from './candidates.ts'

export function causalnegRecords(decided: DecidedRow): ListRecord[] {
  const { entry, evidence, decision } = decided
  const { line, row } = entry
  const hardness = valuesBy(decided, HARDNESS)
  return followed(evidence, decision).flatMap((each): ListRecord[] => {
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
      return [{ list: 'changes', record: { ...place, ...moved, reason, ...about } }]
    }
    if (discarded === undefined) return []
    const { code, text: reason } = discarded
    return [{ list: 'discarded', record: { ...place, code, reason, model, ...about } }]
  })
}

function detailsOf({ candidate: { strategy, rewrites, attempt }, requirement, verification }: CandidateHistory) {
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
