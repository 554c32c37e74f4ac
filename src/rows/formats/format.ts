// The interface of file formats for training rows. Each format is one file beside this one.
import type { FormatName } from './names.ts'
import { shortened } from '../../base/strings.ts'
import { labelled, type Label, type Passage, type Row } from '../row.ts'
import { numberOf, textOfScalar, type JsonObject } from '../../base/json.ts'

/** One thing wrong with a row, in words for people. */
export interface Fault {
  /** Stable: `wrong-type`, `empty-query`, `no-positive`, `no-negative`, `wrong-length`, … */
  code: string
  message: string
}

/** A row as read by a format; ids that the file does not give are still missing. */
export interface ParsedRow {
  id: string | undefined
  query: string
  dataset: string | undefined
  prompt?: string | undefined
  passages: ParsedPassage[]
  extra: JsonObject
}
export type ParsedPassage = Omit<Passage, 'id'> & { id: string | undefined }

/** A document that rows name by its id. */
export interface RowDocument {
  /** Whether it is the query of a row. */
  isQuery?: boolean
  docid: string
  title?: string
  text: string
}

/** How a format writes its corpus. */
export interface CorpusForm {
  /** Its files or folders. */
  parts: {
    /** Returns where a part is. @param base the path of the rows without its endings */
    place(base: string): string
    /** Returns a document as a line; undefined if it belongs into another part. */
    line(document: RowDocument): string | undefined
  }[]
  /** Files that belong into the folder of the first part, by name. */
  files?: Readonly<Record<string, object>>
}

export interface RowFormat {
  /** The name for `--format`. */
  name: FormatName
  /** One line for help and docs. */
  summary: string
  /** What people call such rows, for messages: `sentence-transformers triplets`. */
  title: string
  /** The columns that every row has; alternatives share an entry. */
  wanted: readonly (readonly string[])[]
  /** The column that holds the negatives. It may be missing before mining; undefined if there is no such column. */
  negativesColumn?: string
  /** Whether trainers on such rows read every column, so that no other may be written. */
  isClosed?: boolean
  /** Whether rows have no place for the scores of their passages. */
  hasNoScores?: boolean
  /** Whether rows are nothing without scores. */
  needsScores?: boolean
  /** Whether rows have no place for negatives. */
  hasNoNegatives?: boolean
  /** Whether rows say where passages came from. */
  hasNoOrigins?: boolean
  /** The largest number of positives that a row can hold. */
  mostPositives?: number
  /** Returns the ids of the documents that a record names; undefined if rows hold their texts. */
  idsOf?(columns: JsonObject): string[]
  /** How the documents behind the ids are written. */
  corpus?: CorpusForm
  /** Returns what is around the array of rows in a file of JSON; undefined if nothing is. @param base the name of the file, bare */
  frame?(base: string): { before: string; after: string }
  /** Whether tables of such rows have no line with the names of the columns. */
  hasNoHeader?: boolean
  /** Returns the query by which records of a file belong to one row; undefined if each record is a row. */
  groupOf?(columns: JsonObject): string | undefined
  /** Names of columns in a row's `extra` that repeat the row's data in this format's own way, or run parallel to its passages. */
  ownColumns: RegExp
  /** The fields in which trainers on such rows read the scores of passages; undefined if they read none. */
  scoreFields?: string
  /** Whether trainers on such rows use only the first positive. */
  takesFirstPositive?: boolean
  /** Whether trainers on such rows tell mined from generated negatives by position: mined first, with one count for all rows. */
  tellsSourcesByOrder?: boolean
  /** Returns whether a row with these columns has this format. */
  matches(columns: JsonObject): boolean
  /** Reads one parsed row. Adds everything wrong to `faults`, and may then return undefined. */
  read(columns: JsonObject, faults: Fault[]): ParsedRow | undefined
  /**
   * Moves labels in the parsed columns of a row, and returns the columns to write. `before` is the row as read from them, `after` the
   * decided row. A new passage in `after` is written with the same fields as the row's others, so that all rows keep their columns. Columns
   * without labels stay as they are.
   */
  relabel(columns: JsonObject, before: Row, after: Row): JsonObject
  /** Returns the columns of a new row, `extra` last. A title is kept if the format has a place for it. */
  create(row: Row): JsonObject
  /**
   * Returns the columns with the scores and origins of the row's passages, which are those of the columns, in order. Existing scores keep
   * their source text.
   * @param isMixed whether rows of the file have given and mined negatives; if so, all rows tell them apart
   */
  withScores(columns: JsonObject, row: Row, isMixed?: boolean): JsonObject
  /** Returns the columns with null in place of all scores, for a row without scores in a file whose other rows have them. */
  withoutScores(columns: JsonObject): JsonObject
  /**
   * Returns the columns with the origin, strategy and requirement of every passage. All rows of a file with generated passages have these
   * columns: texts, empty if unknown. The row's passages are those of the columns, in order.
   */
  withOrigins(columns: JsonObject, row: Row): JsonObject
}

/** Describes a value for an error message: short, with its type. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  const type = Array.isArray(value) ? 'list' : typeof value
  const text = JSON.stringify(value) ?? ''
  return `${type === 'object' ? 'an object' : type === 'undefined' ? 'nothing' : `a ${type}`} (${shortened(text, 60)})`
}

/** The fault of a row without negatives. It is ignored if negatives are yet to be mined. */
export const NO_NEGATIVE = 'no-negative'

/** Checks what every format requires: a non-empty text as query, at least one positive and one negative. */
export function checkShape(
  query: unknown,
  positives: unknown[] | undefined,
  negatives: unknown[] | undefined,
  faults: Fault[],
): void {
  if (typeof query !== 'string') {
    faults.push({ code: 'wrong-type', message: `"query" must be a string, found ${describe(query)}` })
  } else if (query.trim() === '') {
    faults.push({ code: 'empty-query', message: 'the query is empty' })
  }
  if (positives?.length === 0) faults.push({ code: 'no-positive', message: 'the row has no positive passage' })
  if (negatives?.length === 0) faults.push({ code: NO_NEGATIVE, message: 'the row has no negative passage' })
}

/** Returns the list in a column, or undefined with a fault that describes the value found. */
export function listIn(columns: JsonObject, column: string, faults: Fault[]): unknown[] | undefined {
  const value = columns[column]
  if (Array.isArray(value)) return value
  const hint = typeof value === 'string' ? '; a trainer would read the string as a list of characters' : ''
  faults.push({
    code: 'wrong-type',
    message: `"${column}" must be a list, found ${describe(value)}${hint}`,
  })
  return undefined
}

/** Where the lists of a decided row come from. */
export interface RowLists {
  positives: Place[]
  negatives: Place[]
}
/** A position in a list of the row as read, or a new passage. */
type Place = { list: 'positive' | 'negative'; index: number } | { list: 'new'; passage: Passage }

/** Computes where every written passage of `after` comes from. */
export function movesOf(before: Row, after: Row): RowLists {
  const places = new Map<string, { place: Place; text: string }>()
  const counts = { positive: 0, negative: 0 }
  for (const { id, label, text } of before.passages) {
    if (label !== 'ignored') places.set(id, { place: { list: label, index: counts[label]++ }, text })
  }
  const placesWith = (label: 'positive' | 'negative') =>
    labelled(after, label).map((passage): Place => {
      const there = places.get(passage.id)
      // Another corpus may use the same id for another text.
      return there?.text === passage.text ? there.place : { list: 'new', passage }
    })
  return { positives: placesWith('positive'), negatives: placesWith('negative') }
}

/**
 * Moves the entries of a pair of columns parallel to the positives and the negatives, in place. A column that is not a list, or has another
 * length than its passages, stays as it is; entries from a missing partner are null.
 * @param valueOf returns the entry for a new passage
 */
export function moveColumns(
  columns: JsonObject,
  [pos, neg]: [string, string],
  before: Row,
  moves: RowLists,
  valueOf: (passage: Passage) => unknown,
): void {
  const from = {
    positive: parallelList(columns[pos], before, 'positive'),
    negative: parallelList(columns[neg], before, 'negative'),
  }
  const pick = (place: Place) =>
    place.list === 'new' ? valueOf(place.passage) : (from[place.list]?.[place.index] ?? null)
  if (from.positive) columns[pos] = moves.positives.map(pick)
  if (from.negative) columns[neg] = moves.negatives.map(pick)
}

function parallelList(value: unknown, before: Row, label: Label): unknown[] | undefined {
  if (!Array.isArray(value)) return undefined
  const length = before.passages.filter((passage) => passage.label === label).length
  return value.length === length ? value : undefined
}

/** Returns a score to write: the existing value with its source text if it is equal. */
export function scoreBeside(there: unknown, score: number | undefined): unknown {
  return score !== undefined && numberOf(there) === score ? there : (score ?? null)
}

/** Reads the text of an id column: a string, or a number with all its digits. Absent, null and '' mean that there is none. */
export function idIn(value: unknown, where: () => string, faults: Fault[]): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    faults.push({ code: LONG_NUMBER, message: `${where()} has more digits than a JSON parser keeps` })
  }
  const text = textOfScalar(value)
  if (text === undefined) {
    faults.push({ code: 'wrong-type', message: `${where()} must be a string or a number, found ${describe(value)}` })
  }
  return text
}

/** A fault that asks the reader to parse the row again without losing digits; it is handled internally. */
export const LONG_NUMBER = 'long-number'
