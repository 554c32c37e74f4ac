// Asks how far a batch job is, and imports the results that there are.
import { CallError } from '../errors.ts'
import type { BatchRecord } from '../ledger/batch-record.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { importResults, nothingImported, type Imported, type OnImported } from './importing.ts'
import { GONE, patiently, type Patience } from './patiently.ts'
import type { BatchProvider, BatchState } from './provider.ts'

export interface JobReader extends Patience {
  ledger: Ledger
  provider: BatchProvider
  /** Whose jobs these are, if they are of one run. */
  run?: string | undefined
  /** Receives each reply that is imported. */
  onReply?: OnImported
}

/** A job, and what was imported of its results; undefined if it has none yet. */
export interface ReadJob {
  job: BatchRecord
  state: BatchState
  imported: Imported | undefined
}

/** @param remote the provider's id of the job @throws StopRun if the provider cannot be asked */
export async function readJob(reader: JobReader, job: BatchRecord, remote: string): Promise<ReadJob> {
  const { ledger, provider, signal, onReply } = reader
  const gone: BatchState = { phase: 'ended', said: GONE }
  const state = await unlessGone(reader, () => provider.state(remote, signal), gone)
  // What another run has put elsewhere is not lost.
  const isItsOwn = state.isNowhere !== true || job.run === reader.run
  if (isItsOwn && state.said !== job.said) await ledger.batches.change(job.id, { said: state.said })
  if (state.phase !== 'ended' && state.hasResults !== true) return { job, state, imported: undefined }
  const importing = () => importResults(ledger, provider.results(remote, signal), onReply, job.id)
  // What a provider keeps no more is missing.
  return { job, state, imported: await unlessGone(reader, importing, nothingImported()) }
}

/**
 * Imports what has come for jobs of files that have ended without some of their results: an engine may have taken a pause. What was asked
 * anew meanwhile is answered by it.
 * @param jobs of the run
 */
export async function readLate(reader: JobReader, jobs: readonly BatchRecord[]): Promise<ReadJob[]> {
  const { ledger, provider, signal, onReply } = reader
  const late: ReadJob[] = []
  for (const job of jobs) {
    const { id, remote, endedMs, missing } = job
    if (remote === null || endedMs === null || missing === 0) continue
    const state = await provider.state(remote, signal)
    if ((state.changedMs ?? 0) <= endedMs) continue
    const imported = await importResults(ledger, provider.results(remote, signal), onReply, id)
    late.push({ job, state, imported })
  }
  return late
}

async function unlessGone<T>(patience: Patience, question: () => Promise<T>, gone: T): Promise<T> {
  try {
    return await patiently(patience, question)
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== GONE) throw error
    return gone
  }
}
