// Rows whose true labels stand in their passages, and the gold that says so.
import { join } from 'node:path'
import { tempDir, writeJsonl } from './files.ts'
import { makeRows } from './synthetic.ts'

const ROWS = 60
const idOf = (index: number) => `q${index}`

/** Tevatron rows whose passages end in their true verdict, and the gold that says so. */
export function placeGold(count = ROWS) {
  const folder = tempDir()
  const rows = makeRows(count).map(({ query, pos, neg }, index) => ({
    query_id: idOf(index),
    query,
    positive_passages: pos.map((text) => ({ docid: `p${index}`, title: '', text })),
    negative_passages: neg.map((text, at) => ({ docid: `n${index}-${at}`, title: '', text })),
  }))
  const labels = rows.flatMap(({ query_id: row, negative_passages: negatives }) =>
    negatives.map(({ docid: passage, text }) => ({ row, passage, relevant: !text.endsWith('#none'), who: 'ana' })),
  )
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  return { folder, input, rows, labels, gold: writeJsonl(join(folder, 'gold.jsonl'), labels) }
}
