// What models cost. A price that is neither in the lists of providers nor given is unknown, and unknown never counts as free.
import { UsageError } from '../base/errors.ts'
import type { Price, Usage } from './chat.ts'

/** The day of the list prices: when the version of `@pydantic/genai-prices` that they come with was published. */
export const PRICES_AS_OF = '2026-09-23'

/** Prices that the user gave: one per named model, and at most one for all models that have no list price. */
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

/** Says which names have a price and are of none of the models; undefined if all are. */
export function unusedPrices({ byModel }: GivenPrices, models: readonly string[]): string | undefined {
  const unused = [...byModel.keys()].filter((name) => !models.includes(name))
  return unused.length === 0
    ? undefined
    : `--price ${unused.join(' and ')}: no model of this run has this name; it has ${[...new Set(models)].join(' and ')}`
}

/** Returns the price given for the model, else its list price, else the one given for all others; undefined if unknown. */
export async function priceOf(model: string, given: GivenPrices, endpoint?: string): Promise<Price | undefined> {
  const named = given.byModel.get(model)
  if (named) return named
  const { listPrice } = await import('./list-prices.ts')
  return listPrice(model, endpoint) ?? given.others
}

/**
 * Returns the price of a model in batch at a provider, as `--batch` names it: the one given for the model, else the list price of its batches,
 * else the one given for all others; undefined if unknown. It is never taken to be half of the price online.
 */
export async function batchPriceOf(model: string, given: GivenPrices, provider: string): Promise<Price | undefined> {
  const named = given.byModel.get(model)
  if (named) return named
  const { listBatchPrice } = await import('./batch-prices.ts')
  return listBatchPrice(model, provider) ?? given.others
}

/** Returns the cost of a call in billionths of a US dollar; null if the price or the token counts are unknown. */
export function costOf(price: Price | undefined, usage: Usage | undefined): number | null {
  if (price === undefined || (price.input === 0 && price.output === 0)) return price === undefined ? null : 0
  if (usage === undefined) return null
  const { input, output } = price.long !== undefined && usage.input >= price.long.from ? price.long : price
  return Math.round((usage.input * input + usage.output * output) * NANO_PER_TOKEN)
}

/** 1 dollar per million tokens is 1,000 billionths of a dollar per token. */
const NANO_PER_TOKEN = 1000

export const NANO_PER_DOLLAR = 1e9
