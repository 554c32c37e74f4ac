// Creates collections in temporary folders, and opens them completely.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect } from 'vitest'
import type { Document } from '../../src/collections/collection.ts'
import { openCollection, type CollectionOptions } from '../../src/collections/open.ts'
import { tempDir } from './files.ts'

type Contents = string | Buffer | object[]

/** Creates a folder with these files; lists become JSON lines. */
export function folderOf(files: Record<string, Contents>, name = 'set'): string {
  const folder = join(tempDir(), name)
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    const lines = Array.isArray(contents) ? contents.map((each) => `${JSON.stringify(each)}\n`).join('') : contents
    writeFileSync(join(folder, path), lines)
  }
  return folder
}

export function parquet(columns: Record<string, unknown[]>): Buffer {
  return Buffer.from(
    parquetWriteBuffer({
      columnData: Object.entries(columns).map(([name, data]) => ({ name, data })) as never,
      rowGroupSize: 2,
    }),
  )
}

/** Opens a collection with all its documents, its judgements as texts, and the warnings. */
export async function opened(folder: string, options: CollectionOptions = {}) {
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message.replaceAll(`${folder}/`, ''))
  const collection = await openCollection(folder, { onWarning, ...options })
  const documents: Document[] = []
  for await (const batch of collection.corpus.documents()) documents.push(...batch)
  const grades = [...collection.grades].flatMap(([query, judged]) =>
    [...judged].map(([document, grade]) => `${query} ${document} ${grade}`),
  )
  return { ...collection, documents, grades, warnings }
}

/** Returns the message of the error that opening fails with, without the folder. */
export const failure = async (folder: string, options?: CollectionOptions) => {
  const error = (await opened(folder, options).catch((each: Error) => each)) as Error & { hint?: string }
  expect(error).toBeInstanceOf(Error)
  return error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'SET')
}

export const CORPUS = [
  { _id: 'd1', title: 'One', text: 'first' },
  { _id: 'd2', text: '' },
]
export const DOCUMENTS: Document[] = [
  { id: 'd1', title: 'One', text: 'first' },
  { id: 'd2', text: '' },
]
export const QUERIES = [
  { _id: 'q1', text: 'what?' },
  { _id: 'q2', text: 'who?' },
]
export const HEADER = 'query-id\tcorpus-id\tscore\n'
export const BEIR = {
  'corpus.jsonl': CORPUS,
  'queries.jsonl': QUERIES,
  'qrels/test.tsv': `${HEADER}q1\td1\t1\nq1\td2\t0\n`,
  'qrels/train.tsv': `${HEADER}q2\td2\t2\n`,
}
