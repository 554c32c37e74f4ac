// What batch APIs share whose jobs are made of an uploaded file, and leave files of results: OpenAI's, Mistral's, Together's.
import type { JsonObject } from '../../../base/json.ts'
import { CallError } from '../../errors.ts'
import { QueueFull, type BatchJob, type BatchProvider, type BatchState } from '../provider.ts'
import { resultOfLine } from '../result-line.ts'
import { ask, cancelled, create, idIn, resultLines, speaksOfQueue, textAt, type Api } from './api.ts'

export interface FileJobs {
  /** Where the jobs are, as in `/batches`. */
  path: string
  /** The fields of a job with the ids of its files of results. */
  resultsIn: readonly string[]
  stateOf(api: Api, job: JsonObject): BatchState
  /** The job in an answer. Default: the answer. */
  jobIn?(data: JsonObject): JsonObject
}

/** The name of the file of a job's lines at the provider. */
export const fileNameOf = (job: BatchJob): string => `winnow-${job.id}.jsonl`

/** How jobs are looked at, read and cancelled. */
export function fileJobs(
  api: Api,
  { path, resultsIn, stateOf, jobIn = (data) => data }: FileJobs,
): Pick<BatchProvider, 'state' | 'results' | 'cancel'> {
  const pathOf = (remote: string) => `${path}/${encodeURIComponent(remote)}`
  const jobAt = async (remote: string, signal: AbortSignal) =>
    jobIn((await ask(api, { method: 'GET', path: pathOf(remote) }, signal, `job ${remote}`)).data)
  const state = async (remote: string, signal: AbortSignal) => stateOf(api, await jobAt(remote, signal))
  return {
    state,
    async *results(remote, signal) {
      const job = await jobAt(remote, signal)
      for (const file of resultsIn.map((field) => textAt(job, field))) {
        if (file !== undefined) yield* fileResults(api, file, signal)
      }
    },
    cancel: (remote, signal) =>
      cancelled(
        () => ask(api, { method: 'POST', path: `${pathOf(remote)}/cancel` }, signal, `job ${remote}`),
        () => state(remote, signal),
      ),
  }
}

function fileResults(api: Api, file: string, signal: AbortSignal) {
  const path = `/files/${encodeURIComponent(file)}/content`
  return resultLines(api, path, `file ${file}`, (line) => resultOfLine(line, api.secrets), signal)
}

/**
 * Makes a job of an uploaded file, which is removed if that is refused.
 * @returns the provider's id of the job
 * @throws QueueFull, CallError
 */
export async function createFrom(
  api: Api,
  file: string,
  { path, jobIn = (data) => data }: Pick<FileJobs, 'path' | 'jobIn'>,
  body: object,
  signal: AbortSignal,
): Promise<string> {
  try {
    return idIn(api, jobIn(await create(api, { method: 'POST', path, body }, speaksOfQueue, signal)))
  } catch (error) {
    // What cannot be removed is left.
    const place = `/files/${encodeURIComponent(file)}`
    if (isCertainlyRefused(error)) await ask(api, { method: 'DELETE', path: place }, signal).catch(() => undefined)
    throw error
  }
}

/** Whether an error says that no job was made. */
export const isCertainlyRefused = (error: unknown): boolean =>
  error instanceof QueueFull ||
  (error instanceof CallError && (error.details.status ?? 0) >= 400 && (error.details.status ?? 0) < 500)
