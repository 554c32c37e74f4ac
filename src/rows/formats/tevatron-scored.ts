// The rows from which Tevatron distils: {"query_id", "query", "passages": [{title, text}], "scores": [number]}. The first is the positive.
import { isObject, type JsonObject } from '../../base/json.ts'
import { describe, idIn } from './format.ts'
import { labeledLists, labelOf, scored } from './labeled-lists.ts'

export const tevatronScored = labeledLists({
  name: 'tevatron-scored',
  title: 'Tevatron rows for distillation',
  summary:
    'Tevatron rows for distillation: query_id, query, passages of which the first is the positive, scores of a teacher',
  wanted: [['query'], ['passages'], ['scores']],
  mostPositives: 1,
  needsScores: true,
  own: /^(query_id|query|passages|scores)$/,
  parallel: ['scores'],
  matches: ({ passages, scores, query }) =>
    query !== undefined && Array.isArray(passages) && isObject(passages[0]) && Array.isArray(scores),
  query: ({ query }) => query,
  id: (columns) => columns['query_id'],
  list: () => 'passages',

  read(node, beside, at, where, faults) {
    const { text, title, docid } = isObject(node) ? node : ({} as JsonObject)
    if (typeof text !== 'string') {
      faults.push({ code: 'wrong-type', message: `${where()} must be an object with a text, found ${describe(node)}` })
      return undefined
    }
    const id = idIn(docid, () => `${where()}: "docid"`, faults)
    const titled = typeof title === 'string' && title !== '' ? { title } : {}
    return scored({ id, text, ...titled, label: labelOf(at === 0) }, beside['scores'])
  },

  write: (passage, node, beside) => ({
    node: node ?? { title: passage.title ?? '', text: passage.text },
    beside: 'scores' in beside ? beside : { scores: null },
  }),

  head: ({ id, query }) => ({ query_id: id, query }),
})
