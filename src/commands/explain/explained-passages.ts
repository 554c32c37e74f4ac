// What an explanation says of each passage: those of the row, and those that were written for it.
import type { Change, Decision } from '../../methods/policy.ts'
import type {
  Analysis,
  AnchorPlace,
  Candidate,
  Evidence,
  Rank,
  Unread,
  Verdict,
  Verification,
} from '../../evidence/evidence.ts'
import { passageOf, type Label, type Passage, type Row } from '../../rows/row.ts'
import type { Followed } from '../../job/growth/candidates.ts'
import type { ListedPassage } from './listed.ts'

type Said = Exclude<Evidence, Rank | Analysis | Candidate | Verification>

/** Kinds that stand in places of their own. */
const ELSEWHERE = new Set<Evidence['kind']>(['rank', 'analysis', 'candidate', 'verification'])

export interface ExplainedPassage extends Pick<Passage, 'id' | 'title' | 'text'> {
  before: Label
  /** Null when the row was dropped. */
  after: Label | null
  /** What the change of label rests on. */
  change: Omit<Change, 'passage' | 'from' | 'to'> | null
  /** All that is known of it but its ranks. */
  evidence: Said[]
  ranks: ExplainedRank[]
}

/** A passage that was written for the row. */
export interface ExplainedCandidate extends Omit<Candidate, 'kind' | 'stage' | 'fault'> {
  /** Why it is not in the row; null where it is, and where the row could not be decided. */
  discarded: { code: string; text: string } | null
  /** What the verifier found; null where none was asked, or could be read. */
  verification: Omit<Verification, 'kind' | 'stage' | 'passage'> | null
  /** What else was said of it: by the judge, or why a call about it could not be read. */
  evidence: (Verdict | Unread)[]
  /** Its percentile among the mined negatives of the row, 0 to 1, of an output; null where it was not measured. */
  hardness: number | null
}

/** A place in one ranking. */
export interface ExplainedRank extends Pick<Rank, 'stage' | 'order' | 'window' | 'rank' | 'step'> {
  /** How many were ranked. */
  of: number
  /** Where the passage stood that others must stand above; null where there was none. */
  anchor: number | null
}

/** What was done with each passage of the row, and all that is known of it. */
export function explainPassages(
  { passages }: Row,
  evidence: Evidence[],
  { outcome, row, changes }: Decision,
  anchors: AnchorPlace[],
): ExplainedPassage[] {
  const changesOf = new Map(changes.map((change) => [change.passage.id, change]))
  const saidOf = byPassage(evidence.filter((item): item is Said => !ELSEWHERE.has(item.kind)))
  const ranksOf = explainRanks(evidence, anchors)
  return passages.map(({ id, title, text, label }) => {
    const change = changesOf.get(id)
    const { passage: _passage, from: _from, to: _to, ...grounds } = change ?? {}
    return {
      id,
      ...(title !== undefined && { title }),
      text,
      before: label,
      after: outcome === 'dropped' ? null : (passageOf(row, id)?.label ?? label),
      change: change ? (grounds as ExplainedPassage['change']) : null,
      evidence: (saidOf.get(id) ?? []).map(({ item }) => item),
      ranks: (ranksOf.get(id) ?? []).map(({ explained }) => explained),
    }
  })
}

/** What is said of each passage, in the order of saying. */
function byPassage<Item extends Evidence>(evidence: Item[]): Map<string, { item: Item }[]> {
  const about = evidence.flatMap((item) => Array.from(new Set(passagesOf(item)), (passage) => ({ passage, item })))
  return Map.groupBy(about, ({ passage }) => passage)
}

const passagesOf = (item: Evidence): string[] =>
  item.kind === 'unread' ? item.passages : 'passage' in item ? [item.passage] : []

/** The places of each passage, in the order of ranking. */
function explainRanks(evidence: Evidence[], anchors: AnchorPlace[]): Map<string, { explained: ExplainedRank }[]> {
  const ranks = evidence.filter((item) => item.kind === 'rank')
  const rankings = Map.groupBy(ranks, rankingOf)
  const anchorIn = new Map(anchors.map((place) => [rankingOf(place), place.rank]))
  const explained = ranks.map(({ passage, stage, order, window, rank, step }) => {
    const ranking = rankingOf({ order, window, step })
    const which = { stage, order, window, rank, ...(step !== undefined && { step }) }
    const of = rankings.get(ranking)?.length ?? 0
    return { passage, explained: { ...which, of, anchor: anchorIn.get(ranking) ?? null } }
  })
  return Map.groupBy(explained, ({ passage }) => passage)
}

const rankingOf = ({ order, window, step }: Pick<Rank, 'order' | 'window' | 'step'>) => `${order} ${window} ${step}`

/** @param listed what the lists of an output say of the passages written for the row */
export function explainCandidate(
  { candidate, verification, added, discarded }: Followed,
  evidence: Evidence[],
  listed: ReadonlyMap<string, ListedPassage>,
): ExplainedCandidate {
  const there = candidate.fault ? undefined : listed.get((added ?? discarded?.passage)?.id ?? candidate.passage)
  const { kind: _kind, stage: _stage, fault, ...rest } = candidate
  const { kind: _of, stage: _asked, passage: _id, ...found } = verification ?? {}
  const said = evidence.filter((item) => item.kind === 'verdict' || item.kind === 'unread')
  return {
    ...rest,
    discarded: discarded ? { code: discarded.code, text: discarded.text } : null,
    verification: verification ? (found as ExplainedCandidate['verification']) : null,
    evidence: fault ? [] : said.filter((item) => passagesOf(item).includes(candidate.passage)),
    hardness: there?.hardness ?? null,
  }
}
