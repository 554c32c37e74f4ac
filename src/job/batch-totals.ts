// The batch jobs of a run, added up.
import { counted, plural } from '../base/format.ts'
import type { Ledger } from '../llm/ledger/ledger.ts'

/** Over all starts of the run. Every request has one end: `requests` is the sum of the other counts. */
export interface BatchTotals {
  jobs: number
  requests: number
  answered: number
  /** Requests that failed, or had no result: each was asked again, in another job, up to three times. */
  failed: number
  missing: number
}

/** @returns undefined if the run had no batch jobs */
export async function batchTotals(ledger: Pick<Ledger, 'batches'>, run: string): Promise<BatchTotals | undefined> {
  const jobs = await ledger.batches.list(run)
  if (jobs.length === 0) return undefined
  const sum = (count: 'requests' | 'answered' | 'failed' | 'missing') =>
    jobs.reduce((total, job) => total + job[count], 0)
  return {
    jobs: jobs.length,
    requests: sum('requests'),
    answered: sum('answered'),
    failed: sum('failed'),
    missing: sum('missing'),
  }
}

export function batchText({ jobs, requests, answered, failed, missing }: BatchTotals): string {
  const parts = [
    `${counted(answered)} answered`,
    ...(failed > 0 ? [`${counted(failed)} failed`] : []),
    ...(missing > 0 ? [`${counted(missing)} missing`] : []),
  ]
  return `${plural(jobs, 'batch job')} in all: ${plural(requests, 'request')} = ${parts.join(' + ')}`
}
