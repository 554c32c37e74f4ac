// A world with an effect that compare can find: a collection, correct rows, and the same rows with false negatives.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CompareInput } from '../../src/commands/compare/options.ts'
import { tempDir, writeJsonl } from './files.ts'
import { trainingRows, type TrainingRow } from './training-rows.ts'

export const SMALL = { dimensions: 32, batch: 16, epochs: 2, threads: 1 }
export const FLAGS = ['--dimensions', '32', '--batch', '16', '--epochs', '2', '--threads', '1']

/** Writes other queries about the same topics as a collection. */
export function collectionOf(folder: string, rows: readonly TrainingRow[], name = 'set', word = ''): string {
  const path = join(folder, name)
  mkdirSync(join(path, 'qrels'), { recursive: true })
  const passages = rows.flatMap((row) => [...row.positive_passages, ...row.negative_passages])
  const documents = new Map(passages.map((each) => [each.docid, each]))
  writeJsonl(
    join(path, 'corpus.jsonl'),
    Array.from(documents.values(), ({ docid, text }) => ({ _id: docid, text })),
  )
  writeJsonl(
    join(path, 'queries.jsonl'),
    rows.map((row) => ({ _id: row.query_id, text: row.query + word })),
  )
  const judged = rows.flatMap((row) => row.positive_passages.map(({ docid }) => `${row.query_id}\t${docid}\t1\n`))
  writeFileSync(join(path, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judged.join('')}`)
  return path
}

/** Returns a collection, clean rows, and the same rows with passages about the same topic among the negatives. */
export function world() {
  const folder = tempDir()
  const rows = trainingRows(240, 40, 3)
  const byTopic = new Map(rows.map((row, index) => [index % 40, row]))
  const dirty = rows.map((row, index) => {
    const [positive] = (byTopic.get(index % 40) as TrainingRow).positive_passages
    const planted = { docid: 'planted', title: '', text: `${positive?.text} ${positive?.text.split(' ')[0]}` }
    return { ...row, negative_passages: [planted, ...row.negative_passages.slice(1)] }
  })
  return {
    folder,
    clean: writeJsonl(join(folder, 'clean.jsonl'), rows),
    dirty: writeJsonl(join(folder, 'dirty.jsonl'), dirty),
    set: collectionOf(folder, trainingRows(80, 40, 8)),
    options: (more: CompareInput = {}): CompareInput => ({ ...SMALL, work: join(folder, 'work'), ...more }),
  }
}

/** Returns the files of finished trainings. */
export function unitsIn(folder: string): string[] {
  const work = join(folder, 'work')
  if (!existsSync(work)) return []
  return readdirSync(work, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(work, name))
}
