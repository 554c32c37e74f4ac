// Which candidates become the negatives of a row: in the order of preference, the first that nothing speaks against.
import type { Document } from '../collections/collection.ts'
import { unitHash } from '../base/hash.ts'
import { againstScore } from './against.ts'
import type { ContentCheck } from './contents.ts'
import { barFor, type Candidate, type MiningRules, type Reason } from './rules.ts'

/** A row that wants negatives, and what is known of it. */
export interface MiningRow {
  id: string
  /** One for each positive; undefined where it cannot be had. */
  positiveScores: readonly (number | undefined)[]
  candidates: readonly Candidate[]
  /** What speaks against a document by its id: judged, a positive, in the row already. */
  againstId(id: string): Reason | undefined
  /** Reads a document of the corpus. */
  read(id: string): Document
  /** What speaks against a document by its words. */
  look(document: Document): ContentCheck
  /** Folded contents that the row has among its negatives already. */
  taken?: readonly string[]
}

export interface ChosenNegatives {
  /** The best first. */
  negatives: Candidate[]
  /** What spoke against those that were looked at, by candidate id. */
  against: Map<string, Reason>
}

/**
 * Looks at documents of one row, each once however many rules are tried.
 * @returns what the rules choose
 */
export function chooser(row: MiningRow): (rules: MiningRules) => ChosenNegatives {
  const seen = new Map<string, ContentCheck>()
  const looked = (id: string) => {
    const before = seen.get(id)
    if (before) return before
    const found = row.look(row.read(id))
    seen.set(id, found)
    return found
  }
  return (rules) => {
    const bar = barFor(row.positiveScores, rules.bar)
    const against = new Map<string, Reason>()
    const taken = new Set(row.taken)
    const negatives: Candidate[] = []
    for (const candidate of inOrder(row, rules)) {
      if (negatives.length === rules.negatives) break
      const { id } = candidate
      const reason =
        row.againstId(id) ?? againstScore(candidate, bar, rules) ?? looked(id).against ?? copyAmong(taken, looked(id))
      if (reason === undefined) {
        taken.add(looked(id).folded)
        negatives.push(candidate)
      } else against.set(id, reason)
    }
    return { negatives: negatives.toSorted(bestFirst), against }
  }
}

const copyAmong = (taken: ReadonlySet<string>, { folded }: ContentCheck): Reason | undefined =>
  taken.has(folded) ? 'copies of another negative' : undefined

const bestFirst = (one: Candidate, other: Candidate) => other.score - one.score || one.rank - other.rank

/** The best first; or an order that hangs on seed, row and document alone, so that other rows and documents leave it as it is. */
function inOrder({ id: row, candidates }: MiningRow, { sample, seed }: MiningRules): Candidate[] {
  if (sample === 'top') return candidates.toSorted(bestFirst)
  const drawn = candidates.map((candidate) => ({ candidate, at: unitHash(JSON.stringify([seed, row, candidate.id])) }))
  return drawn.toSorted((one, other) => one.at - other.at).map(({ candidate }) => candidate)
}
