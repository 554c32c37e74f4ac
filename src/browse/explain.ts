// Explains one row: what was decided about it, on what evidence, and by which calls. Asks and writes nothing.
import { UsageError } from '../base/errors.ts'
import { LISTS } from '../methods/index.ts'
import { outputPaths } from '../job/outputs.ts'
import type { ExplainOptions } from './explain-options.ts'
import type { Explanation } from './explain-row.ts'
import { findRow, type FoundRow } from './find-row.ts'
import { openRun } from './opened-run.ts'
import { recordsAt } from './recorded.ts'

/**
 * Explains the decision about one row.
 * @param rows the input of a run, or its output, whose manifest then says what was done; with `run`, the input of that other run
 * @param wanted the row's id, or `line:N`
 * @throws UsageError if there is no such row or run, or the input has changed since the output was made
 */
export async function explain(rows: string, wanted: string, options: ExplainOptions = {}): Promise<Explanation> {
  const run = await openRun(rows, options)
  try {
    const found = await findRow(run.input, wanted)
    if (found.before >= run.limit) throw beyondLimit(run.input.name, found, run.stored.id, run.limit)
    const { entry } = found
    const paths = run.made && outputPaths(rows, options.report, undefined, LISTS)
    return await run.explain(entry, paths && (await recordsAt(paths, entry.line.number)))
  } finally {
    await run.close()
  }
}

function beyondLimit(file: string, { entry, before }: FoundRow, run: string, limit: number): UsageError {
  return new UsageError(
    `${entry.row.id} is row ${before + 1} of ${file}; run ${run} covered only the first ${limit} (--limit)`,
  )
}
