// Things that a method may add besides its policy: fields of its own in the files and pages of every
// command. Only the method knows their names.
import type { AnchorPlace, Evidence } from '../evidence/evidence.ts'
import type { Row } from '../rows/row.ts'
import type { Share } from '../statistics/share.ts'
import type { DecidedRow } from '../policy/decided.ts'
import type { Outcome } from '../policy/policy.ts'

/** A field that only one method fills. */
export interface Field {
  name: string
  /** Name of the field that it follows. */
  after: string
  /** The value for other methods. Default: null. */
  none?: unknown
}

/** Returns an object with the fields of a method inserted in their places. */
export function withFields<T extends object>(
  general: object,
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
): T {
  const entries = Object.entries(general).flatMap(([name, value]): [string, unknown][] => [
    [name, value],
    ...fields
      .filter(({ after }) => after === name)
      .map(({ name: own, none = null }): [string, unknown] => [own, values[own] ?? none]),
  ])
  return Object.fromEntries(entries) as T
}

/** A list beside the rows that only one method writes. */
export interface MethodList {
  /** For example `discarded`: the file is `OUT.discarded.jsonl`. */
  name: string
  /** Description of its contents for people. */
  holds: string
}

/** A line of a list beside the rows. */
export interface ListRecord {
  list: string
  record: object
}

/** A share in the report of a pilot. */
export interface ShareField extends Field {
  /** Its label in the report, and the total that it is a share of. */
  label: string
  of: string
}

/** Observes the rows of a pilot. */
export interface PilotObserver {
  /** Adds a row as its policy decided it, before any later stage. */
  add(decided: DecidedRow): void
  conclude(): PilotFindings
}

export interface PilotFindings {
  /** Keyed by the names that the definition declares. */
  shares?: Record<string, Share>
  /** Whole lines. */
  notes?: string[]
  /** Problems found, and the settings to change. */
  warnings?: string[]
  /** Whether the label changes in these rows predict those of the whole file. Default: true. */
  tellsChanges?: boolean
}

/** Facts available to a summary. */
export interface RunSummary {
  run: string
  method: string
  seconds: number
  /** Options that were given. */
  options: Record<string, unknown>
  /** Format of the input rows. */
  format: string
  rows: { read: number; exempt: number; outcomes: Record<Outcome, number>; undecidedReasons: Record<string, number> }
  figures: Record<string, number | null>
  /** Fields of the manifest that methods add. */
  sections: Record<string, unknown>
}

export interface Summary {
  /** What was done, in one sentence without a full stop. */
  title: string
  lines: string[]
  /** Lines in the list of changes that are not label changes. */
  changes: number
}

/** A paragraph of terminal output. */
export interface Paragraph {
  /** Text before its first line. Default: the same indent as lines about a passage. */
  mark?: string
  /** The kind of evidence, if it is evidence; printed before the first line. */
  margin?: string
  text: string
  tone?: 'heading' | 'faint'
  /** Whether an empty line precedes it. */
  isApart?: boolean
  /** Approximate maximum number of lines shown. */
  lines?: number
}

/** Additions of a method to the explanation of a row. */
export interface Explainer {
  fields?: readonly Field[]
  /** Returns the values of these fields. */
  of?(decided: DecidedRow): Record<string, unknown>
  /** Returns the same as paragraphs for people. */
  paragraphs?(values: Record<string, unknown>): Paragraph[]
  /** Restores an output row as the stages after the policy left it, using the lists beside the output. */
  recall?(decided: DecidedRow, records: readonly Record<string, unknown>[]): DecidedRow
  /** For methods that rank: the rank, in each ranking, of the passage that others must rank above. */
  anchorsIn?(row: Row, evidence: Evidence[], options: Record<string, unknown>): AnchorPlace[]
}
