// What can go wrong between asking a model and holding its reply.
import { WinnowError, type ErrorDetails } from '../base/errors.ts'

/**
 * What to do about a failed attempt:
 * `retry` it; `give-up` on this request alone; `stop` the run; `split` the request, it is longer than the model's context.
 */
type Remedy = 'retry' | 'give-up' | 'stop' | 'split'

export interface CallErrorDetails extends ErrorDetails {
  remedy: Remedy
  /** HTTP status, where there was an answer. */
  status?: number
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number
  /** Whether the server says that it has too much to do. */
  overload?: boolean
  /** Whether the provider may have done, and billed, the work although no reply came. */
  maybeBilled?: boolean
}

/** An attempt that gave no reply. Never stored as one. */
export class CallError extends WinnowError {
  readonly details: CallErrorDetails
  override readonly isRetryable: boolean

  constructor(code: string, message: string, details: CallErrorDetails) {
    super(code, message, details)
    this.details = details
    this.isRetryable = details.remedy === 'retry'
  }
}

/** The ledger, asked alone, has no reply to this request. */
export class MissingReply extends WinnowError {
  constructor(message: string) {
    super('missing-reply', message)
  }
}

/** The run must end now, cleanly: the budget is used up, the key is refused, the endpoint is gone. */
export class StopRun extends WinnowError {
  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(code, message, details)
  }
}
