// The models of a run as a batch API serves them.
import type { Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'
import type { BatchedModel } from '../llm/batch/collector.ts'
import { filesProvider } from '../llm/batch/files.ts'
import type { BatchProvider } from '../llm/batch/provider.ts'
import { batchPriceOf, type GivenPrices } from '../llm/prices.ts'
import type { ChatModel } from '../llm/chat.ts'
import type { ModelKind } from '../method/definition.ts'
import { batchFolder } from './gather/batch-settings.ts'

export interface BatchSide {
  provider: BatchProvider
  /** By stage; scorers are not asked by batch. */
  models: Map<string, BatchedModel>
}

interface BatchApi {
  provider: BatchProvider
  /** The environment in which models without an address are those of the provider. */
  env: Environment
  /** Where those are; undefined for files, which any engine answers. */
  online?: string
  /** Whether no server is asked at all. */
  isOffline: boolean
}

/** @param batch as in `--batch` @throws UsageError if there is no such provider, or its key is not set */
export async function openBatchApi(batch: string, env: Environment, willSend = true): Promise<BatchApi> {
  const folder = batchFolder(batch)
  if (folder !== undefined) return { provider: filesProvider(folder), env: withOneProvider(env), isOffline: true }
  const { openProvider } = await import('../llm/batch/providers/index.ts')
  return { ...openProvider(batch, env, willSend), isOffline: false }
}

/** Where no server is asked, it does not matter whether OpenAI or Azure would be. */
function withOneProvider({ AZURE_OPENAI_ENDPOINT, ...env }: Environment): Environment {
  return env['OPENAI_API_KEY'] ? env : { ...env, AZURE_OPENAI_ENDPOINT }
}

/** @throws UsageError if no model writes: scorers are asked one by one */
export function assertWrites(batch: string | true, kinds: readonly ModelKind[]): void {
  if (kinds.includes('chat')) return
  throw new UsageError(
    `--batch${batch === true ? '' : ` ${batch}`}: the method asks no model that writes, so there is nothing to batch`,
  )
}

/** @throws UsageError if a model that writes is not on a server, or on another than the provider's */
export async function batchSide(
  { provider, online }: BatchApi,
  opened: readonly { stage: string; name: string; model: ChatModel }[],
  prices: GivenPrices,
  kinds: ReadonlyMap<string, ModelKind>,
): Promise<BatchSide> {
  const models = new Map<string, BatchedModel>()
  for (const { stage, name, model } of opened) {
    if (kinds.get(stage) !== 'chat') continue
    const { inBatch, identity } = model
    if (inBatch === undefined) {
      throw new UsageError(`--batch ${provider.name}: ${name} is not asked over a server`, {
        hint: 'Name a model of the provider, as in --judge MODEL; for files:DIR, the name by which the engine serves it.',
      })
    }
    if (online !== undefined) assertAt(provider.name, online, name, model)
    const price = await batchPriceOf(inBatch.name, prices, provider.name)
    models.set(stage, { name: inBatch.name, identity, price, body: (request) => inBatch.body(request) })
  }
  return { provider, models }
}

/** What is asked of a server of one's own goes to no provider. @throws UsageError if a model is not where the provider's are */
export function assertAt(batch: string, place: string, name: string, { endpoint }: Pick<ChatModel, 'endpoint'>): void {
  if (endpoint === place) return
  throw new UsageError(`--batch ${batch}: ${name} has an address of its own, and batch jobs go to ${place}`, {
    hint:
      'Leave out the address to have the model of that name asked at the provider. A server of your own is asked without --batch, ' +
      'or with --batch files:DIR.',
  })
}
