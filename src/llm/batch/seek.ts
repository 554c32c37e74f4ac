// Looks at the provider for a job that may have been submitted, with what the ledger knows of it.
import type { Ledger } from '../ledger/ledger.ts'
import { KEY } from './importing.ts'
import { patiently } from './patiently.ts'
import type { BatchJob } from './provider.ts'
import type { JobReader } from './read-job.ts'

/** @returns the provider's id of the job; undefined if it was not submitted @throws StopRun if the provider cannot tell */
export async function seek(reader: JobReader, job: BatchJob): Promise<string | undefined> {
  const { ledger, provider, signal } = reader
  const taken = new Set((await ledger.batches.list()).flatMap(({ remote }) => remote ?? []))
  const holds = (ids: readonly string[]) => holdsSome(ledger, job.id, ids)
  return patiently(reader, () => provider.find({ ...job, taken, holds }, signal))
}

/** Whether a job waits for any of these requests. Wherever it was begun, the ledger has them; the file of its lines may be elsewhere. */
async function holdsSome({ batches }: Ledger, job: string, ids: readonly string[]): Promise<boolean> {
  const keys = ids.filter((id) => KEY.test(id)).map((id) => Buffer.from(id, 'hex'))
  return (await batches.waiting(keys)).some((request) => request?.batch === job)
}
