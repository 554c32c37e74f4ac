// Lists parallel to the passages of a row, with one entry per passage, as in BGE and ms-swift: `neg` and `neg_scores`, `neg_origins`,
// `neg_ids`.
import { numberOf, type JsonObject } from '../../base/json.ts'
import { minersOf } from '../miners.ts'
import { labelled, type Passage, type Row } from '../row.ts'
import { listIn, moveColumns, movesOf, scoreBeside, type Fault, type ParsedPassage } from './format.ts'
import { originListsIn, originListValue } from './origins.ts'

/** The beginnings of the lists' names. */
export type Prefixes = Record<'positive' | 'negative', string>

/**
 * Reads the passages of a list with the data in its parallel lists.
 * @param textOf returns the text of an entry, counted from zero; adds a fault if it has none
 */
export function passagesIn(
  columns: JsonObject,
  prefixes: Prefixes,
  label: 'positive' | 'negative',
  entries: unknown[],
  textOf: (entry: unknown, index: number) => string,
  faults: Fault[],
): ParsedPassage[] {
  const prefix = prefixes[label]
  const scores = scoresIn(columns, `${prefix}_scores`, entries.length, faults)
  const stated = originListsIn(columns, prefix, entries.length, faults)
  // The miners column shows that all negatives are mined.
  const unsaid = label === 'negative' && minersOf({ extra: columns }).length > 0 ? 'mined' : 'given'
  return entries.map((entry, index) => {
    const passage: ParsedPassage = {
      id: undefined,
      text: textOf(entry, index),
      label,
      ...(stated?.[index] ?? { origin: unsaid }),
    }
    const score = numberOf(scores?.[index])
    if (score !== undefined) passage.score = score
    return passage
  })
}

function scoresIn(columns: JsonObject, column: string, length: number, faults: Fault[]): unknown[] | undefined {
  const value = columns[column]
  if (value === undefined || value === null) return undefined
  const scores = listIn(columns, column, faults)
  if (scores && scores.length !== length) {
    const message = `"${column}" must be as long as its passages: found ${scores.length} for ${length}`
    faults.push({ code: 'wrong-length', message })
  }
  return scores
}

/**
 * Moves the entries of all lists as the passages move.
 * @param entryOf returns the entry of a new passage in the list with this suffix, for lists that are specific to a format
 */
export function relabelLists(
  columns: JsonObject,
  prefixes: Prefixes,
  before: Row,
  after: Row,
  entryOf: (passage: Passage, suffix: string) => unknown,
): JsonObject {
  const { positive, negative } = prefixes
  const moves = movesOf(before, after)
  const moved = { ...columns }
  for (const suffix of suffixesIn(columns, prefixes)) {
    moveColumns(
      moved,
      [positive + suffix, negative + suffix],
      before,
      moves,
      (passage) => entryOf(passage, suffix) ?? besideOf(passage, suffix),
    )
  }
  return moved
}

function besideOf(passage: Passage, suffix: string): unknown {
  if (suffix === '_scores') return passage.score ?? null
  if (suffix === '_ids') return passage.id
  return originListValue(passage, suffix) ?? null
}

/** Returns the suffixes of the names: `''` for BGE's passages themselves, then `_scores`, `_ids` and the like. */
function suffixesIn(columns: JsonObject, { positive, negative }: Prefixes): Set<string> {
  const suffixes = new Set<string>()
  for (const name of Object.keys(columns)) {
    for (const prefix of [positive, negative]) {
      const suffix = name.slice(prefix.length)
      if (name.startsWith(prefix) && (suffix === '' || suffix.startsWith('_'))) suffixes.add(suffix)
    }
  }
  return suffixes
}

/**
 * Returns the columns with lists of scores; existing scores keep their source text.
 * @param isMixed whether rows of the file have given and mined negatives; if so, a list tells them apart
 */
export function withScoreLists(columns: JsonObject, prefixes: Prefixes, row: Row, isMixed: boolean): JsonObject {
  const [positives, negatives] = [labelled(row, 'positive'), labelled(row, 'negative')]
  return {
    ...columns,
    [`${prefixes.positive}_scores`]: scoresBeside(columns[`${prefixes.positive}_scores`], positives),
    [`${prefixes.negative}_scores`]: scoresBeside(columns[`${prefixes.negative}_scores`], negatives),
    ...(isMixed && { [`${prefixes.negative}_origins`]: negatives.map(({ origin }) => origin) }),
  }
}

/** Returns the columns with null in place of both lists of scores. */
export const withoutScoreLists = (columns: JsonObject, { positive, negative }: Prefixes): JsonObject => ({
  ...columns,
  [`${positive}_scores`]: null,
  [`${negative}_scores`]: null,
})

const scoresBeside = (there: unknown, passages: Passage[]) =>
  passages.map(({ score }, index) => scoreBeside(Array.isArray(there) ? there[index] : undefined, score))

/** Returns the dataset that a row names. */
export function datasetIn(columns: JsonObject): string | undefined {
  const value = columns['dataset'] ?? columns['subset']
  return typeof value === 'string' && value !== '' ? value : undefined
}
