// A pass over the evidence of every row before any is decided, for methods that examine the file as a whole.
import type { Survey, SurveyOutcome } from '../method/definition.ts'
import type { KnownLookup } from '../rows/known.ts'
import { readRows } from '../rows/read.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { limitOf, type Job } from './job.ts'
import { evidenceOfEach } from './stages/policy.ts'
import type { EvidenceSource } from './stored/source.ts'

/** Rows whose evidence is read at once from a ledger on a server. */
const AT_ONCE = 64

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
    const entries = batch.filter((entry) => 'row' in entry)
    for (let start = 0; start < entries.length; start += AT_ONCE) {
      const some = entries.slice(start, start + Math.min(AT_ONCE, limit - rows))
      const found = await evidenceOfEach(some, source, job)
      for (const [index, entry] of some.entries()) {
        if (survey.isDone === true) break reading
        survey.add(entry.row, found[index] as Evidence[])
        rows += 1
        onRow(rows)
      }
      if (rows >= limit) break reading
    }
  }
  return survey.conclude()
}
