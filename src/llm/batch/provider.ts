// What a batch API is to Winnow: requests go in as one job, and whatever results there are come out once it has ended. Each provider is one
// small implementation of this.
import type { ChatReply, ChatRequest } from '../chat.ts'

/** The most that one job of a provider may hold. */
export interface BatchLimits {
  requests: number
  /** How many it holds unless the user says otherwise, where that is fewer. */
  usualRequests?: number
  bytes: number
  /** Estimated input tokens; undefined where the provider names no limit. */
  tokens?: number | undefined
}

/** A request as it is sent: its id is the key of the ledger, in hex. */
export interface BatchRequest {
  id: string
  request: ChatRequest
  /** The model's name at the provider. */
  model: string
  /** The body of the same request to OpenAI's `/chat/completions`. */
  body: Readonly<Record<string, unknown>>
}

/** A job whose lines are written, ready to be submitted. */
export interface BatchJob {
  /** Winnow's name of the job, given to the provider with it: it is found again by this. */
  id: string
  /** The model's name at the provider; one a job. */
  model: string
  /** The file of its lines, as `line` made them. */
  path: string
  requests: number
  bytes: number
  /** When its submission was begun, in milliseconds since 1970. */
  submittedMs: number
}

/** A job that may have been submitted, with what tells it from others at providers that take no name of a job. */
export interface SoughtJob extends BatchJob {
  /**
   * The provider's ids of jobs that are not this one: all others that are known, those that are done included. A search adds those whose
   * results it has read, so that it goes on where it failed.
   */
  taken: Set<string>
  /** Returns whether any of these ids is that of a request of it which is still open. */
  holds(ids: readonly string[]): Promise<boolean>
}

/** How far a job is. `ended` says nothing about how: its results are what `results` yields, however it ended. */
export interface BatchState {
  phase: 'waiting' | 'running' | 'ended'
  /** The provider's own word, such as `finalizing`. */
  said: string
  /** Requests that the provider counts as done, for progress only: counts are not to be trusted. */
  done?: number
  /** Why it ended without having done its work, in the provider's words without secrets. */
  reason?: string
  /** Whether results can be read although it has not ended. */
  hasResults?: boolean
  /** When something was last put there, for results that can come after a job has ended, in milliseconds since 1970. */
  changedMs?: number
  /** Whether nothing of it is where it was looked for, which may be the place of another run. */
  isNowhere?: boolean
  /** Whether it was refused because too much is queued: it can be submitted again once other jobs have ended. */
  isQueueFull?: boolean
}

/**
 * What became of one request. A failure was not billed, and is no reply; a fatal one would meet every other request, too; what
 * is untried was in a job that ended before its time.
 */
export type BatchResult =
  | { id: string; reply: ChatReply; model: string | undefined }
  | { id: string; failure: { code: string; message: string; isFatal?: true; isUntried?: true } }

/** A result that could not be read, such as a line that is cut off. */
export interface UnreadableResult {
  where: string
  why: string
  /** Whether it is the end of a file that was cut off. */
  isTorn?: boolean
}

/** A batch API. No message or error of it may hold a secret. */
export interface BatchProvider {
  /** As in `--batch NAME`. */
  name: string
  /** For messages and the ledger, without credentials. */
  endpoint: string
  limits: BatchLimits
  /** Hours for which the results of a job that has ended can be had, where that is a day or less. */
  keepsHours?: number
  /** Returns a request as one line of JSON, without the line feed. @throws UsageError for what this provider's batches cannot be asked */
  line(request: BatchRequest): string
  /**
   * Submits a job and returns the provider's id of it. Never retried without `find`.
   * @param maxRetries further attempts, after a pause each, where a full queue and a limit of calls, which passes, are refused alike
   * @throws QueueFull if nothing was created because too much is queued, CallError
   */
  submit(job: BatchJob, signal: AbortSignal, maxRetries?: number): Promise<string>
  /**
   * Looks for a job that may have been submitted, by Winnow's name of it, whatever its state.
   * It waits for lists that lag: what was begun a moment ago is looked for until it would be seen.
   * @returns the provider's id; undefined if there is no such job
   * @throws CallError; with the code `undecided` if several may be it, to be asked again later
   */
  find(job: SoughtJob, signal: AbortSignal): Promise<string | undefined>
  /** @throws CallError; of a job that the provider does not know any more, one with the code `gone` */
  state(remote: string, signal: AbortSignal): Promise<BatchState>
  /** Yields the results of a job that has ended, of any file that it left, in any order, unknown ids and repetitions included. @throws CallError; `gone` if they are kept no more */
  results(remote: string, signal: AbortSignal): AsyncIterable<BatchResult | UnreadableResult>
  /** Asks for a job to be cancelled; what is done by then still comes as results. @throws CallError; `cannot-cancel` where there is no way */
  cancel(remote: string, signal: AbortSignal): Promise<void>
}

/** Nothing was created: the provider's queue for this model is full. */
export class QueueFull extends Error {
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, retryAfterMs?: number) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}
