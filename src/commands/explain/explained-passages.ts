// What an explanation says of each passage of the row.
import type { Change, Decision } from '../../methods/policy.ts'
import type { AnchorPlace, Evidence, Rank } from '../../evidence/evidence.ts'
import type { Label, Passage } from '../../rows/row.ts'

/** Kinds that are shown with the passage that they are about; ranks stand by themselves, and what only one method knows it explains itself. */
const SHOWN = ['verdict', 'score', 'unread', 'known', 'unjudged', 'exempt'] as const
type Said = Extract<Evidence, { kind: (typeof SHOWN)[number] }>

const isShown = (item: Evidence): item is Said => (SHOWN as readonly string[]).includes(item.kind)

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

/** A place in one ranking. */
export interface ExplainedRank extends Pick<Rank, 'stage' | 'order' | 'window' | 'rank' | 'step'> {
  /** How many were ranked. */
  of: number
  /** Where the passage stood that others must stand above; null where there was none. */
  anchor: number | null
}

/** What was done with a passage of the row, and all that is known of it. */
export function explainPassage(
  { id, title, text: words, label }: Passage,
  evidence: Evidence[],
  { outcome, row, changes }: Decision,
  anchors: AnchorPlace[],
): ExplainedPassage {
  const ranks = evidence.filter((item) => item.kind === 'rank')
  const change = changes.find(({ passage }) => passage.id === id)
  const { passage: _passage, from: _from, to: _to, ...grounds } = change ?? {}
  return {
    id,
    ...(title !== undefined && { title }),
    text: words,
    before: label,
    after: outcome === 'dropped' ? null : (row.passages.find((passage) => passage.id === id)?.label ?? label),
    change: change ? (grounds as ExplainedPassage['change']) : null,
    evidence: evidence.filter(isShown).filter((item) => isAbout(item, id)),
    ranks: ranks.filter(({ passage }) => passage === id).map((rank) => explainRank(rank, ranks, anchors)),
  }
}

const isAbout = (item: Said, passage: string): boolean =>
  item.kind === 'unread' ? item.passages.includes(passage) : 'passage' in item && item.passage === passage

function explainRank({ stage, order, window, rank, step }: Rank, all: Rank[], anchors: AnchorPlace[]): ExplainedRank {
  const isSame = (other: AnchorPlace) => other.order === order && other.window === window && other.step === step
  return {
    stage,
    order,
    window,
    rank,
    ...(step !== undefined && { step }),
    of: all.filter(isSame).length,
    anchor: anchors.find(isSame)?.rank ?? null,
  }
}
