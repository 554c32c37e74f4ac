// Says what became of the requests of a batch job, and makes sure that it adds up.
import { WinnowError } from '../../base/errors.ts'
import { counted, plural } from '../../base/format.ts'
import type { BatchRecord } from '../ledger/batch-record.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Imported } from './importing.ts'
import type { BatchState } from './provider.ts'

type Say = (sentence: string) => void

/** @throws WinnowError if a request of a job that is done has no end, or more than one */
export async function account(ledger: Ledger, id: string, { said }: BatchState, say: Say): Promise<void> {
  const { requests, answered, failed, missing } = await recordOf(ledger, id)
  const sum = `${plural(requests, 'request')} = ${answered} answered + ${failed} failed + ${missing} missing`
  say(`batch job ${id} (${said}): ${sum}`)
  if (requests === answered + failed + missing) return
  throw new WinnowError('batch', `batch job ${id} does not add up: ${sum}`, {
    hint: 'Please report this. winnow ledger LEDGER --verify says whether the ledger is sound.',
  })
}

/** Returns a job as it is now. */
export const recordOf = async ({ batches }: Ledger, id: string): Promise<BatchRecord> =>
  (await batches.list()).find((each) => each.id === id) as BatchRecord

/** Returns what says which results of a job were not those of open requests. Results that grow are read several times, and told when that changes. */
export function strangeTeller(say: Say): (job: BatchRecord, imported: Imported) => void {
  const told = new Map<string, string>()
  return (job, imported) => {
    const sentences = strange(job, imported)
    const all = sentences.join('\n')
    if (told.get(job.id) === all) return
    told.set(job.id, all)
    for (const sentence of sentences) say(sentence)
  }
}

/** Says why requests failed, a reason a line, the most frequent first. */
export const failureLines = ({ failures }: Pick<Imported, 'failures'>): string[] =>
  [...failures].toSorted(([, one], [, other]) => other - one).map(([why, count]) => `${counted(count)} × ${why}`)

function strange({ id }: BatchRecord, imported: Imported): string[] {
  const { failed, stale, unasked, foreign, repeated, refused, reasons, elsewhere } = imported
  const sentences: string[] = []
  const say = (sentence: string) => sentences.push(sentence)
  if (failed > 0) say(`batch job ${id}: ${plural(failed, 'request')} failed:\n  ${failureLines(imported).join('\n  ')}`)
  for (const [other, count] of elsewhere)
    say(`batch job ${id}: among its results are ${plural(count, 'result')} of the job ${other}, used for that one`)
  if (repeated > 0) say(`batch job ${id}: ${plural(repeated, 'result')} of requests that had one already`)
  if (stale > 0) say(`batch job ${id}: ${plural(stale, 'failure')} of requests that another job asks by now, not used`)
  if (unasked > 0) say(`batch job ${id}: ${plural(unasked, 'result')} of requests that no job asks now, not used`)
  if (foreign > 0) say(`batch job ${id}: ${plural(foreign, 'result')} of no request in this ledger, not used`)
  if (refused > 0) say(`batch job ${id}: ${plural(refused, 'result')} not used:\n  ${reasons.join('\n  ')}`)
  return sentences
}
