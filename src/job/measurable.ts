// Makes sure, before any money is spent, that the precision of what a run finds can be measured if its policy rests on it.
import { UsageError } from '../base/errors.ts'
import { counted } from '../base/format.ts'
import type { Gold } from '../judging/gold.ts'
import { goldOf, nothingToMeasure } from '../judging/precision-survey.ts'
import { isMeasured, type MeasuredValues } from '../policy/measured.ts'
import { readRows } from '../rows/read.ts'
import { labelled } from '../rows/row.ts'
import { probingOf } from './gather/probing.ts'
import { limitOf, type AskingJob } from './job.ts'

/** @throws UsageError if there is no gold label of a negative of the rows, no check, and no precision given */
export async function assertSomethingToMeasure(job: AskingJob): Promise<void> {
  const values = job.values as AskingJob['values'] & Partial<MeasuredValues>
  const { policy = 'fixed', gold: path, precision = [], relevanceLevel = 1 } = values
  if (!isMeasured({ policy }) || precision.length > 0) return
  if (path !== undefined) {
    const gold = await goldOf(path, { relevanceLevel }, job.hooks.onNotice)
    if (await isAboutNegatives(gold, job)) return
    throw new UsageError(
      `${path}: none of its ${counted(gold.labels)} labels is of a negative of ${job.input.name}${job.run.settings.limit === null ? '' : ' within --limit'}`,
      { hint: 'A label names the id of a row and the id of one of its passages, as winnow explain shows them.' },
    )
  }
  const probing = probingOf(job)
  if (probing === undefined || 'leftOut' in probing) throw nothingToMeasure(probing?.leftOut)
}

async function isAboutNegatives(gold: Gold, job: AskingJob): Promise<boolean> {
  const limit = limitOf(job)
  let rows = 0
  for await (const batch of readRows(job.input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      rows += 1
      if (rows > limit) return false
      const { row } = entry
      if (labelled(row, 'negative').some(({ id }) => gold.verdictOf(row.id, id) !== undefined)) return true
    }
  }
  return false
}
