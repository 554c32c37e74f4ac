// What a rule is: one fault of a file that a trainer stops at or reads as something else, with what the trainer does and where its code says so.
import type { JsonObject } from '../base/json.ts'
import type { Survey } from './survey.ts'

/**
 * `error`: training stops, or rows are lost or read as something else. `warning`: it trains on something other than what the file says.
 * `note`: it does what the file says only in part, as documented.
 */
export type Severity = 'error' | 'warning' | 'note'

/** What a rule may know beside the record. */
export interface Context {
  /** The loss or the task of the trainer. */
  loss: string
  /** Negatives that training takes for each query. */
  negatives: number
  /** Whether `negatives` was asked for, so that rows may be made to have as many. */
  isFilled: boolean
  survey: Survey
  /** The file as the user named it. */
  file: string
}

/** Returns what is wrong with a record; undefined if nothing is. */
export type RecordCheck = (record: JsonObject, line: number) => string | undefined

export interface Rule {
  /** Never changes its meaning. */
  code: string
  severity: Severity
  /** The losses or tasks that it is about. Default: all of the trainer. */
  losses?: readonly string[]
  /** What is wrong, as a heading. */
  title: string
  /** What the trainer does, in one sentence. */
  effect: string
  /** The file and function of the trainer that does it. */
  source: string
  /** What `--fix` does. */
  fix?: string
  /** What to do about it without `--fix`. */
  advice: string
  /** A small file with the fault. */
  example: readonly JsonObject[]
  /** For checks of a single record, started once for each file. */
  check?(context: Context): RecordCheck
  /** For checks of the file as a table: returns what is wrong with it. */
  table?(context: Context): string | undefined
  /** Returns a record without the fault; the same one if it has none, or cannot be mended. */
  mend?(context: Context): (record: JsonObject) => JsonObject
}

/** Declares a check that needs nothing beside the record. */
export const perRecord = (check: RecordCheck) => () => check

/** Declares a mend that needs nothing beside the record. */
export const mendPerRecord = (mend: (record: JsonObject) => JsonObject) => () => mend
