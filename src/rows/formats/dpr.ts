// Rows of DPR: {"question", "answers", "positive_ctxs": [{title, text, score, passage_id}], "hard_negative_ctxs", "negative_ctxs"}
import { isObject, numberOf, type JsonObject } from '../../base/json.ts'
import type { Passage } from '../row.ts'
import { idIn, scoreBeside } from './format.ts'
import { notText, passageLists, type ReadNode } from './passage-lists.ts'

export const dpr = passageLists({
  name: 'dpr',
  title: 'DPR rows',
  summary: 'DPR: question, positive_ctxs, hard_negative_ctxs, and optional answers, negative_ctxs',
  wanted: [['question'], ['positive_ctxs'], ['hard_negative_ctxs', 'negative_ctxs']],
  positives: 'positive_ctxs',
  negatives: ['hard_negative_ctxs', 'negative_ctxs'],
  own: /^(question|dataset)$/,
  scoreFields: 'score of each passage',
  matches: (columns) =>
    'question' in columns &&
    'positive_ctxs' in columns &&
    ('hard_negative_ctxs' in columns || 'negative_ctxs' in columns),
  query: (columns) => columns['question'],
  id: () => undefined,

  read(node, _columns, where, faults) {
    const { text, title, score, passage_id, psg_id } = isObject(node) ? node : ({} as JsonObject)
    if (typeof text !== 'string') return notText(where(), 'an object with a text', node, faults)
    const passage: ReadNode = { id: idIn(passage_id ?? psg_id, () => `${where()}: "passage_id"`, faults), text }
    if (typeof title === 'string' && title !== '') passage.title = title
    const number = numberOf(score)
    if (number !== undefined) passage.score = number
    return passage
  },

  node: ({ id, title, text, score }: Passage, like) => ({
    title: title ?? '',
    text,
    ...((score !== undefined || (isObject(like) && 'score' in like)) && { score: score ?? null }),
    passage_id: id,
  }),
  tellsOrigins: true,
  scored: (node, score) => (isObject(node) ? { ...node, score: scoreBeside(node['score'], score) } : node),
  head: ({ query, dataset }) => ({ ...(dataset !== undefined && { dataset }), question: query, answers: [] }),
  tail: (columns) => ({ ...columns, negative_ctxs: columns['negative_ctxs'] ?? [] }),
})
