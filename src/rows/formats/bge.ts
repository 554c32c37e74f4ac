// BGE / FlagEmbedding rows: {"query", "pos": [text], "neg": [text], "pos_scores"?, "neg_scores"?, "prompt"?, "type"?, "neg_origins"?, …}
import { numberOf, type JsonObject } from '../json.ts'
import { minersOf } from '../miners.ts'
import { labelled, titleAndText, type Passage } from '../row.ts'
import {
  checkShape,
  describe,
  listIn,
  moveColumns,
  movesOf,
  NO_NEGATIVE,
  scoreBeside,
  type Fault,
  type ReadPassage,
  type ReadRow,
  type RowFormat,
} from './format.ts'
import { originListsIn, originListValue, withOriginLists } from './origins.ts'

export const bge: RowFormat = {
  name: 'bge',
  summary: 'BGE / FlagEmbedding: query, pos, neg, and optional pos_scores, neg_scores',
  negativesColumn: 'neg',

  matches: (columns) => 'query' in columns && 'pos' in columns && 'neg' in columns,

  read(columns, faults): ReadRow | undefined {
    const { query, pos: _pos, neg: _neg, ...extra } = columns
    const pos = listIn(columns, 'pos', faults)
    const neg = listIn(columns, 'neg', faults)
    checkShape(query, pos, neg, faults)
    if (pos === undefined || neg === undefined || typeof query !== 'string') return undefined
    const positives = passagesIn(columns, 'pos', pos, faults)
    const negatives = passagesIn(columns, 'neg', neg, faults)
    if (faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
    return { id: undefined, query, dataset: datasetOf(columns), passages: positives.concat(negatives), extra }
  },

  relabel(columns, before, after) {
    const moves = movesOf(before, after)
    const moved = { ...columns }
    for (const suffix of suffixesIn(columns)) {
      moveColumns(moved, [`pos${suffix}`, `neg${suffix}`], before, moves, (passage) => fieldOf(passage, suffix))
    }
    return moved
  },

  create(row) {
    return {
      query: row.query,
      pos: labelled(row, 'positive').map(titleAndText),
      neg: labelled(row, 'negative').map(titleAndText),
      ...(row.dataset !== undefined && { dataset: row.dataset }),
      ...row.extra,
    }
  },

  // Where all negatives are mined, the miners say so.
  withScores(columns, row, isMixed = false) {
    const [positives, negatives] = [labelled(row, 'positive'), labelled(row, 'negative')]
    return {
      ...columns,
      pos_scores: scoresBeside(columns['pos_scores'], positives),
      neg_scores: scoresBeside(columns['neg_scores'], negatives),
      ...(isMixed && { neg_origins: negatives.map(({ origin }) => origin) }),
    }
  },

  withOrigins: (columns, row) => withOriginLists(columns, row, { positive: 'pos', negative: 'neg' }),
}

/** What a list named `pos…` or `neg…` says of a passage. */
function fieldOf(passage: Passage, suffix: string): unknown {
  if (suffix === '') return titleAndText(passage)
  if (suffix === '_scores') return passage.score ?? null
  if (suffix === '_ids') return passage.id
  return originListValue(passage, suffix) ?? null
}

const scoresBeside = (there: unknown, passages: Passage[]) =>
  passages.map(({ score }, index) => scoreBeside(Array.isArray(there) ? there[index] : undefined, score))

function passagesIn(columns: JsonObject, column: 'pos' | 'neg', texts: unknown[], faults: Fault[]): ReadPassage[] {
  const scores = scoresIn(columns, `${column}_scores`, texts.length, faults)
  const label = column === 'pos' ? 'positive' : 'negative'
  const stated = originListsIn(columns, column, texts.length, faults)
  const unsaid = label === 'negative' && minersOf({ extra: columns }).length > 0 ? 'mined' : 'given'
  return texts.map((text, index) => {
    if (typeof text !== 'string') {
      const message = `"${column}" must hold strings, found ${describe(text)} at position ${index + 1}`
      faults.push({ code: 'wrong-type', message })
    }
    const passage: ReadPassage = {
      id: undefined,
      text: String(text),
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

/** `''` for pos and neg themselves, then `_scores`, `_ids` and the like: lists that may run parallel to them. */
function suffixesIn(columns: JsonObject): Set<string> {
  const names = Object.keys(columns).filter((column) => /^(pos|neg)(_|$)/.test(column))
  return new Set(names.map((name) => name.slice(3)))
}

function datasetOf(columns: JsonObject): string | undefined {
  const value = columns['dataset'] ?? columns['subset']
  return typeof value === 'string' && value !== '' ? value : undefined
}
