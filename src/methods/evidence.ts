// What a method learns about a row: the words that policies decide on.

/** What one reply, once read, says about one passage. */
export interface Verdict {
  kind: 'verdict'
  /** Passage id. */
  passage: string
  /** Which question it was: `screen`, `judge`, … */
  stage: string
  model: string
  /** Prompt id and version, as in `rlhn.judge@1`. */
  prompt: string
  /** The method's own scale; for rlhn `better`, `worse` (relevant, but weaker) and `irrelevant`. */
  verdict: string
  /** The model's words on this passage. */
  reason?: string
  /** Whether the model puts the passage strictly above the positives, where it says so. */
  strict?: boolean
  /** The words of the passage that the verdict rests on. */
  snippet?: Snippet
  /** Which step of a multi-hop question it is about, from 1. */
  step?: number
  /** How many of the samples that could be read say so, where more than one was taken. */
  votes?: { agree: number; of: number }
}

/** A stretch of a passage. Positions count characters (Unicode code points), as Python does: `[start, end)`. */
export interface Snippet {
  text: string
  in: 'text' | 'title'
  start: number
  end: number
}

/** The place of a passage in one listwise ranking. */
export interface Rank {
  kind: 'rank'
  passage: string
  stage: string
  model: string
  prompt: string
  /** Which of the orders in which the list was shown, from 1. */
  order: number
  /** Which part of a list too long for one call: `1`, `2`, …, halves of one `1a`. Ranks of different parts cannot be compared. */
  window: string
  /** 1 is the best; a mean where several samples were taken. */
  rank: number
  /** Which step of a multi-hop question it is about, from 1. */
  step?: number
}

/** Where the passage stood in one ranking that others must stand above. */
export interface AnchorPlace extends Pick<Rank, 'order' | 'window' | 'step'> {
  rank: number
}

/** How well a passage fits the query in the eyes of a scorer. Only scores of one model and one query can be compared. */
export interface Score {
  kind: 'score'
  passage: string
  stage: string
  model: string
  prompt: string
  /** Higher is better; the range is the model's own and may be negative. */
  score: number
}

/** A call that gave nothing readable about these passages, after every allowed re-ask. */
export interface Unread {
  kind: 'unread'
  stage: string
  model: string
  passages: string[]
  /** Stable: `truncated`, `refused`, `filtered`, `empty`, `malformed`, `out-of-range`, `incomplete`, `contradictory`, `not-verbatim`, `too-long`, `no-reply`. */
  why: string
  /** One sentence for a person. */
  detail: string
  /** The reply as it came; undefined when there was none. */
  raw: string | undefined
}

/** A passage known to be positive from the data itself, without a model. */
export interface Known {
  kind: 'known'
  passage: string
  /** `duplicate` of a positive of the row, or `known` from another row or from qrels. */
  stage: 'duplicate' | 'known'
  reason: string
}

/** A passage that the method did not ask about. */
export interface Unjudged {
  kind: 'unjudged'
  passage: string
  reason: string
}

/** The row's task exempts it from the method. */
export interface Exempt {
  kind: 'exempt'
  reason: string
}

export type Evidence = Verdict | Rank | Score | Unread | Known | Unjudged | Exempt

/** The stage that decides: the last that was asked. Undefined when no model was. */
export function decidingStage(evidence: Evidence[]): string | undefined {
  const last = evidence.findLast((item) => item.kind === 'verdict' || item.kind === 'unread')
  return last?.stage
}

/** The unreadable calls of the stage that decides. */
export function unreadOf(evidence: Evidence[]): Unread[] {
  const stage = decidingStage(evidence)
  return evidence.filter((item): item is Unread => item.kind === 'unread' && item.stage === stage)
}
