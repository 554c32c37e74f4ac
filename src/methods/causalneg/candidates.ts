// The candidates of a row, each with what became of it.
import type { Decision, DiscardedPassage } from '../policy.ts'
import type { Analysis, Candidate, Evidence, Verification } from '../../evidence/evidence.ts'
import type { Passage } from '../../rows/row.ts'

/** A passage that was written for a row, and all that is known of it. */
export interface CandidateHistory {
  candidate: Candidate
  /** What it is to break; undefined where the analysis is not at hand. */
  requirement: Analysis['requirements'][number] | undefined
  /** Undefined where it was not verified. */
  verification: Verification | undefined
  /** As it stands in the row, where it does. */
  added: Passage | undefined
  /** Why it does not; undefined where it does, and where the row could not be decided. */
  discarded: DiscardedPassage | undefined
}

/** In the order in which they were written. */
export function followed(evidence: readonly Evidence[], { added = [], discarded = [] }: Decision): CandidateHistory[] {
  const analysis = evidence.find((item) => item.kind === 'analysis')
  const candidates = evidence.filter((item) => item.kind === 'candidate')
  const [used, open] = [[...added], [...discarded]]
  // Two candidates may be the same text. What a gate stopped is told by its name; of the others the first is the one that was taken.
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

/** The first of a list that is wanted, which is then no longer in it. */
function take<T>(list: T[], isWanted: (each: T) => boolean): T | undefined {
  const at = list.findIndex(isWanted)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}

/** A passage in a row that has its id already is numbered. */
const isOf = ({ id }: Passage, candidate: string) => id === candidate || id.startsWith(`${candidate}#`)

function verificationOf(evidence: readonly Evidence[], { passage, fault }: Candidate): Verification | undefined {
  if (fault) return undefined
  return evidence.find((item) => item.kind === 'verification' && item.passage === passage) as Verification | undefined
}

/** How hard a passage was found to be; undefined where it was not measured, as what a gate stopped, be it with the text of one that was. */
export function hardnessOf(
  { candidate, added, discarded }: CandidateHistory,
  hardness: ReadonlyMap<string, number | null>,
): number | null | undefined {
  return candidate.fault ? undefined : hardness.get((added ?? discarded?.passage)?.id ?? candidate.passage)
}

/** The requirements that a passage does not fulfil: what its verification says, else the one that it was written to break. */
export function brokenBy(
  { candidate, verification }: CandidateHistory,
  requirements: Analysis['requirements'],
): Analysis['requirements'] {
  if (verification === undefined) return requirements.filter((_each, at) => at + 1 === candidate.requirement)
  return requirements.filter((_each, at) => (verification.requirements[at] ?? 'holds') !== 'holds')
}
