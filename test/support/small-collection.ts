// Collections for tests, in the layout of BEIR.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeJsonl } from './files.ts'

export interface SmallCollection {
  documents: { _id: string; title?: string; text: string }[]
  queries: { _id: string; text: string }[]
  /** Query, document, grade. */
  judgements: [string, string, number][]
}

/** Writes the collection into `folder`, under the split `train`. */
export function writeCollection(folder: string, { documents, queries, judgements }: SmallCollection): string {
  mkdirSync(join(folder, 'qrels'), { recursive: true })
  writeJsonl(join(folder, 'corpus.jsonl'), documents)
  writeJsonl(join(folder, 'queries.jsonl'), queries)
  const lines = judgements.map((judgement) => judgement.join('\t'))
  writeFileSync(join(folder, 'qrels', 'train.tsv'), ['query-id\tcorpus-id\tscore', ...lines, ''].join('\n'))
  return folder
}
