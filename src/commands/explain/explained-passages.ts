// What an explanation says of each passage of the row.
import type { Change, Decision } from '../../policy/policy.ts'
import type { AnchorPlace, Evidence, Rank } from '../../evidence/evidence.ts'
import { passageOf, type Label, type Passage, type Row } from '../../rows/row.ts'

/** Kinds that are shown with the passage that they are about; ranks stand by themselves, and what only one method knows it explains itself. */
const SHOWN = ['verdict', 'score', 'unread', 'known', 'unjudged', 'exempt'] as const
type ShownEvidence = Extract<Evidence, { kind: (typeof SHOWN)[number] }>

const isShown = (item: Evidence): item is ShownEvidence => (SHOWN as readonly string[]).includes(item.kind)

export interface ExplainedPassage extends Pick<Passage, 'id' | 'title' | 'text'> {
  before: Label
  /** Null when the row was dropped. */
  after: Label | null
  /** What the change of label rests on. */
  change: Omit<Change, 'passage' | 'from' | 'to'> | null
  /** All that is known of it but its ranks. */
  evidence: ShownEvidence[]
  ranks: ExplainedRank[]
}

/** A place in one ranking. */
interface ExplainedRank extends Pick<Rank, 'stage' | 'order' | 'window' | 'rank' | 'step'> {
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
  const saidOf = byPassage(evidence.filter(isShown))
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
function byPassage(evidence: ShownEvidence[]): Map<string, { item: ShownEvidence }[]> {
  const about = evidence.flatMap((item) => Array.from(new Set(passagesOf(item)), (passage) => ({ passage, item })))
  return Map.groupBy(about, ({ passage }) => passage)
}

const passagesOf = (item: ShownEvidence): string[] =>
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
