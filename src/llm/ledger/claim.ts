// The claims of requests that are being sent, so that processes that share a ledger pay for a reply once and share one cap.
import type { RequestSource } from '../chat.ts'

/** A request about to be sent. Money is in billionths of a US dollar. */
export interface Claim {
  /** From `requestKey`. */
  key: Buffer
  run: string
  /** The most that it can cost; 0 if its price is unknown. */
  amount: number
  /** The most that the run may cost over all processes, counted like `spent`; undefined without a cap. */
  cap: number | undefined
  /** Set where the request is to be part of a batch job: it is then claimed until the job is over, whatever becomes of this process. */
  batch?: BatchClaim
}

/** What is kept of a request in a batch job, so that its result can be stored by anyone. */
interface BatchClaim {
  id: string
  /** Where it comes from, its sample number and attempt. */
  about: BatchedSource
  /** How often a request without a result may be sent in all. */
  mostAttempts: number
}

export type BatchedSource = Pick<RequestSource, 'method' | 'stage' | 'prompt' | 'row' | 'attempt'> & {
  sample: number
  /** Bytes of its messages. */
  promptBytes: number
}

/**
 * The answer to a claim: it is `granted`; its reply has arrived in the meantime (`answered`); another process is sending the same request
 * (`elsewhere`); it is in an open batch job (`batched`); it has been in as many jobs of its run as it may (`given-up`, with its last failure); or the
 * cap leaves no room for it beside what is `spent` and what is `held` for calls in flight and open jobs.
 */
export type ClaimAnswer =
  | { state: 'granted' | 'answered' | 'elsewhere' | 'batched' }
  | { state: 'given-up'; code: string; message: string }
  | { state: 'no-room'; spent: number; held: number }

/** A call that ended without a reply. */
export interface Release {
  key: Buffer
  run: string
  /** What it may have cost nevertheless. */
  unsettled: number
  /** Set for a request of a batch job: how it ended. */
  batch?: {
    id: string
    end: 'failed' | 'missing'
    /** Whether it counts as one of the attempts that the request has. */
    isAttempt: boolean
    code: string
    message: string
  }
}
