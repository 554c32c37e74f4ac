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

/** GET /api/agreement?name=NAME, and `winnow audit report --json`. Intervals are 95%, by drawing rows anew. */
export interface AgreementView {
  name: string
  sample: string
  /** The rows that the sample was drawn for. */
  rows: string
  items: number
  /** Passages of the file that the sample stands for. */
  population: number
  /** Of these, in strata of which nothing was judged yet: no figure speaks for them. */
  uncovered: number
  scale: { name: 'graded' | 'binary'; grades: number; relevantFrom: number }
  assessors: AssessorReport[]
  /** Between all assessors; null until two of them graded the same passage. */
  between: RaterAgreement | null
  pairs: PairAgreement[]
  /** Each stage of the run, and the run as a whole, against each assessor and against most of them. */
  judges: JudgeAgreement[]
  differences: KappaDifference[]
  /** null until a negative has been graded. */
  file: FileEstimate | null
  /** What the papers report of their own studies. */
  papers: { paper: string; judge: string; assessors: number | null; passages: number | null; kappa: number }[]
  /** Judgements taken back, judgements replaced by a later one, and lines of the file that a crash left unfinished. */
  undone: number
  replaced: number
  brokenLines: number[]
}

/** A figure with its interval. Null where it is not defined, and for the ends where too few rows were judged. */
export interface FigureView {
  value: number | null
  low: number | null
  high: number | null
}

export interface AssessorReport extends AssessorProgress {
  graded: number
  /** Graded as relevant. */
  relevant: number
  /** For one judgement, in seconds: the median; null without judgements. */
  seconds: number | null
}

/** Among several assessors, over passages that at least two graded. */
export interface RaterAgreement {
  items: number
  /** Relevant or not. */
  binary: RaterFigures
  /** By grade; null on a binary scale. */
  graded: (RaterFigures & { alphaOrdinal: FigureView; alphaInterval: FigureView }) | null
}

export interface RaterFigures {
  /** Share of pairs of assessors that agree. */
  observed: FigureView
  fleiss: FigureView
  pabak: FigureView
  ac1: FigureView
  alpha: FigureView
}

/** Two assessors, over the passages that both graded. */
export interface PairAgreement {
  assessors: [string, string]
  items: number
  /** Relevant or not, in the whole file by the weights of the sample. */
  binary: { observed: number; kappa: FigureView; pabak: FigureView; ac1: FigureView }
  /** The same kappa without weights: in the sample. */
  kappaInSample: FigureView
  /** By grade, weighted; null on a binary scale. */
  graded: {
    observed: number
    kappa: FigureView
    linear: FigureView
    quadratic: FigureView
    ac1: FigureView
    ac2: FigureView
  } | null
}

/** One judge against an assessor, or against most of them. */
export interface JudgeAgreement {
  /** `screen`, `judge`, …; `run` is what all stages found together. */
  stage: string
  /** null for the run. */
  model: string | null
  /** null: what most assessors say; passages on which as many say one thing as the other are left out. */
  assessor: string | null
  items: number
  /** Passages without weights: relevant and called so, called so wrongly, missed, rightly passed over. */
  counts: { hits: number; falseCalls: number; missed: number; passed: number }
  /** In the whole file, by the weights. */
  precision: FigureView
  recall: FigureView
  kappa: FigureView
  pabak: FigureView
  ac1: FigureView
  kappaInSample: FigureView
}

/** By how much one judge agrees better than another with the same assessor, on the passages that both judged. */
export interface KappaDifference {
  judges: [string, string]
  assessor: string | null
  items: number
  kappas: [number | null, number | null]
  difference: FigureView
}

/** What the sample says about the whole file. Shares are of passages. */
export interface FileEstimate {
  /** Negatives graded, and those on which as many say one thing as the other. A passage counts by the share of its assessors. */
  items: number
  disputed: number
  /** Negatives of the file. */
  negatives: number
  /** Of the negatives, those that are relevant. */
  falseNegatives: FigureView
  /** Of the negatives that the run left as negatives, those that are relevant. */
  left: FigureView
  leftItems: number
  /** Of the positives, those that are not relevant; null without positives in the sample. */
  wrongPositives: FigureView | null
}
