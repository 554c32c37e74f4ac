// What can go wrong between asking a model and having its reply.
import { WinnowError, type ErrorDetails } from '../base/errors.ts'

/**
 * What to do about a failed attempt: `retry` it; `give-up` on this request alone; `stop` the run; `split` a request that is longer than the
 * model's context.
 */
type Remedy = 'retry' | 'give-up' | 'stop' | 'split'

export interface CallErrorDetails extends ErrorDetails {
  remedy: Remedy
  /** HTTP status, if there was an answer. */
  status?: number
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number
  /** Whether the server says that it is overloaded. */
  overload?: boolean
  /** Whether the provider may have done, and billed, the work although no reply arrived. */
  maybeBilled?: boolean
}

/** An attempt that got no reply. Never stored as a reply. */
export class CallError extends WinnowError {
  readonly details: CallErrorDetails
  override readonly isRetryable: boolean

  constructor(code: string, message: string, details: CallErrorDetails) {
    super(code, message, details)
    this.details = details
    this.isRetryable = details.remedy === 'retry'
  }
}

/** The ledger, used without a model, has no reply to this request. */
export class MissingReply extends WinnowError {
  constructor(message: string) {
    super('missing-reply', message)
  }
}

/** A reply that should be in the ledger is not there: the run has to ask for it. */
export class NotStored extends Error {}

/** The run must end now, cleanly: the budget is used up, the key is refused, or the endpoint is gone. */
export class StopRun extends WinnowError {
  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(code, message, details)
  }
}
