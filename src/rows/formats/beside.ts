// Lists beside the passages of a row, one entry a passage, as BGE and ms-swift have them: `neg` and `neg_scores`, `neg_origins`, `neg_ids`.
import { numberOf, type JsonObject } from '../../base/json.ts'
import { minersOf } from '../miners.ts'
import { labelled, type Passage, type Row } from '../row.ts'
import { listIn, moveColumns, movesOf, scoreBeside, type Fault, type ParsedPassage } from './format.ts'
import { originListsIn, originListValue } from './origins.ts'

/** How the names of the lists begin. */
export type Prefixes = Record<'positive' | 'negative', string>

/**
 * The passages of a list, with what the lists beside it say.
 * @param textOf the text of an entry, counted from zero; adds a fault where it has none
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
  // Where all negatives are mined, the miners say so.
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
 * Carries all lists through the moves of the passages.
 * @param entryOf what the list that ends so says of a passage that is new to the row, where it is none of those that every format has
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

/** The ends of the names: `''` for BGE's passages themselves, then `_scores`, `_ids` and the like. */
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
 * The columns with lists of scores; a score that stands there keeps its source text.
 * @param isMixed whether rows of the file have given and mined negatives: then a list says which are which
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

const scoresBeside = (there: unknown, passages: Passage[]) =>
  passages.map(({ score }, index) => scoreBeside(Array.isArray(there) ? there[index] : undefined, score))

/** The dataset that a row names. */
export function datasetIn(columns: JsonObject): string | undefined {
  const value = columns['dataset'] ?? columns['subset']
  return typeof value === 'string' && value !== '' ? value : undefined
}
