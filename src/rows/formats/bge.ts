// BGE / FlagEmbedding rows: {"query", "pos": [text], "neg": [text], "pos_scores"?, "neg_scores"?, "prompt"?, "type"?, "neg_origins"?, …}
import { labelled, titleAndText } from '../row.ts'
import { datasetIn, passagesIn, relabelLists, withoutScoreLists, withScoreLists, type Prefixes } from './beside.ts'
import { checkShape, describe, listIn, NO_NEGATIVE, type ParsedRow, type RowFormat } from './format.ts'
import { withOriginLists } from './origins.ts'

const PREFIXES: Prefixes = { positive: 'pos', negative: 'neg' }

export const bge: RowFormat = {
  name: 'bge',
  summary: 'BGE / FlagEmbedding: query, pos, neg, and optional pos_scores, neg_scores',
  title: 'BGE rows',
  wanted: [['query'], ['pos'], ['neg']],
  negativesColumn: 'neg',
  scoreFields: 'pos_scores, neg_scores',
  ownColumns: /^(dataset$|(pos|neg)_)/,

  matches: (columns) => 'query' in columns && 'pos' in columns && 'neg' in columns,

  read(columns, faults): ParsedRow | undefined {
    const { query, pos: _pos, neg: _neg, ...extra } = columns
    const pos = listIn(columns, 'pos', faults)
    const neg = listIn(columns, 'neg', faults)
    checkShape(query, pos, neg, faults)
    if (pos === undefined || neg === undefined || typeof query !== 'string') return undefined
    const passages = (label: 'positive' | 'negative', texts: unknown[]) => {
      const textOf = (text: unknown, index: number) => {
        if (typeof text === 'string') return text
        const message = `"${PREFIXES[label]}" must hold strings, found ${describe(text)} at position ${index + 1}`
        faults.push({ code: 'wrong-type', message })
        return ''
      }
      return passagesIn(columns, PREFIXES, label, texts, textOf, faults)
    }
    const [positives, negatives] = [passages('positive', pos), passages('negative', neg)]
    if (faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
    return { id: undefined, query, dataset: datasetIn(columns), passages: positives.concat(negatives), extra }
  },

  relabel: (columns, before, after) =>
    relabelLists(columns, PREFIXES, before, after, (passage, suffix) =>
      suffix === '' ? titleAndText(passage) : undefined,
    ),

  create(row) {
    return {
      query: row.query,
      pos: labelled(row, 'positive').map(titleAndText),
      neg: labelled(row, 'negative').map(titleAndText),
      ...(row.dataset !== undefined && { dataset: row.dataset }),
      ...row.extra,
    }
  },

  withScores: (columns, row, isMixed = false) => withScoreLists(columns, PREFIXES, row, isMixed),
  withoutScores: (columns) => withoutScoreLists(columns, PREFIXES),
  withOrigins: (columns, row) => withOriginLists(columns, PREFIXES, row),
}
