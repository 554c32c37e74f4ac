// What can be done about batch jobs without the rows that they are of.
import { open as openFile } from 'node:fs/promises'
import { readFailure, UsageError } from '../../base/errors.ts'
import { plural } from '../../base/format.ts'
import type { Hooks } from '../../base/hooks.ts'
import { openBatchApi } from '../../job/batch-side.ts'
import { Dispatcher } from '../../llm/batch/dispatcher.ts'
import { folderOfLines } from '../../llm/batch/lines-folder.ts'
import { resultsOfFile } from '../../llm/batch/files.ts'
import { endMissing, importResults, type Imported } from '../../llm/batch/importing.ts'
import { CallError } from '../../llm/errors.ts'
import type { BatchProvider } from '../../llm/batch/provider.ts'
import type { BatchRecord } from '../../llm/ledger/batch-record.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'

/** A provider whose jobs are files, which are answered by someone else. */
const FILES = 'files'

export const isOpen = ({ phase }: BatchRecord): boolean => phase !== 'done'

export interface Patience {
  poll: number
  maxRetries: number
}

/** Waits until every open job of a ledger has ended, and imports the results. @throws StopRun if one failed, or cannot be asked about */
export async function waitForJobs(ledger: Ledger, patience: Patience, hooks: Hooks): Promise<void> {
  const open = (await ledger.batches.list()).filter(isOpen)
  const names = new Set(open.map(({ provider }) => provider))
  if (names.has(FILES)) {
    hooks.onNotice?.(
      'jobs of files are waited for by no one: put results beside them and repeat the command of the run, or winnow batch import FILE',
    )
  }
  const providers = await Promise.all(
    [...names].filter((name) => name !== FILES).map((name) => providerNamed(name, hooks)),
  )
  const strange = await ofOtherPlaces(open, providers)
  const [only] = strange
  if (only !== undefined && strange.length === providers.length && strange.every(({ isAll }) => isAll)) throw only.error
  for (const { error } of strange) hooks.onNotice?.(`${error.message}: not waited for. ${error.hint}`)
  const onPoll = async () => {
    const jobs = (await ledger.batches.list()).filter(isOpen)
    const sum = (of: (job: BatchRecord) => number) => jobs.reduce((total, job) => total + of(job), 0)
    const done = sum(({ answered, failed, missing }) => answered + failed + missing)
    hooks.onProgress?.({ what: 'waiting for batch jobs, requests', done, total: sum(({ requests }) => requests) })
  }
  for (const provider of providers) await dispatcherOf(ledger, provider, patience, hooks).wait('all', onPoll)
}

const providerNamed = async (name: string, { env = process.env }: Hooks): Promise<BatchProvider> =>
  (await openBatchApi(name, env)).provider

/** Returns, for each provider some of whose jobs are at another address than the environment says, what to do about that. */
async function ofOtherPlaces(jobs: readonly BatchRecord[], providers: readonly BatchProvider[]) {
  const { PLACES } = await import('../../llm/batch/providers/places.ts')
  return providers.flatMap(({ name, endpoint }) => {
    const its = jobs.filter(({ provider }) => provider === name)
    const others = its.filter((job) => job.endpoint !== endpoint)
    const [first] = others
    if (first === undefined) return []
    const places = [...new Set(others.map((job) => job.endpoint))].join(', ')
    const variable = PLACES[name]?.url ?? 'AZURE_OPENAI_ENDPOINT'
    const error = new UsageError(
      `${plural(others.length, 'open job')} of ${name} at ${places}, and the environment names ${endpoint}`,
      {
        hint: `Set ${variable} as it was when they were submitted, such as ${first.endpoint}; winnow batch list shows the jobs.`,
      },
    )
    return [{ error, isAll: others.length === its.length }]
  })
}

function dispatcherOf(
  ledger: Ledger,
  provider: BatchProvider,
  { poll, maxRetries }: Patience,
  hooks: Hooks,
  only?: ReadonlySet<string>,
): Dispatcher {
  return new Dispatcher({
    ledger,
    provider,
    folder: folderOfLines(ledger),
    ...(only && { only }),
    pollMs: poll * 1000,
    maxRetries,
    signal: hooks.signal ?? new AbortController().signal,
    onNotice: (sentence) => hooks.onNotice?.(sentence),
  })
}

/**
 * Cancels jobs. What a provider has done by then is paid for, so its results are waited for and imported; the other requests are free to be
 * asked again.
 */
export async function cancelJobs(
  ledger: Ledger,
  jobs: readonly BatchRecord[],
  patience: Patience,
  hooks: Hooks,
): Promise<void> {
  const signal = hooks.signal ?? new AbortController().signal
  const providers = new Map<string, BatchProvider>()
  for (const name of new Set(jobs.map(({ provider }) => provider))) {
    if (name !== FILES) providers.set(name, await providerNamed(name, hooks))
  }
  const [strange] = await ofOtherPlaces(jobs, [...providers.values()])
  if (strange !== undefined) throw strange.error
  for (const job of jobs) {
    if (job.provider === FILES) {
      await endMissing(ledger, job, { maybeBilled: false, isAttempt: false })
      await ledger.batches.change(job.id, { phase: 'done', said: 'cancelled' })
      continue
    }
    const provider = providers.get(job.provider) as BatchProvider
    if (job.remote !== null) await provider.cancel(job.remote, signal).catch(noticeIfImpossible(job, hooks))
  }
  const only = new Set(jobs.map(({ id }) => id))
  for (const provider of providers.values()) await dispatcherOf(ledger, provider, patience, hooks, only).wait('all')
}

const noticeIfImpossible =
  ({ id, provider }: BatchRecord, { onNotice }: Hooks) =>
  (error: unknown): void => {
    if (!(error instanceof CallError) || error.code !== 'cannot-cancel') throw error
    onNotice?.(`${provider} cannot cancel the job ${id}: it is waited for`)
  }

/** Returns the open jobs with these ids, or all. @throws UsageError naming those that are not open */
export async function chosenJobs(ledger: Ledger, ids: readonly string[], isAll: boolean): Promise<BatchRecord[]> {
  const open = (await ledger.batches.list()).filter(isOpen)
  if (isAll && ids.length === 0) return open
  const names = open.map(({ id }) => id).join(', ') || 'none'
  if (ids.length === 0 || isAll) {
    throw new UsageError('name the jobs to cancel, or give --all', { hint: `Open jobs: ${names}` })
  }
  return ids.map((id) => {
    const found = open.find((job) => job.id === id)
    if (found === undefined)
      throw new UsageError(`${id} is no open job of ${ledger.path}`, { hint: `Open jobs: ${names}` })
    return found
  })
}

/** Imports files of results, whichever jobs they are of. @throws UsageError if one of them cannot be read, before any is imported */
export async function importFiles(ledger: Ledger, paths: readonly string[]): Promise<Record<string, Imported>> {
  for (const path of paths) await assertReadable(path)
  const imported: Record<string, Imported> = {}
  for (const path of paths) imported[path] = await importResults(ledger, resultsOfFile(path))
  for (const job of (await ledger.batches.list()).filter(({ phase }) => phase === 'submitted')) {
    const [left] = await ledger.batches.open(job.id, undefined, 1)
    if (left === undefined) await ledger.batches.change(job.id, { phase: 'done' })
  }
  return imported
}

async function assertReadable(path: string): Promise<void> {
  try {
    const file = await openFile(path)
    await file.read(Buffer.alloc(1), 0, 1, 0).finally(() => file.close())
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${readFailure(error)}`, { cause: error })
  }
}
