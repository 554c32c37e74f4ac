// What models cost. A price that is neither in the table nor given is unknown, and unknown never counts as free.
import { UsageError } from '../base/errors.ts'
import type { Price, Usage } from './chat.ts'

/** The date of the table below. */
export const PRICES_AS_OF = '2025-05-21'

/** US dollars per million tokens, online, list price. Names must match exactly, because dated snapshots may cost something else. */
const TABLE: Record<string, Price> = {
  'gpt-4o-mini': { input: 0.15, output: 0.6 },
  'gpt-4o': { input: 2.5, output: 10 },
  'gpt-4.1': { input: 2, output: 8 },
  'gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, output: 0.4 },
  'o3-mini': { input: 1.1, output: 4.4 },
  'o4-mini': { input: 1.1, output: 4.4 },
  o1: { input: 15, output: 60 },
}

/** Prices that the user gave: one per named model, and at most one for all models that are not in the table. */
export interface GivenPrices {
  byModel: Map<string, Price>
  others: Price | undefined
}

/** Reads `IN/OUT` and `MODEL=IN/OUT`. @throws UsageError naming the value and the two forms. */
export function parsePrices(texts: readonly string[]): GivenPrices {
  const given: GivenPrices = { byModel: new Map(), others: undefined }
  for (const text of texts) {
    const match = /^(?:(.+)=)?(\d+(?:\.\d+)?|\.\d+)\/(\d+(?:\.\d+)?|\.\d+)$/.exec(text.trim())
    if (!match) {
      throw new UsageError(
        `--price ${JSON.stringify(text)}: allowed: IN/OUT or MODEL=IN/OUT, in US dollars per million tokens, such as 0.15/0.60`,
      )
    }
    const price = { input: Number(match[2]), output: Number(match[3]) }
    if (match[1] !== undefined) given.byModel.set(match[1], price)
    else if (given.others) throw new UsageError('--price IN/OUT was given twice; name the models: MODEL=IN/OUT')
    else given.others = price
  }
  return given
}

/** Returns the price given for the model, else the one in the table, else the one given for all others; undefined if unknown. */
export function priceOf(model: string, given: GivenPrices): Price | undefined {
  return given.byModel.get(model) ?? TABLE[model] ?? given.others
}

/** Returns the cost of a call in billionths of a US dollar; null if the price or the token counts are unknown. */
export function costOf(price: Price | undefined, usage: Usage | undefined): number | null {
  if (price === undefined || (price.input === 0 && price.output === 0)) return price === undefined ? null : 0
  return usage === undefined
    ? null
    : Math.round((usage.input * price.input + usage.output * price.output) * NANO_PER_TOKEN)
}

/** 1 dollar per million tokens is 1,000 billionths of a dollar per token. */
const NANO_PER_TOKEN = 1000

export const NANO_PER_DOLLAR = 1e9
