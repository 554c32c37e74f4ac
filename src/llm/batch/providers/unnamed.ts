// Finds a job whose submission may have been lost at a provider that takes no name of it: by when it was created, how many requests it has,
// and the ids of its results.
import { plural } from '../../../base/format.ts'
import { CallError } from '../../errors.ts'
import type { BatchResult, SoughtJob, UnreadableResult } from '../provider.ts'
import { settled, type Api } from './api.ts'

/** A job at the provider that may be the one. */
export interface Candidate {
  id: string
  /** Whether its results can be read. */
  hasResults: boolean
  /** Whether it does not say yet how many requests it has. */
  isUncounted?: boolean
}

export interface Lookup {
  /** Yields the jobs of the right size, or of none that is known yet, that were created since, in milliseconds since 1970. */
  candidates(sinceMs: number): AsyncIterable<Candidate>
  results(id: string): AsyncIterable<BatchResult | UnreadableResult>
}

/** Clocks differ, but not by more than this. */
const SKEW_MS = 600_000

/**
 * One that runs tells nothing but its size; one that has ended shows whose requests it had. If several run that may be it, or one whose
 * size is not known yet, they have to be waited for.
 * @throws CallError; `undecided` if several may be it
 */
export async function findUnnamed(
  api: Api,
  job: SoughtJob,
  { candidates, results }: Lookup,
  signal: AbortSignal,
): Promise<string | undefined> {
  let empty: string[] = []
  let running: string[] = []
  let isUnclear = false
  // The list may not show all yet: only what the last look saw decides between those that run.
  const sure = await settled(
    api,
    async () => {
      ;[empty, running, isUnclear] = [[], [], false]
      for await (const { id, hasResults, isUncounted = false } of candidates(job.submittedMs - SKEW_MS)) {
        if (job.taken?.has(id)) continue
        const isOwn = hasResults ? await isOf(job, results(id)) : undefined
        if (isOwn === true) return id
        if (isOwn === false) job.taken?.add(id)
        else (hasResults ? empty : running).push(id)
        isUnclear ||= isOwn === undefined && isUncounted
      }
      return undefined
    },
    signal,
  )
  // Of those that ended with nothing one is as good as another.
  if (sure !== undefined || running.length === 0) return sure ?? empty[0]
  const possible = [...running, ...empty]
  if (possible.length === 1 && !isUnclear) return possible[0]
  const message = `${api.endpoint} has ${plural(possible.length, 'job')} that may be the one whose answer was lost: ${possible.join(', ')}`
  throw new CallError('undecided', message, {
    remedy: 'retry',
    hint: 'Run the same command again once they have ended: their results tell.',
  })
}

/** So many results tell whose they are: some of a job's requests may have a reply from elsewhere by now, and are not known as its own. */
const TELLING = 100

/** Whether results are those of a job; undefined if there are none. */
async function isOf(
  job: SoughtJob,
  results: AsyncIterable<BatchResult | UnreadableResult>,
): Promise<boolean | undefined> {
  const ids: string[] = []
  try {
    for await (const result of results) if ('id' in result && ids.push(result.id) >= TELLING) break
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'gone') throw error
  }
  return ids.length === 0 ? undefined : job.holds(ids)
}
