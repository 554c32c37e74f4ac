// What a method may bring along besides its policy: fields of its own in what every command writes and prints. Nobody else knows their names.
import type { AnchorPlace, Evidence } from '../evidence/evidence.ts'
import type { Row } from '../rows/row.ts'
import type { Share } from '../statistics/share.ts'
import type { DecidedRow } from './decided.ts'
import type { Outcome } from './policy.ts'

/** A field that only one method fills. */
export interface Field {
  name: string
  /** The field behind which it stands. */
  after: string
  /** What stands there for other methods. Default: null. */
  none?: unknown
}

/** An object with the fields that methods bring, each in its place. */
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
  /** As in `discarded`: the file is `OUT.discarded.jsonl`. */
  name: string
  /** What it holds, for a person. */
  holds: string
}

/** A line of a list beside the rows. */
export interface ListRecord {
  list: string
  record: object
}

/** A share in the report of a pilot. */
export interface ShareField extends Field {
  /** How it is called there, and what it is a share of. */
  label: string
  of: string
}

/** Looks at the rows of a pilot. */
export interface PilotObserver {
  /** Decided by its policy; no later stage has seen the row. */
  add(decided: DecidedRow): void
  conclude(): PilotFindings
}

export interface PilotFindings {
  /** By the names that the definition declares. */
  shares?: Record<string, Share>
  /** Whole lines. */
  notes?: string[]
  /** What is not as it should be, and what to change. */
  warnings?: string[]
  /** Whether the labels that are changed in these rows say what will be changed in all. Default: true. */
  tellsChanges?: boolean
}

/** What a summary may look at. */
export interface RunSummary {
  run: string
  method: string
  seconds: number
  /** Options that were given. */
  options: Record<string, unknown>
  /** Format of the rows that went in. */
  format: string
  rows: { read: number; exempt: number; outcomes: Record<Outcome, number>; undecidedReasons: Record<string, number> }
  figures: Record<string, number | null>
  /** Fields of the manifest that methods bring. */
  sections: Record<string, unknown>
}

export interface Summary {
  lines: string[]
  /** Lines in the list of changes besides those about labels. */
  changes: number
}

/** A paragraph of a page in a terminal. */
export interface Paragraph {
  /** What stands before its first line. Default: as much space as before lines about a passage. */
  mark?: string
  /** What kind of evidence it is, where it is some; it then stands before the first line. */
  margin?: string
  text: string
  tone?: 'heading' | 'faint'
  /** Whether an empty line stands before it. */
  isApart?: boolean
  /** Lines that are shown at most, about. */
  lines?: number
}

/** What a method has to say in the explanation of a row. */
export interface Explainer {
  fields?: readonly Field[]
  /** The values of these fields. */
  of?(decided: DecidedRow): Record<string, unknown>
  /** The same for a person. */
  paragraphs?(values: Record<string, unknown>): Paragraph[]
  /** The row of an output as stages after the policy left it, by what the lists beside the output say of it. */
  recall?(decided: DecidedRow, records: readonly Record<string, unknown>[]): DecidedRow
  /** For methods that rank: where the passage stood that others must stand above, in each ranking. */
  anchorsIn?(row: Row, evidence: Evidence[], options: Record<string, unknown>): AnchorPlace[]
}
