// Tevatron v2 rows: {"query_id", "query_text", "query_image", "positive_document_ids", "negative_document_ids"}, and their corpus.
import { titleAndText } from '../row.ts'
import { documentLine, textBehind, withDocuments } from './documents.ts'
import { idIn } from './format.ts'
import { notText, passageLists } from './passage-lists.ts'

export const tevatronV2 = passageLists({
  name: 'tevatron-v2',
  title: 'Tevatron rows with a corpus',
  summary: 'Tevatron v2 with a corpus: query_id, query_text, positive_document_ids, negative_document_ids',
  wanted: [['query_text'], ['positive_document_ids'], ['negative_document_ids']],
  positives: 'positive_document_ids',
  negatives: ['negative_document_ids'],
  own: /^(query_text|query_id|query_image|winnow documents)$/,
  matches: (columns) =>
    'query_text' in columns && 'positive_document_ids' in columns && 'negative_document_ids' in columns,
  query: (columns) => columns['query_text'],
  id: (columns, faults) => idIn(columns['query_id'], () => '"query_id"', faults),
  read(node, columns, where, faults) {
    const id = idIn(node, where, faults)
    return id === undefined ? notText(where(), 'an id', node, faults) : textBehind(id, columns, where, faults)
  },
  node: ({ id }) => id,
  head: ({ id, query }) => ({ query_id: id, query_text: query, query_image: null }),
  corpus: {
    parts: [
      {
        place: (base) => `${base}.corpus.jsonl`,
        // Tevatron reads the text of a document alone when it trains, so that its title is a part of it.
        line: (document) => documentLine(document, { docid: document.docid, text: titleAndText(document), title: '' }),
      },
    ],
  },
  tail: withDocuments,
})
