// A pass over the evidence of every row before any is decided, for methods that look at the file as a whole.
import type { MethodPlan, Survey, Surveyed } from '../methods/definition.ts'
import type { KnownPositives } from '../rows/known.ts'
import { readRows } from '../rows/read.ts'
import { evidenceOf } from './decide.ts'
import type { Input } from '../rows/input.ts'
import type { EvidenceSource } from './source.ts'

interface SurveyOptions {
  input: Input
  plan: MethodPlan
  source: EvidenceSource
  survey: Survey
  known: KnownPositives
  /** Rows to go through, from the first. */
  limit: number
  /** Ends the pass: its reason is thrown. */
  signal?: AbortSignal | undefined
  onRow?: (rowsDone: number) => void
}

export async function surveyRows(options: SurveyOptions): Promise<Surveyed> {
  const { input, survey, limit, signal, onRow } = options
  await input.assertUnchanged()
  let rows = 0
  reading: for await (const batch of readRows(input)) {
    signal?.throwIfAborted()
    for (const entry of batch) {
      if (rows >= limit) break reading
      if (!('row' in entry)) continue
      survey.add(entry.row, await evidenceOf(entry, options))
      rows += 1
      onRow?.(rows)
    }
  }
  return survey.conclude()
}
