// The hard cap on spending: the worst case of a call is reserved before it is sent and replaced by its cost when it is known.
import type { ChatRequest, Price } from './chat.ts'
import { StopRun } from './errors.ts'
import { costOf, NANO_PER_DOLLAR } from './prices.ts'

/** Money set aside for one call. Settle it exactly once. */
export interface Reservation {
  /** Billionths of a US dollar. */
  amount: number
  settle(cost: number): void
}

interface Waiter {
  amount: number
  resolve: (reservation: Reservation) => void
  reject: (error: Error) => void
}

/** Amounts are in billionths of a US dollar; `cap` undefined means no limit. */
export class Budget {
  readonly cap: number | undefined
  #spent: number
  #reserved = 0
  #waiting: Waiter[] = []

  constructor(cap: number | undefined, spent = 0) {
    this.cap = cap
    this.#spent = spent
  }

  get spent(): number {
    return this.#spent
  }

  /** Sets money aside; waits while calls in flight may still give some back. @throws StopRun when it can never fit. */
  reserve(amount: number): Promise<Reservation> {
    if (this.#waiting.length === 0 && this.#fits(amount)) return Promise.resolve(this.#take(amount))
    if (this.#reserved === 0) return Promise.reject(this.#exhausted(amount))
    return new Promise((resolve, reject) => this.#waiting.push({ amount, resolve, reject }))
  }

  #fits(amount: number): boolean {
    return this.cap === undefined || this.#spent + this.#reserved + amount <= this.cap
  }

  #take(amount: number): Reservation {
    this.#reserved += amount
    let open = true
    return {
      amount,
      settle: (cost) => {
        if (!open) throw new Error('a reservation was settled twice')
        open = false
        this.#reserved -= amount
        this.#spent += cost
        this.#wake()
      },
    }
  }

  #wake(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#fits(next.amount)) {
        this.#waiting.shift()
        next.resolve(this.#take(next.amount))
      } else if (this.#reserved === 0) {
        this.#waiting.shift()
        next.reject(this.#exhausted(next.amount))
      } else return
    }
  }

  #exhausted(amount: number): StopRun {
    const cap = this.cap ?? 0
    return new StopRun(
      'budget',
      `the cap of ${dollars(cap)} is reached: ${dollars(this.#spent)} spent on this run, ` +
        `and the next call could cost up to ${dollars(amount)}`,
      {
        hint: 'Run the same command with a higher --max-usd: it goes on where this one stopped and pays for nothing twice.',
      },
    )
  }
}

const dollars = (nano: number) => `$${(nano / NANO_PER_DOLLAR).toFixed(4)}`

/** Tokens that a chat template may add around a message and a conversation. */
const PER_MESSAGE = 16
const PER_REQUEST = 64

/** The most that a call can cost, in billionths of a US dollar. No tokenizer makes more tokens than there are bytes. */
export function worstCase(request: ChatRequest, price: Price): number {
  const input = request.messages.reduce(
    (sum, { content }) => sum + Buffer.byteLength(content) + PER_MESSAGE,
    PER_REQUEST,
  )
  return costOf(price, { input, output: request.maxTokens, cached: 0, reasoning: 0 }) ?? 0
}
