// A thread that searches an index: it cuts the queries into terms and ranks the documents.
import { parentPort, workerData } from 'node:worker_threads'
import { answerTasks } from '../thread-pool.ts'
import type { Ranking } from '../top.ts'
import { openPostings } from './index-file.ts'
import { rank, type Bm25Settings, type CorpusLengths } from './score.ts'
import { queryCutter, type TokenizerName } from './tokenizers.ts'

export interface SearchData extends CorpusLengths {
  path: string
  tokenizer: TokenizerName
  settings: Bm25Settings
}

export interface SearchTask {
  queries: string[]
  depth: number
}

const { path, tokenizer, settings, lengths, tokens } = workerData as SearchData
const cutter = queryCutter(tokenizer)
const postings = openPostings(path, lengths.length)

answerTasks(parentPort, ({ queries, depth }: SearchTask): Ranking[] =>
  cutter.cut(queries).map((terms) => rank(postings.cursors(terms), { lengths, tokens }, settings, depth)),
)
