// Chooses the negatives of a row: the first candidates, in order of preference, that no rule rejects.
import type { Document } from '../collections/collection.ts'
import { unitHash } from '../base/hash.ts'
import { againstScore } from './against.ts'
import type { ContentCheck } from './contents.ts'
import { barFor, type Candidate, type MiningRules, type Reason } from './rules.ts'

/** A row that needs negatives, and what is known of it. */
export interface MiningRow {
  id: string
  /** One per positive; undefined if it is not available. */
  positiveScores: readonly (number | undefined)[]
  candidates: readonly Candidate[]
  /** Rejects a document by its id: judged, a positive, or already in the row. */
  againstId(id: string): Reason | undefined
  /** Reads a document of the corpus. */
  read(id: string): Document
  /** Checks a document by its text. */
  look(document: Document): ContentCheck
  /** Folded contents of the row's existing negatives. */
  taken?: readonly string[]
}

export interface ChosenNegatives {
  /** Best first. */
  negatives: Candidate[]
  /** Why checked candidates were rejected, by candidate id. */
  against: Map<string, Reason>
}

/**
 * Returns a function that chooses by any rules. It reads each document of the row once, however many rules are tried.
 * @returns the negatives that the rules choose
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

/** Sorts best first, or in an order that depends only on seed, row and document, so that other rows and documents do not affect it. */
function inOrder({ id: row, candidates }: MiningRow, { sample, seed }: MiningRules): Candidate[] {
  if (sample === 'top') return candidates.toSorted(bestFirst)
  const drawn = candidates.map((candidate) => ({ candidate, at: unitHash(JSON.stringify([seed, row, candidate.id])) }))
  return drawn.toSorted((one, other) => one.at - other.at).map(({ candidate }) => candidate)
}
