// What the calls of a plan cost: online, and in batch at a provider.
import { modelNameOf, type ChatModel, type Price } from '../../llm/chat.ts'
import { BATCH_PRICES_AS_OF } from '../../llm/batch-rates.ts'
import { batchPriceOf, type GivenPrices, NANO_PER_DOLLAR } from '../../llm/prices.ts'
import type { Weights } from './totals.ts'

/** Prices of all stages. */
export interface Tariff {
  /** By stage; undefined where it is unknown. */
  prices: ReadonlyMap<string, Price | undefined>
}

export interface BatchTariff extends Tariff {
  /** As in `--batch`; undefined if the place of a model is no provider with batches that Winnow knows. */
  provider: string | undefined
  /** Other providers whose lists have every model that has no price here. */
  listedAt: string[]
  asOf: string
}

/** Providers of batches by the host of their usual interface. */
const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/^api\.openai\.com$/, 'openai'],
  [/\.openai\.azure\.com$/, 'azure'],
  [/^api\.anthropic\.com$/, 'anthropic'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini'],
  [/^api\.mistral\.ai$/, 'mistral'],
  [/^api\.together\.(xyz|ai)$/, 'together'],
  [/^openrouter\.ai$/, 'openrouter'],
]

/** Returns the provider of batches at whose place a model is asked; undefined elsewhere. */
function providerAt(endpoint: string): string | undefined {
  const host = URL.parse(endpoint)?.hostname ?? ''
  return HOSTS.find(([pattern]) => pattern.test(host))?.[1]
}

export async function batchTariff(
  models: ReadonlyMap<string, ChatModel>,
  given: GivenPrices,
  named: string | undefined,
): Promise<BatchTariff> {
  const providers = new Set([...models.values()].map(({ endpoint }) => named ?? providerAt(endpoint)))
  const [only] = providers.size === 1 ? providers : []
  // What answers files is a server of one's own.
  const provider = only?.startsWith('files:') ? undefined : only
  const prices = new Map<string, Price | undefined>()
  for (const [stage, model] of models) {
    prices.set(stage, provider === undefined ? undefined : await batchPriceOf(modelNameOf(model), given, provider))
  }
  const unpriced = [...models].flatMap(([stage, model]) => (prices.get(stage) ? [] : [modelNameOf(model)]))
  const listedAt = unpriced.length === 0 ? [] : await providersOf(unpriced)
  return { provider, prices, listedAt, asOf: BATCH_PRICES_AS_OF }
}

/** Returns the providers that list a price in batch for every one of the models. */
async function providersOf(models: readonly string[]): Promise<string[]> {
  const { listBatchPrice } = await import('../../llm/batch-prices.ts')
  return HOSTS.map(([, provider]) => provider).filter((provider) =>
    models.every((model) => listBatchPrice(model, provider) !== undefined),
  )
}

/** Whether each stage that has calls has a price. */
export const isPriced = ({ prices }: Tariff, stages: readonly string[]): boolean =>
  stages.every((stage) => prices.get(stage) !== undefined)

/** Returns the weights that make tokens dollars, at the price of short inputs. @param only one stage; default: all */
export const costWeights =
  ({ prices }: Tariff, scale: ReadonlyMap<string, number>, only?: string): Weights =>
  (stage) => {
    const price = only === undefined || only === stage ? prices.get(stage) : undefined
    if (price === undefined) return {}
    return { input: ((scale.get(stage) ?? 1) * price.input) / PER_MILLION, output: price.output / PER_MILLION }
  }

const PER_MILLION = NANO_PER_DOLLAR / 1000
