// The list prices of batch APIs. Nothing is derived from the price online: what the lists do not name is unknown.
import { BATCH_RATES } from './batch-rates.ts'
import type { Price } from './chat.ts'
import { listPrice } from './list-prices.ts'

/** Names of providers in the lists, where it is another than that of `--batch`. */
const LISTED_AS: Readonly<Record<string, string>> = { gemini: 'google' }

/** OpenRouter lists what a model costs in batch as a model of its own. */
const ROUTER = { name: 'openrouter', endpoint: 'https://openrouter.ai/api/v1', suffix: ':batch' }

/** Returns what a model costs in batch at a provider, as `--batch` names it: the dearest of what is listed; undefined if unknown. */
export function listBatchPrice(model: string, provider: string): Price | undefined {
  if (provider === ROUTER.name) return listPrice(model + ROUTER.suffix, ROUTER.endpoint)
  const listed = (BATCH_RATES[LISTED_AS[provider] ?? provider] ?? '').split('\n').flatMap((line) => {
    const [rates = '', names] = line.split(' : ')
    return names?.split(' ').includes(model.toLowerCase()) ? [priceIn(rates)] : []
  })
  return listed.toSorted((a, b) => b.input + b.output - (a.input + a.output))[0]
}

function priceIn(rates: string): Price {
  const [input = 0, output = 0, from, longInput = 0, longOutput = 0] = rates.split(' ').map(Number)
  return { input, output, ...(from !== undefined && { long: { from, input: longInput, output: longOutput } }) }
}
