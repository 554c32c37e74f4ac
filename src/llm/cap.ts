// The hard cap on spending: the worst-case cost of a call is reserved in the ledger before it is sent, and replaced by the actual cost once
// known.
import type { ChatRequest, Price } from './chat.ts'
import { StopRun } from './errors.ts'
import { costOf, NANO_PER_DOLLAR } from './prices.ts'

/** Amounts are in billionths of a US dollar. */
export interface Cap {
  /** The most that the run may cost over all its starts. */
  most: number
  /** Spending that the ledger has no price for: replies of earlier starts whose prices were unknown. */
  unrecorded: number
}

/** Returns the error that explains why the next call is not sent. */
export function exhausted(cap: Cap, spent: number, amount: number): StopRun {
  return new StopRun(
    'budget',
    `the cap of ${dollars(cap.most)} is reached: ${dollars(spent + cap.unrecorded)} spent on this run, ` +
      `and the next call could cost up to ${dollars(amount)}`,
    {
      hint: 'Run the same command with a higher --max-usd to resume; replies so far are in the ledger and are not paid for twice.',
    },
  )
}

const dollars = (nano: number) => `$${(nano / NANO_PER_DOLLAR).toFixed(4)}`

/** Tokens that a chat template may add per message and per conversation. */
const PER_MESSAGE = 16
const PER_REQUEST = 64

/** Returns the most that a call can cost, in billionths of a US dollar. A tokenizer never produces more tokens than bytes. */
export function worstCase(request: ChatRequest, price: Price): number {
  const input = request.messages.reduce(
    (sum, { content }) => sum + Buffer.byteLength(content) + PER_MESSAGE,
    PER_REQUEST,
  )
  return costOf(price, { input, output: request.maxTokens, cached: 0, reasoning: 0 }) ?? 0
}
