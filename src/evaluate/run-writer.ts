// Writes a TREC run: "q1 Q0 d1 1 12.3 tag" a line.
import { UsageError } from '../base/errors.ts'
import { openSink, type LineSink } from '../base/sink.ts'
import type { QueryResults } from './ranked.ts'

export interface RunWriter {
  /** Writes the results of a query in the order given; ranks are counted from one. */
  write(results: QueryResults): Promise<void>
  /** Completes the file; nothing stands there before. */
  commit(): Promise<void>
  abort(): Promise<void>
}

/** Whether an id may stand in a line of a run, whose columns white space separates. */
export const standsInRun = (id: string) => id !== '' && !/\s/.test(id)

/**
 * Opens a run for writing, gzip when its name ends in `.gz`. Scores are written with all digits that tell them from others, so that the
 * file is scored as what was written.
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
          `cannot write ${path}: the id ${JSON.stringify(wrong)} holds white space, which separates the columns of a run`,
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
