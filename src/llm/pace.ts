// How many calls an endpoint gets at once: few at first, more as replies arrive, fewer when it is overloaded.

/** The number of calls to begin with, and the most. */
export interface PaceLimits {
  first: number
  most: number
}

/** At most this share of the time limit may pass before a reply, as if the server answered one call after the other. */
const SAFE_SHARE = 0.75
/** While it starts, a reply admits one more call, or this part of the replies that fit into the time limit if that is more. */
const STRIDE = 1 / 64
/** Overload is counted once in this time, because calls that were sent together fail together. */
const COOL_MS = 1_000

export class Pace {
  #limit: number
  #most: number
  #isStarting = true
  #cooledAt = -Infinity

  constructor({ first, most }: PaceLimits) {
    this.#limit = Math.min(first, most)
    this.#most = most
  }

  /** The most calls that may be in flight now. At least 1. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  /** Begins anew with other limits. */
  restart({ first, most }: PaceLimits): void {
    this.#most = most
    this.#limit = Math.min(first, most)
  }

  /**
   * Admits more calls after a reply, as far as a server that answers one call after the other would still keep its time limit. Replies far
   * below the limit admit many at once.
   * @param together calls in flight when this one was sent, itself included
   */
  answered(latencyMs: number, timeoutMs: number, together: number): void {
    if (this.#limit >= this.#most) return
    const times = (SAFE_SHARE * timeoutMs) / Math.max(latencyMs, 1)
    const safe = Math.min(this.#most, together * times)
    if (this.#limit >= safe) return
    const step = this.#isStarting ? Math.max(1, times * STRIDE) : Math.max(1 / this.#limit, 0.05)
    this.#limit = Math.min(safe, this.#limit + step)
  }

  /**
   * Halves the calls in flight.
   * @param answered after a time-out, the number of replies that arrived while the call waited: no more are sent at once
   */
  overloaded(answered = Infinity): void {
    const now = performance.now()
    this.#isStarting = false
    if (now - this.#cooledAt <= COOL_MS) return
    this.#cooledAt = now
    this.#limit = Math.max(1, Math.min(this.#limit / 2, answered))
  }
}
