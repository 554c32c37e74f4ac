// A pass over the evidence of every row before any is decided, for methods that examine the file as a whole.
import type { Survey, SurveyOutcome } from '../method/definition.ts'
import type { KnownLookup } from '../rows/known.ts'
import { readRows } from '../rows/read.ts'
import { limitOf, type Job } from './job.ts'
import { evidenceOf } from './stages/policy.ts'
import type { EvidenceSource } from './stored/source.ts'

export async function surveyRows(
  job: Pick<Job, 'input' | 'plan' | 'run' | 'hooks'> & { scan: { known: KnownLookup } },
  source: EvidenceSource,
  survey: Survey,
  onRow: (rowsDone: number) => void = () => undefined,
): Promise<SurveyOutcome> {
  const { input, hooks } = job
  const limit = limitOf(job)
  await survey.prepare?.()
  await input.assertUnchanged()
  let rows = 0
  reading: for await (const batch of readRows(input)) {
    hooks.signal?.throwIfAborted()
    for (const entry of batch) {
      if (rows >= limit || survey.isDone === true) break reading
      if (!('row' in entry)) continue
      survey.add(entry.row, await evidenceOf(entry, source, job))
      rows += 1
      onRow(rows)
    }
  }
  return survey.conclude()
}
