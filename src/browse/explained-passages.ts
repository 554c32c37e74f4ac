// The explanation of each passage in the row.
import type { Change, Decision } from '../policy/policy.ts'
import type { AnchorPlace, Evidence, Rank } from '../evidence/evidence.ts'
import { passageOf, type Label, type Passage, type Row } from '../rows/row.ts'

/** Kinds that are shown with the passage they are about. Ranks are shown separately, and a method explains its own kinds. */
const SHOWN = ['verdict', 'score', 'unread', 'known', 'unjudged', 'exempt', 'human'] as const
type ShownEvidence = Extract<Evidence, { kind: (typeof SHOWN)[number] }>

const isShown = (item: Evidence): item is ShownEvidence => (SHOWN as readonly string[]).includes(item.kind)

export interface ExplainedPassage extends Pick<Passage, 'id' | 'title' | 'text'> {
  before: Label
  /** null if the row was dropped. */
  after: Label | null
  /** The grounds for the change of label. */
  change: Omit<Change, 'passage' | 'from' | 'to'> | null
  /** All evidence about it, without its ranks. */
  evidence: ShownEvidence[]
  ranks: ExplainedRank[]
}

/** A position in one ranking. */
interface ExplainedRank extends Pick<Rank, 'stage' | 'order' | 'window' | 'rank' | 'step'> {
  /** How many passages were ranked. */
  of: number
  /** The position of the passage that others must be ranked above; null if there was none. */
  anchor: number | null
}

/** Explains what was done with each passage of the row, and all evidence about it. */
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

/** Groups evidence by passage, in its original order. */
function byPassage(evidence: ShownEvidence[]): Map<string, { item: ShownEvidence }[]> {
  const about = evidence.flatMap((item) => Array.from(new Set(passagesOf(item)), (passage) => ({ passage, item })))
  return Map.groupBy(about, ({ passage }) => passage)
}

const passagesOf = (item: ShownEvidence): string[] =>
  item.kind === 'unread' ? item.passages : 'passage' in item ? [item.passage] : []

/** Returns the ranks of each passage, in the order of the rankings. */
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
