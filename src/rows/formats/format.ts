// What a file format of training rows must be able to do. Each format is one file beside this one.
import type { FormatName } from './names.ts'
import { shortened } from '../../base/strings.ts'
import { labelled, type Label, type Passage, type Row } from '../row.ts'
import { numberOf, textOfScalar, type JsonObject } from '../../base/json.ts'

/** One thing wrong with one row, as a person should read it. */
export interface Fault {
  /** Stable: `wrong-type`, `empty-query`, `no-positive`, `no-negative`, `wrong-length`, … */
  code: string
  message: string
}

/** A row as a format reads it: ids are still missing where the file gives none. */
export interface ParsedRow {
  id: string | undefined
  query: string
  dataset: string | undefined
  passages: ParsedPassage[]
  extra: JsonObject
}
export type ParsedPassage = Omit<Passage, 'id'> & { id: string | undefined }

export interface RowFormat {
  /** The name for `--format`. */
  name: FormatName
  /** One line for help and docs. */
  summary: string
  /** The column that holds the negatives: mining may find it missing. */
  negativesColumn: string
  /** Names of columns in a row's `extra` that say in this format's own way what the row says, too, or run parallel to its passages. */
  ownColumns: RegExp
  /** Whether what trains on such rows takes the first positive alone. */
  takesFirstPositive?: boolean
  /** Whether what trains on such rows tells mined from generated negatives by their order, mined first, and one count for all rows. */
  tellsSourcesByOrder?: boolean
  /** Whether a row with these columns is of this format. */
  matches(columns: JsonObject): boolean
  /** Reads one parsed row; adds to `faults` whatever is wrong and then may return undefined. */
  read(columns: JsonObject, faults: Fault[]): ParsedRow | undefined
  /**
   * Moves labels in the parsed columns of a row. `before` is the row as read from them, `after` the same row decided; a passage
   * that only `after` has is written with the fields that the others of the row have, so that all rows keep their columns.
   * Columns that are not labels stay as they are. Returns the columns to write.
   */
  relabel(columns: JsonObject, before: Row, after: Row): JsonObject
  /** The columns of a row that stands in no file yet, `extra` last. A title is kept where the format has a place for it. */
  create(row: Row): JsonObject
  /**
   * The columns with the scores and origins of the row's passages. Its passages are those of the columns, in their order; a score
   * that stands there already keeps its source text.
   * @param isMixed whether rows of the file have given and mined negatives: then all rows say which are which
   */
  withScores(columns: JsonObject, row: Row, isMixed?: boolean): JsonObject
  /**
   * The columns with the origin, strategy and requirement of every passage, of which all rows of a file that has generated ones
   * have the same: texts, empty where there is nothing to say. The row's passages are those of the columns, in their order.
   */
  withOrigins(columns: JsonObject, row: Row): JsonObject
}

/** Names a value for an error message: short, with its type. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  const type = Array.isArray(value) ? 'list' : typeof value
  const text = JSON.stringify(value) ?? ''
  return `${type === 'object' ? 'an object' : type === 'undefined' ? 'nothing' : `a ${type}`} (${shortened(text, 60)})`
}

/** The fault of a row without negatives: no fault where negatives are yet to be found. */
export const NO_NEGATIVE = 'no-negative'

/** Checks what every format asks of a row: a query that is a text and not empty, at least one positive and one negative. */
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

/** The list in a column, or undefined with a fault that says what stands there instead. */
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

/** What a decided row's lists are made of. */
export interface RowLists {
  positives: Place[]
  negatives: Place[]
}
/** A position in a list of the row as read, or a passage that the row has not had before. */
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
      // Another corpus may give the same id to other words.
      return there?.text === passage.text ? there.place : { list: 'new', passage }
    })
  return { positives: placesWith('positive'), negatives: placesWith('negative') }
}

/**
 * Carries a pair of columns that run parallel to the positives and the negatives through the moves, in place.
 * A column that is no list, or not as long as its passages, stays as it is; what a missing partner cannot give is null.
 * @param valueOf what the columns say about a passage that is new to the row
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

/** A score to write: what stands there when it is that number, with its source text. */
export function scoreBeside(there: unknown, score: number | undefined): unknown {
  return score !== undefined && numberOf(there) === score ? there : (score ?? null)
}

/** The text of an id column: a string, or a number with all its digits. Absent, null and '' mean that there is none. */
export function idIn(value: unknown, where: () => string, faults: Fault[]): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    faults.push({ code: LONG_NUMBER, message: `${where()} has more digits than a plain parse keeps` })
  }
  const text = textOfScalar(value)
  if (text === undefined) {
    faults.push({ code: 'wrong-type', message: `${where()} must be a string or a number, found ${describe(value)}` })
  }
  return text
}

/** A fault that asks the reader to parse the row again without losing digits; nobody else sees it. */
export const LONG_NUMBER = 'long-number'
