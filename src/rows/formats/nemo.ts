// Rows of NeMo retriever and Automodel: {"question_id", "question", "corpus_id", "pos_doc": [{id}], "neg_doc": [{id}]} in a file that names
// its corpus, or with the texts in place: {"query", "pos_doc": text or [text], "neg_doc": [text]}.
import { isObject, type JsonObject } from '../../base/json.ts'
import { titleAndText } from '../row.ts'
import { documentLine, textBehind, withDocuments } from './documents.ts'
import { idIn, type RowFormat } from './format.ts'
import { notText, passageLists } from './passage-lists.ts'

const inline = passageLists({
  name: 'nemo-inline',
  title: 'NeMo rows with their texts',
  summary: 'NeMo / Automodel with texts in place: query, pos_doc, neg_doc',
  wanted: [['query', 'question'], ['pos_doc'], ['neg_doc']],
  positives: 'pos_doc',
  negatives: ['neg_doc'],
  own: /^(query|question|question_id)$/,
  takesFirstPositive: true,
  matches: (columns) =>
    ('query' in columns || 'question' in columns) && 'pos_doc' in columns && 'neg_doc' in columns && !isOfIds(columns),
  query: (columns) => columns['query'] ?? columns['question'],
  id: (columns, faults) => idIn(columns['question_id'], () => '"question_id"', faults),
  read(node, _columns, where, faults) {
    const text = isObject(node) ? node['text'] : node
    return typeof text === 'string'
      ? { id: undefined, text }
      : notText(where(), 'a text or an object with one', node, faults)
  },
  node: (passage, like) => (isObject(like) ? { ...emptied(like), text: titleAndText(passage) } : titleAndText(passage)),
  head: ({ id, query }) => ({ question_id: id, query }),
})

/** A passage that stands alone is read as a list of one; a row that changes gets a list. */
const inLists = (columns: JsonObject): JsonObject => ({
  ...columns,
  ...Object.fromEntries(
    ['pos_doc', 'neg_doc'].filter((list) => typeof columns[list] === 'string').map((list) => [list, [columns[list]]]),
  ),
})

export const nemoInline: RowFormat = {
  ...inline,
  read: (columns, faults) => inline.read(inLists(columns), faults),
  relabel: (columns, before, after) => inline.relabel(inLists(columns), before, after),
  withOrigins: (columns, row) => inline.withOrigins(columns, row),
}

const emptied = (like: JsonObject) => Object.fromEntries(Object.keys(like).map((name) => [name, '']))

const ofIds = passageLists({
  name: 'nemo',
  title: 'NeMo rows with a corpus',
  summary: 'NeMo / Automodel with a corpus: question_id, question, corpus_id, pos_doc, neg_doc with ids',
  wanted: [['question'], ['corpus_id'], ['pos_doc'], ['neg_doc']],
  positives: 'pos_doc',
  negatives: ['neg_doc'],
  own: /^(question|question_id|corpus_id|winnow documents)$/,
  takesFirstPositive: true,
  matches: (columns) => 'question' in columns && 'pos_doc' in columns && 'neg_doc' in columns && isOfIds(columns),
  query: (columns) => columns['question'],
  id: (columns, faults) => idIn(columns['question_id'], () => '"question_id"', faults),
  read(node, columns, where, faults) {
    const id = idIn(isObject(node) ? node['id'] : node, () => `${where()}: "id"`, faults)
    if (id === undefined) return notText(where(), 'an object with an id', node, faults)
    return textBehind(id, columns, where, faults)
  },
  node: ({ id }) => ({ id }),
  head: ({ id, query }) => ({ question_id: id, question: query, corpus_id: 'corpus' }),
  corpus: {
    parts: [
      {
        place: (base) => `${base}-corpus/`,
        line: (document) => documentLine(document, { id: document.docid, text: titleAndText(document) }),
      },
    ],
    files: {
      'merlin_metadata.json': {
        corpus_id: 'corpus',
        class: 'TextQADataset',
        query_instruction: '',
        passage_instruction: '',
      },
    },
  },
  tail: withDocuments,
})

export const nemo: RowFormat = {
  ...ofIds,
  frame: (base) => ({ before: `{"corpus":[{"path":${JSON.stringify(`${base}-corpus`)}}],"data":`, after: '}' }),
}

function isOfIds({ pos_doc: list, corpus_id: corpus }: JsonObject): boolean {
  if (!Array.isArray(list)) return false
  const [first] = list as unknown[]
  return isObject(first) ? 'id' in first && !('text' in first) : corpus !== undefined && corpus !== '__inline__'
}
