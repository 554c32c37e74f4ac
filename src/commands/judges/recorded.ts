// Judges that need no model: recorded labels, the scores of a run, and BM25 over the passages of the rows.
import { cacheFolder } from '../../base/cache.ts'
import { HashTable } from '../../base/hash-table.ts'
import type { Corpus } from '../../collections/collection.ts'
import { readRun } from '../../evaluate/run-file.ts'
import { readGold } from '../../judging/gold.ts'
import type { Input } from '../../rows/input.ts'
import { readRows } from '../../rows/read.ts'
import { bm25Retriever } from '../../search/bm25/bm25.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import { RECORDED, type Judge, type Opinion, type Opinions } from './opinion.ts'
import { documentOf, type AskedRow } from './read.ts'

/** Labels in any form that gold has. A passage without a label, or one that is disputed, has no opinion. */
export function recordedLabels(path: string, relevanceLevel: number): Judge {
  return async (sample, { onNotice }) => {
    const labels = await readGold(path, { relevanceLevel, ...(onNotice && { onWarning: onNotice }) })
    return opinionsOf(sample, (row, { id }) => {
      const verdict = labels.verdictOf(row.id, id)
      return verdict === undefined || verdict === 'disputed' ? {} : { verdict }
    })
  }
}

/** Scores of a TREC run. What a run did not retrieve is below everything that it did. */
export function recordedScores(path: string): Judge {
  return async (sample) => {
    const wanted = new Set(sample.map(({ id }) => id))
    const scores = new Map<string, Map<string, number>>()
    for await (const { query, documents, scores: values } of readRun(path)) {
      if (wanted.has(query)) scores.set(query, new Map(documents.map((id, at) => [id, values[at] as number])))
    }
    return opinionsOf(sample, (row, { id }) => {
      const retrieved = scores.get(row.id)
      return retrieved === undefined ? {} : { score: retrieved.get(id) ?? -Infinity }
    })
  }
}

/** BM25 of every passage among all distinct passages of the rows. */
export function bm25Judge(input: Input): Judge {
  return async (sample, hooks) => {
    const store = await openDocumentStore(passagesOf(input), cacheFolder('indexes', hooks.env), hooks)
    const searcher = await bm25Retriever().open(store, hooks)
    try {
      const started = performance.now()
      const scores = new Map<AskedRow, number[]>()
      for (const row of sample) {
        const documents = row.passages.map(({ document }) => document)
        scores.set(row, (await searcher.scoresOf?.({ id: row.id, text: row.query }, documents, hooks.signal)) ?? [])
      }
      const seconds = (performance.now() - started) / 1000
      const { rows } = opinionsOf(sample, (row, _passage, at) => ({ score: scores.get(row)?.[at] ?? 0 }))
      const passages = sample.reduce((sum, row) => sum + row.passages.length, 0)
      const effort = { ...RECORDED, usdPerThousand: 0, secondsPerThousand: (1000 * seconds) / passages }
      return { rows, effort }
    } finally {
      await searcher.close()
      store.close()
    }
  }
}

function opinionsOf(
  sample: readonly AskedRow[],
  opinionOf: (row: AskedRow, passage: AskedRow['passages'][number], at: number) => Opinion,
): Opinions {
  const rows = new Map(
    sample.map((row) => [
      row.id,
      new Map(row.passages.map((passage, at) => [passage.id, opinionOf(row, passage, at)])),
    ]),
  )
  return { rows, effort: RECORDED }
}

/** Every distinct passage of a file of rows, once. */
function passagesOf(input: Input): Corpus {
  return {
    path: input.name,
    async *documents(onBytes) {
      const seen = new HashTable()
      for await (const batch of readRows(input, onBytes)) {
        const passages = batch.flatMap((entry) => ('row' in entry ? entry.row.passages : []))
        yield passages.flatMap((passage) => {
          const id = documentOf(passage)
          if (seen.setIfNew(id, 1) > 0) return []
          const { title, text } = passage
          return [{ id, text, ...(title !== undefined && { title }) }]
        })
      }
    },
  }
}
