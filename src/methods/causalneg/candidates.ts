// Matches the candidates of a row with their outcomes.
import type { Decision, DiscardedPassage } from '../../policy/policy.ts'
import type { Analysis, Candidate, Evidence, Verification } from '../../evidence/evidence.ts'
import type { Passage } from '../../rows/row.ts'

/** A passage written for a row, and everything known about it. */
export interface CandidateHistory {
  candidate: Candidate
  /** The requirement it should break; undefined if the analysis is not available. */
  requirement: Analysis['requirements'][number] | undefined
  /** Undefined if it was not verified. */
  verification: Verification | undefined
  /** The passage as it appears in the row, if it was added. */
  added: Passage | undefined
  /** Why it was not added; undefined if it was, or if the row could not be decided. */
  discarded: DiscardedPassage | undefined
}

/** Returns the candidates in the order in which they were written. */
export function followed(evidence: readonly Evidence[], { added = [], discarded = [] }: Decision): CandidateHistory[] {
  const analysis = evidence.find((item) => item.kind === 'analysis')
  const candidates = evidence.filter((item) => item.kind === 'candidate')
  const [used, open] = [[...added], [...discarded]]
  // Two candidates may have the same text. One that a gate stopped is matched by the name of the gate; of the others, the first was taken.
  const stopped = candidates.map(({ passage, fault }) =>
    fault ? take(open, (each) => isOf(each.passage, passage) && each.code === fault.gate) : undefined,
  )
  return candidates.map((candidate, index) => {
    const { passage, fault, requirement } = candidate
    const taken = fault ? undefined : take(used, (each) => isOf(each, passage))
    const gone = taken || fault ? stopped[index] : take(open, (each) => isOf(each.passage, passage))
    return {
      candidate,
      requirement: analysis?.requirements[requirement - 1],
      verification: verificationOf(evidence, candidate),
      added: taken,
      discarded: gone,
    }
  })
}

/** Removes the first matching item from the list and returns it. */
function take<T>(list: T[], isWanted: (each: T) => boolean): T | undefined {
  const at = list.findIndex(isWanted)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}

/** A passage whose id the row already has gets a number after its id. */
const isOf = ({ id }: Passage, candidate: string) => id === candidate || id.startsWith(`${candidate}#`)

function verificationOf(evidence: readonly Evidence[], { passage, fault }: Candidate): Verification | undefined {
  if (fault) return undefined
  return evidence.find((item) => item.kind === 'verification' && item.passage === passage) as Verification | undefined
}

/**
 * Returns the measured hardness of a passage. Undefined if it was not measured, which includes any passage that a gate stopped, even if
 * its text equals one that was measured.
 */
export function hardnessOf(
  { candidate, added, discarded }: CandidateHistory,
  hardness: ReadonlyMap<string, number | null>,
): number | null | undefined {
  return candidate.fault ? undefined : hardness.get((added ?? discarded?.passage)?.id ?? candidate.passage)
}

/** Returns the requirements that a passage does not fulfil: those its verification names, else the one that it was written to break. */
export function brokenBy(
  { candidate, verification }: CandidateHistory,
  requirements: Analysis['requirements'],
): Analysis['requirements'] {
  if (verification === undefined) return requirements.filter((_each, at) => at + 1 === candidate.requirement)
  return requirements.filter((_each, at) => (verification.requirements[at] ?? 'holds') !== 'holds')
}
