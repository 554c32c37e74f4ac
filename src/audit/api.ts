// What the studio's server says to its page about an audit, under /api/audit. Types alone.

/** GET /api/audit?name=NAME */
export interface AuditView {
  /** The sample's name: `cleaned` for cleaned.audit.jsonl. */
  name: string
  items: number
  /** The grades to choose from, the best last, with the key that gives each. */
  scale: GradeChoice[]
  /** The lowest grade that counts as relevant. */
  relevantFrom: number
  assessors: AssessorProgress[]
  /** Whether only these may judge; otherwise anyone who gives a name. */
  isClosed: boolean
}

export interface GradeChoice {
  grade: number
  key: string
  label: string
  /** What it means, in one sentence. */
  meaning: string
}

export interface AssessorProgress {
  assessor: string
  all: number
  judged: number
  unsure: number
  skipped: number
}

/** GET /api/audit/next?name=NAME&assessor=ANNA, and what every judgement and undo answers: what to judge now. */
export interface AuditTurn {
  progress: AssessorProgress
  /** null when nothing is left. */
  item: AuditItem | null
  /** Whether there is a judgement to take back. */
  canUndo: boolean
  /** The assessor's earlier grade of the item just judged, if this one replaced it, as where two windows are open. */
  replaced: number | 'unsure' | 'skip' | null
}

/** A passage to judge: nothing in it tells its label, nor what a judge said. */
export interface AuditItem {
  item: string
  /** What the query is, such as `question` or `claim`. */
  queryIs: string
  query: string
  /** What counts as relevant in this dataset. */
  task: { name: string; definition: string }
  title: string | null
  text: string
}

/** POST /api/judgements → AuditTurn. It is on the disk before the answer. */
export interface NewJudgement {
  name: string
  assessor: string
  item: string
  /** One of the scale, or why there is none. */
  grade: number | 'unsure' | 'skip'
  /** Time that the passage was in view, in seconds. */
  seconds: number
}

/** POST /api/judgements/undo → AuditTurn, with the passage judged last. */
export interface Undo {
  name: string
  assessor: string
}

/** GET /api/agreement?name=NAME: what `winnow audit report --json` says, as far as the page shows it. */
export interface AgreementView {
  name: string
  /** Passages that at least one assessor graded, and that at least two did. */
  judged: number
  shared: number
  /** Of all assessors together: Fleiss' kappa, Krippendorff's alpha, Gwet's AC1, … */
  together: AgreementFigure[]
  /** Of two assessors, or of a judge with an assessor. */
  pairs: AgreementPair[]
  /** How much better one judge agrees with the assessors than another. */
  differences: { one: string; other: string; figure: AgreementFigure }[]
  /** Figures of the whole file, from the sample's weights: the share of false negatives, as the run found it and as people see it. */
  file: AgreementFigure[]
  /** Agreement that papers report, to stand beside ours. */
  published: { source: string; figures: AgreementFigure[] }[]
  /** Passages of which assessors say different things, those furthest apart first; at most 50. */
  disagreements: {
    line: number
    query: string
    passage: string
    text: string
    grades: { by: string; grade: string }[]
  }[]
  /** What to keep in mind, one sentence each. */
  notes: string[]
}

export interface AgreementFigure {
  /** Such as `Cohen's kappa`. */
  name: string
  /** null where it cannot be told, such as kappa where all say the same. */
  value: number | null
  /** Of 95%; null where there is none. */
  interval: [low: number, high: number] | null
  /** Passages behind it. */
  items: number
  /** Whether it is a share, to be shown in percent. */
  isShare?: boolean
}

export interface AgreementPair {
  one: string
  other: string
  kind: 'assessors' | 'judge'
  figures: AgreementFigure[]
}
