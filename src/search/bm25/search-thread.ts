// A thread that searches an index: it splits queries into terms and ranks the documents.
import { parentPort, workerData } from 'node:worker_threads'
import { answerTasks } from '../../base/thread-pool.ts'
import type { Ranking } from '../top.ts'
import { openPostings, type PostingsReader } from './index-file.ts'
import { rank, scoresAt, type Bm25Settings, type CorpusLengths } from './score.ts'
import { queryCutter, type TokenizerName } from './tokenizers.ts'

export interface SearchData extends CorpusLengths {
  path: string
  tokenizer: TokenizerName
  settings: Bm25Settings
}

/** Asks for the best documents of queries, or for the scores of given documents. */
export type SearchTask = { queries: string[]; depth: number } | { query: string; ordinals: number[] }
export type SearchResult = Ranking[] | number[]

const { path, tokenizer, settings, lengths, tokens } = workerData as SearchData
const cutter = queryCutter(tokenizer)
let postings: PostingsReader | undefined

answerTasks(parentPort, (task: SearchTask): SearchResult => {
  const corpus = { lengths, tokens }
  // Opened here, so that a failure is reported as the task's own error.
  const { cursors } = (postings ??= openPostings(path, lengths.length))
  if ('depth' in task) {
    return cutter.cut(task.queries).map((terms) => rank(cursors(terms), corpus, settings, task.depth))
  }
  const [terms = []] = cutter.cut([task.query])
  return scoresAt(cursors(terms), corpus, settings, task.ordinals)
})
