// Mines negatives for one row that has lost all its own.
import type { Grades } from '../../collections/collection.ts'
import type { Decision } from '../../policy/policy.ts'
import { isBlind, type MiningRules } from '../../mining/rules.ts'
import { documentIn, type DocumentStore, type Searcher } from '../../search/retriever.ts'
import type { KnownPositives } from '../../rows/known.ts'
import { minersOf, type Miner } from '../../rows/miners.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import { passageOf, type MineQuestion } from '../../mining/entry.ts'
import type { Finder } from '../../mining/finder.ts'
import { knownChecker, readable, relevantIn, type RepeatedPositives } from '../../mining/kin.ts'
import { choiceOf } from '../../mining/pass.ts'
import { located } from '../../mining/positives.ts'

/** A mined negative, and a sentence about its rank. */
interface MinedReplacement {
  passage: Passage
  reason: string
}

/** The result for a row. */
export interface RefillOutcome {
  /** Best first; empty if nothing is left. */
  mined: MinedReplacement[]
  /** Whether its positives have no score to compare with, so that a threshold relative to it can accept nothing. */
  isBlind: boolean
}

/** What mining for a row needs. */
export interface RefillParts {
  finder: Finder
  store: DocumentStore
  searcher: Searcher
  known: KnownPositives
  repeated: RepeatedPositives
  grades: Grades
  rules: MiningRules
  miner: Miner
}

/** Returns mined negatives, best first, for a row that has lost its own. */
export async function refillRow(
  row: Row,
  { row: after, wanted = 0 }: Decision,
  { finder, store, searcher, known, repeated, grades, miner, ...parts }: RefillParts,
): Promise<RefillOutcome> {
  const rules = { ...parts.rules, negatives: wanted }
  const positives = await Promise.all(labelled(after, 'positive').map((passage) => located(passage, store, searcher)))
  const own = new Set(row.passages.map(({ id }) => id))
  const ids = new Set(positives.map(({ document }) => document))
  const judged: ReadonlyMap<string, number> = grades.get(row.id) ?? new Map<string, number>()
  const question: MineQuestion = {
    query: { id: row.id, text: row.query },
    positives,
    // Passages that left the negatives, and copies of them, do not return.
    kin: [...labelled(after, 'ignored'), ...readable(store, relevantIn(judged, 1)), ...repeated.of(row)],
    againstId: (id) => {
      if (judged.has(id)) return 'judged for the query'
      return own.has(id) || ids.has(id) ? 'in the row already' : undefined
    },
    againstDocument: knownChecker(row, known),
    taken: [],
  }
  const [found] = await finder.find([question])
  if (found === undefined) return { mined: [], isBlind: false }
  const { negatives } = choiceOf(question, found, store, rules).choose(rules)
  // Scores of a unit other than the row's would spoil it.
  const isSameUnit = minersOf(row).some(({ identity }) => identity === miner.identity)
  const mined = negatives.map(({ id, score, rank }) => ({
    passage: passageOf(documentIn(store, id), 'negative', isSameUnit ? score : undefined),
    reason: `mined by ${miner.name}: rank ${rank}, score ${score}`,
  }))
  return { mined, isBlind: isBlind(rules, found.positiveScores) }
}
