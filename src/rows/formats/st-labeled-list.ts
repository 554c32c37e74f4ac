// sentence-transformers labelled lists: {"query", "docs": [text], "labels": [1, 0]}
import { titleAndText } from '../row.ts'
import { describe } from './format.ts'
import { isPositive, labeledLists, labelOf, scored } from './labeled-lists.ts'
import { binaryIn } from './labeled-pairs.ts'
import { QUERY_NAMES } from './tuples.ts'

const DOCS = ['docs', 'documents', 'passages'] as const

export const stLabeledList = labeledLists({
  name: 'st-labeled-list',
  title: 'sentence-transformers labelled lists',
  summary: 'sentence-transformers labelled lists: query, docs, labels of 1 or 0',
  wanted: [QUERY_NAMES, DOCS, ['labels']],
  isClosed: true,
  own: /^(query|anchor|question|docs|documents|passages|labels|scores)$/,
  parallel: ['labels', 'scores'],
  matches: (columns) =>
    QUERY_NAMES.some((name) => name in columns) && DOCS.some((name) => isTexts(columns[name])) && 'labels' in columns,
  query: (columns) => columns[QUERY_NAMES.find((name) => name in columns) ?? (Object.keys(columns)[0] as string)],
  id: () => undefined,
  list: (columns) => DOCS.find((name) => name in columns) ?? Object.keys(columns)[1] ?? 'docs',

  read(node, beside, _at, where, faults) {
    const label = binaryIn(beside['labels'])
    if (typeof node !== 'string') {
      faults.push({ code: 'wrong-type', message: `${where()} must be a string, found ${describe(node)}` })
      return undefined
    }
    if (label === undefined) {
      const message = `"labels" must be 1 or 0 for every passage, found ${describe(beside['labels'])} for ${where()}`
      faults.push({ code: 'graded-label', message })
      return undefined
    }
    return scored({ id: undefined, text: node, label: labelOf(label === 1) }, beside['scores'])
  },

  write(passage, node, beside) {
    const label = isPositive(passage) ? 1 : 0
    const labels = binaryIn(beside['labels']) === label ? beside['labels'] : label
    return { node: node ?? titleAndText(passage), beside: { ...beside, labels } }
  },

  head: ({ query }) => ({ query }),
})

const isTexts = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'string')
