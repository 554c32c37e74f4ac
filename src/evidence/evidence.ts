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

/** The ways in which a passage can be made to fail (CausalNeg, arXiv 2606.01304). */
export const STRATEGIES = [
  'entity_shift',
  'intent_drift',
  'constraint_violation',
  'attribute_shift',
  'relation_break',
  'upstream_downstream',
] as const
export type Strategy = (typeof STRATEGIES)[number]

/** What a row's query needs, taken apart: what a relevant passage must do, and how each part of it can be broken. */
export interface Analysis {
  kind: 'analysis'
  stage: 'analyse'
  model: string
  prompt: string
  /** The information need, in a sentence. */
  need: string
  /** How the positives meet it. */
  meets: string
  /** What counts as answering. */
  boundary: string
  /** What a relevant passage fulfils; without a critical one it is not relevant. Numbered from 1 by place. */
  requirements: { text: string; isCritical: boolean }[]
  /** Ways to break a requirement, by its number from 1. */
  perturbations: { requirement: number; strategy: Strategy; how: string }[]
}

/** A passage that a model wrote for the row, to be a negative. */
export interface Candidate {
  kind: 'candidate'
  stage: 'write'
  /** Content hash of title and text, as ids of passages without one are made. */
  passage: string
  text: string
  title?: string
  model: string
  prompt: string
  strategy: Strategy
  /** Number of the requirement that it is to break, from 1. */
  requirement: number
  /** Id of the mined negative that it was made from. */
  rewrites?: string
  /** 2: written anew because the first was refused. */
  attempt: 1 | 2
  /** The gate that refused it before anybody was asked about it. */
  fault?: { gate: string; detail: string }
}

/** Whether a text fulfils a requirement: it does, it says something else, or it says nothing about it. */
export const FULFILMENTS = ['holds', 'violated', 'absent'] as const
export type Fulfilment = (typeof FULFILMENTS)[number]

/** What a model that did not know what a candidate was to break found in it. */
export interface Verification {
  kind: 'verification'
  stage: 'verify'
  /** Id of the candidate. */
  passage: string
  model: string
  prompt: string
  /** Whether the text answers or tries to, be it wrongly, in part or by denial. */
  attemptsAnswer: boolean
  /** One a requirement of the analysis, in their order. */
  requirements: Fulfilment[]
  reason?: string
}

export type Evidence = Verdict | Rank | Score | Unread | Known | Unjudged | Exempt | Analysis | Candidate | Verification

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
