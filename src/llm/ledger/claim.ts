// The claims of requests that are being sent, so that processes that share a ledger pay for a reply once and share one cap.

/** A request about to be sent. Money is in billionths of a US dollar. */
export interface Claim {
  /** From `requestKey`. */
  key: Buffer
  run: string
  /** The most that it can cost; 0 if its price is unknown. */
  amount: number
  /** The most that the run may cost over all processes, counted like `spent`; undefined without a cap. */
  cap: number | undefined
}

/**
 * The answer to a claim: it is `granted`; its reply has arrived in the meantime (`answered`); another process is sending the same request
 * (`elsewhere`); or the cap leaves no room for it beside what is `spent` and what is `held` for calls in flight.
 */
export type ClaimAnswer =
  | { state: 'granted' | 'answered' | 'elsewhere' }
  | { state: 'no-room'; spent: number; held: number }

/** A call that ended without a reply. */
export interface Release {
  key: Buffer
  run: string
  /** What it may have cost nevertheless. */
  unsettled: number
}
