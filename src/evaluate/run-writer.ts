// Writes a TREC run with lines like "q1 Q0 d1 1 12.3 tag".
import { UsageError } from '../base/errors.ts'
import { openSink, type LineSink } from '../base/sink.ts'
import type { QueryResults } from './ranked.ts'

export interface RunWriter {
  /** Writes the results of a query in the given order; ranks start at 1. */
  write(results: QueryResults): Promise<void>
  /** Completes the file; before that, it does not exist. */
  commit(): Promise<void>
  abort(): Promise<void>
}

/** Returns whether an id can be written to a run, whose columns are separated by white space. */
export const standsInRun = (id: string) => id !== '' && !/\s/.test(id)

/**
 * Opens a run for writing, as gzip if its name ends in `.gz`. Scores are written with full precision, so that the file is scored exactly
 * like the results.
 * @param tag names the run; white space in it becomes `_`
 */
export async function openRunWriter(path: string, tag: string): Promise<RunWriter> {
  const sink: LineSink = await openSink(path)
  const tail = tag.replace(/\s+/g, '_') || 'winnow'
  return {
    write: async ({ query, documents, scores }) => {
      const wrong = [query, ...documents].find((id) => !standsInRun(id))
      if (wrong !== undefined) {
        throw new UsageError(
          `cannot write ${path}: the id ${JSON.stringify(wrong)} contains white space, which separates the columns of a run`,
        )
      }
      const lines = documents.map(
        (document, index) => `${query} Q0 ${document} ${index + 1} ${scores[index]} ${tail}\n`,
      )
      await sink.write(lines.join(''))
    },
    commit: () => sink.commit(),
    abort: () => sink.abort(),
  }
}
