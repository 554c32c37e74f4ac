// Requests of RankLLM and UMBRELA with a label for each candidate: {"query": {text, qid}, "candidates": [{docid, score, doc, label}]}
import { isObject, numberOf, type JsonObject } from '../../base/json.ts'
import type { Passage } from '../row.ts'
import { describe, idIn, scoreBeside } from './format.ts'
import { isPositive, labeledLists, labelOf, scored, type Beside } from './labeled-lists.ts'

export const rankLlm = labeledLists({
  name: 'rankllm',
  title: 'RankLLM requests',
  summary: 'RankLLM requests with a label of 1 or 0 for each candidate: query, candidates',
  wanted: [['query'], ['candidates']],
  own: /^(query|candidates)$/,
  parallel: [],
  matches: (columns) => 'query' in columns && Array.isArray(columns['candidates']),
  query: ({ query }) => (isObject(query) ? query['text'] : query),
  id: ({ query }) => (isObject(query) ? query['qid'] : undefined),
  list: () => 'candidates',

  read(node, _beside, _at, where, faults) {
    const columns = isObject(node) ? node : {}
    const doc = isObject(columns['doc']) ? columns['doc'] : {}
    const text = CONTENTS.map((name) => doc[name]).find((each) => typeof each === 'string')
    const id = idIn(columns['docid'], () => `${where()}: "docid"`, faults)
    if (typeof text !== 'string') {
      faults.push({
        code: 'wrong-type',
        message: `${where()}: "doc" must hold a text (${CONTENTS.join(', ')}), found ${describe(columns['doc'])}`,
      })
      return undefined
    }
    const grade = numberOf(columns['label']) ?? numberOf(columns['judgment'])
    if (grade === undefined) {
      const message = `${where()}: "label" is missing, so that nothing says which candidates are relevant`
      faults.push({ code: 'no-label', message })
      return undefined
    }
    const title = typeof doc['title'] === 'string' && doc['title'] !== '' ? { title: doc['title'] } : {}
    return scored({ id, text, ...title, label: labelOf(grade > 0) }, columns['score'])
  },

  write(passage, node, beside) {
    const label = isPositive(passage) ? 1 : 0
    const there = isObject(node) ? node : newCandidate(passage)
    const name = 'judgment' in there && !('label' in there) ? 'judgment' : 'label'
    const grade = numberOf(there[name])
    const isSame = grade !== undefined && grade > 0 === (label === 1)
    const isScored = 'score' in there || passage.score !== undefined
    const score = scoreBeside(there['score'], passage.score)
    return {
      node: { ...there, ...(isScored && { score }), ...(!isSame && { [name]: label }) },
      beside: withoutScoresIn(beside),
    }
  },

  head: ({ id, query }) => ({ query: { text: query, qid: id } }),
})

const CONTENTS = ['segment', 'text', 'contents', 'content', 'body', 'passage'] as const
const newCandidate = ({ id, title, text }: Passage): JsonObject => ({
  docid: id,
  doc: { ...(title !== undefined && { title }), segment: text },
})
const withoutScoresIn = ({ scores: _scores, ...beside }: Beside): Beside => beside
