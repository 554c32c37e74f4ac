// The list prices of providers, from the data of `@pydantic/genai-prices`; nothing is downloaded. What is chosen is never below the bill.
import { calcPrice, findProvider, type MatchLogic, type ModelPrice } from '@pydantic/genai-prices'
import type { Price } from './chat.ts'

type Rate = ModelPrice[string]

/** Whose names count at a place that is no provider's own, such as a proxy. */
const USUAL = 'openai'
/** Models that anyone may serve: elsewhere than at a provider, their price is not the list's. */
const OPEN_WEIGHTS = /^gpt-oss/
/** Its caches are only written when a request asks for it, and none does. */
const CACHES_ON_DEMAND = 'anthropic'
const HOUR_MS = 3_600_000

/** Returns what a model costs at an endpoint (default: OpenAI's), at the dearest hour of the next day; undefined if unknown. */
export function listPrice(model: string, endpoint: string | undefined): Price | undefined {
  const provider = endpoint === undefined ? undefined : findProvider({ providerApiUrl: endpoint })
  if (provider === undefined && OPEN_WEIGHTS.test(model)) return undefined
  const hours = Array.from({ length: 24 }, (_, hour) => new Date(Date.now() + hour * HOUR_MS))
  const prices = hours.map((hour) => priceAt(model, provider?.id ?? USUAL, hour))
  if (!prices.every((price) => price !== undefined)) return undefined
  const long = prices.flatMap((price) => price.long ?? [])
  return {
    ...dearest(prices),
    ...(long.length > 0 && { long: { ...dearest(long), from: Math.min(...long.map(({ from }) => from)) } }),
  }
}

/** Whether an endpoint is a provider's own server. */
export const isProvider = (endpoint: string): boolean => findProvider({ providerApiUrl: endpoint }) !== undefined

const dearest = (prices: readonly { input: number; output: number }[]) => ({
  input: Math.max(...prices.map(({ input }) => input)),
  output: Math.max(...prices.map(({ output }) => output)),
})

function priceAt(name: string, providerId: string, timestamp: Date): Price | undefined {
  const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, name, { providerId, timestamp })
  if (!found || !(found.model.id === name || isNamed(found.model.match, name))) return undefined
  const { input_mtok: input, output_mtok: output, cache_write_mtok: cached } = found.model_price
  if (input === undefined) return undefined
  const inputs = providerId === CACHES_ON_DEMAND ? [input] : [input, cached]
  const price = { input: most(inputs.map(first)), output: first(output) }
  const starts = [...inputs, output].flatMap((rate) => tiersOf(rate).map(({ start }) => start))
  if (starts.length === 0) return price
  return { ...price, long: { from: Math.min(...starts), input: most(inputs.map(last)), output: last(output) } }
}

const most = (values: readonly number[]) => Math.max(...values)
const tiersOf = (rate: Rate) => (typeof rate === 'object' ? rate.tiers : [])
const first = (rate: Rate): number => (typeof rate === 'object' ? rate.base : (rate ?? 0))
const last = (rate: Rate): number => most([first(rate), ...tiersOf(rate).map(({ price }) => price)])

/** Whether a list names the model itself: a name that only begins alike may cost something else. */
function isNamed(match: MatchLogic, name: string): boolean {
  if ('equals' in match) return match.equals.toLowerCase() === name.toLowerCase()
  return 'or' in match && match.or.some((each) => isNamed(each, name))
}
