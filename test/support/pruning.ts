// Four datasets, one of which has wrong positives, and a collection that reveals it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PruneInput } from '../../src/commands/prune/options.ts'
import { writeJsonl } from './files.ts'
import { trainingRows, type TrainingRow } from './training-rows.ts'

export const SMALL = {
  dimensions: 32,
  batch: 16,
  epochs: 2,
  negatives: 3,
  seeds: 5,
  threads: 1,
  learningRate: 0.02,
} satisfies PruneInput
export const FLAGS = [
  '--dimensions',
  '32',
  '--batch',
  '16',
  '--epochs',
  '2',
  '--negatives',
  '3',
  '--seeds',
  '5',
  '--threads',
  '1',
  '--learning-rate',
  '0.02',
]

/** Returns four datasets of 80 rows about 40 topics; the positives of the third are those of other topics. */
export function datasets(): Record<string, TrainingRow[]> {
  const parts = [1, 2, 3, 4].map((seed) =>
    trainingRows(80, 40, seed).map((row) => ({ ...row, query_id: `${seed}-${row.query_id}` })),
  ) as [TrainingRow[], TrainingRow[], TrainingRow[], TrainingRow[]]
  const wrong = parts[2].map((row, index) => {
    const { positive_passages: positives } = parts[2][(index + 13) % 80] as TrainingRow
    const ids = new Set(positives.map(({ docid }) => docid))
    return {
      ...row,
      positive_passages: positives,
      negative_passages: row.negative_passages.filter(({ docid }) => !ids.has(docid)),
    }
  })
  return { 'good-1': parts[0], 'good-2': parts[1], wrong, 'good-4': parts[3] }
}

export const filesIn = (folder: string) =>
  Object.entries(datasets()).map(([name, rows]) => writeJsonl(join(folder, `${name}.jsonl`), rows))

/**
 * Returns rows in which those about the first forty topics have the positives of others, and those about twenty more topics are correct.
 */
export function mixedDataset(seed: number): TrainingRow[] {
  const rows = trainingRows(180, 60, seed).map((row) => ({ ...row, query_id: `${seed}-${row.query_id}` }))
  return rows.map((row, index) => {
    if (index % 60 >= 40) return row
    const { positive_passages: positives } = rows[
      Math.floor(index / 60) * 60 + (((index % 60) + 13) % 40)
    ] as TrainingRow
    const ids = new Set(positives.map(({ docid }) => docid))
    const negatives = row.negative_passages.filter(({ docid }) => !ids.has(docid))
    return { ...row, positive_passages: positives, negative_passages: negatives }
  })
}

/** Writes a collection with its own queries about the same topics, or about those from a number on. */
export function collectionIn(folder: string, count = 120, seed = 9, topics = 40, first = 0): string {
  const rows = trainingRows(count, topics, seed).filter((_, index) => index % topics >= first)
  const path = join(folder, `set-${count}-${seed}`)
  mkdirSync(join(path, 'qrels'), { recursive: true })
  const documents = new Map(
    [1, 2, 3, 4, seed].flatMap((each) =>
      trainingRows(topics, topics, each).flatMap((row) =>
        row.positive_passages.map((passage) => [`${passage.docid}-${each}`, passage] as const),
      ),
    ),
  )
  writeJsonl(
    join(path, 'corpus.jsonl'),
    [...documents].map(([id, { text }]) => ({ _id: id, title: '', text })),
  )
  writeJsonl(
    join(path, 'queries.jsonl'),
    rows.map(({ query_id: id, query }) => ({ _id: id, text: query })),
  )
  const lines = rows.flatMap(({ query_id: id, positive_passages: positives }) =>
    positives.map(({ docid }) => `${id}\t${docid}-${seed}\t1\n`),
  )
  writeFileSync(join(path, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${lines.join('')}`)
  return path
}
