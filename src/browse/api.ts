// What the studio's server says to its page, under /api/. Types alone: the page is built from this file, and the server checks against it.
import type { Explanation } from './explain-row.ts'

/** What a row, or one of its passages, is found by. Every filter narrows; values of one filter widen. All stand in the page's address, too. */
export interface Filter {
  outcome?: string[]
  /** Of any passage, by the stage that decided. */
  verdict?: string[]
  dataset?: string[]
  /** Model identity. */
  judge?: string[]
  /** The stage that moved a passage, or `duplicate`, `known`, `beyond`, `refill`. */
  stage?: string[]
  /** Code of the reason why a row is dropped, undecided or exempt. */
  reason?: string[]
  /** `positive`, `ignored` or `added`: where a passage of the row went. */
  to?: string[]
  /** `0`, `1`, `2`, `3`, `4-7`, `8+`. */
  falseNegatives?: string[]
  /** Rows in which two judges, orders or votes say different things of a passage. */
  disagree?: boolean
  /** Words in the query, in a passage that moved or was found, or in a reason. */
  text?: string
  /** Rows that the policy being tried decides in another way. */
  whatIf?: boolean
}

export type Sort = 'line' | 'falseNegatives'

/** GET /api/run */
export interface RunView {
  kind: 'rows' | 'compare' | 'prune' | 'judges' | 'diagnose'
  /** The file's name, without its folder. */
  file: string
  /** The file as it was typed, for commands to copy. */
  path: string
  /** The command that wrote it; null for rows without a manifest. */
  command: string | null
  method: string | null
  run: string | null
  winnow: string
  started: string | null
  seconds: number | null
  /** In US dollars; null if it is not known. */
  cost: number | null
  models: { stage: string; model: string }[]
  rows: { all: number; kept: number; changed: number; dropped: number; undecided: number }
  passages: { positives: [before: number, after: number]; negatives: [before: number, after: number] }
  falseNegatives: number
  /** In the order to show them. */
  facets: Facet[]
  /** How the index is coming along; null when it is whole. */
  indexing: { done: number; all: number } | null
  /** The options of the policy, for what-if; null where there is no evidence to decide from. */
  policy: PolicyOption[] | null
  /** Why there is no what-if; null where there is. */
  noPolicy: string | null
  /** The samples for an audit beside the file. */
  audits: string[]
}

export interface Facet {
  filter: keyof Filter
  values: { value: string; rows: number }[]
}

export interface PolicyOption {
  /** As the library calls it, in camel case, and as a flag. */
  name: string
  flag: string
  help: string
  /** The values that are allowed; null for a number or a text. */
  choices: string[] | null
  kind: 'flag' | 'choice' | 'number' | 'text'
  default: string | number | boolean | null
  /** What this output was decided by. */
  value: string | number | boolean | null
}

/** GET /api/rows?…filter&sort&offset&limit */
export interface RowsPage {
  total: number
  offset: number
  rows: RowSummary[]
}

export interface RowSummary {
  /** In the input, from 1: the row's address in the page and the API. */
  line: number
  row: string
  query: string
  dataset: string | null
  outcome: string
  reason: { code: string; text: string } | null
  falseNegatives: number
  positives: number
  negatives: number
  disagree: boolean
  changes: ChangeSummary[]
}

export interface ChangeSummary {
  passage: string
  from: string | null
  to: string
  stage: string
  verdict: string | null
  reason: string
  /** The beginning of the passage. */
  text: string
}

/** GET /api/rows/LINE */
export interface RowView {
  summary: RowSummary
  /** As `winnow explain --json` prints it; null for rows that no run decided about. */
  explanation: Explanation | null
  /** The row's passages where there is no explanation. */
  passages: { id: string; title?: string; text: string; label: string; origin: string; score: number | null }[]
  /** In US dollars; null if it is not known. */
  cost: number | null
  /** What the policy being tried does otherwise with this row; null if nothing, or if none is tried. */
  whatIf: RowWhatIf | null
}

export interface RowWhatIf {
  outcome: string
  reason: { code: string; text: string } | null
  /** Passages that come out otherwise, with their labels then; null where the row is dropped or the passage is not added. */
  passages: { passage: string; label: string | null }[]
}

/** POST /api/what-if with the options that differ, by name → WhatIf; GET /api/what-if → the same, as far as it has come. */
export interface WhatIf {
  options: Record<string, string | number | boolean>
  done: number
  all: number
  isDone: boolean
  before: RunView['rows'] & { passages: RunView['passages'] }
  after: RunView['rows'] & { passages: RunView['passages'] }
  /** Rows that come out otherwise. */
  differing: number
  /** Passages by what happens to them, such as `positive → ignored`. */
  moves: { from: string; to: string; passages: number }[]
  error: string | null
}

/** POST /api/what-if/write with { out } → the manifest's main figures: what `winnow apply` writes. */
export interface Written {
  out: string
  command: string
  rows: RunView['rows']
}

/** GET /api/pictures: the figures behind the pictures of a run over rows. */
export interface Pictures {
  /** False negatives per dataset. */
  datasets: { dataset: string; rows: number; negatives: number; falseNegatives: number }[]
  /** By the place of the negative in the row, from 1. */
  ranks: { rank: number; negatives: number; falseNegatives: number }[]
  /** Verdicts by the place at which a passage was shown, from 1. */
  positions: { stage: string; position: number; verdict: string; passages: number }[]
  /** Money and calls over time, at most 200 points, cumulative. */
  cost: { at: string; usd: number; calls: number }[]
  /** Rows by number of false negatives. */
  perRow: { falseNegatives: number; rows: number }[]
}

/** What any call under /api/ answers when it fails. */
export interface Failure {
  error: string
  hint: string | null
}
