// Opens the models of a run and ensures that their cost can be known before anything is sent.
import { UsageError } from '../base/errors.ts'
import type { Route } from '../llm/ask.ts'
import { beginningWith, noticeOf, USUAL_CONCURRENCY } from '../llm/begin.ts'
import type { Hooks } from '../base/hooks.ts'
import { consentOf } from '../hub/consent.ts'
import { modelNameOf, type ChatModel } from '../llm/chat.ts'
import { isGguf, isServed, openModel, publicModelName } from '../llm/models.ts'
import { parsePrices, priceOf, PRICES_AS_OF, unusedPrices, type GivenPrices } from '../llm/prices.ts'
import { NEVER_MS, Scheduler } from '../llm/scheduler.ts'
import type { MethodPlan, ModelKind, NamedModel } from '../method/definition.ts'
import { assertWrites, batchSide, openBatchApi, type BatchSide } from './batch-side.ts'
import type { CallValues } from './options.ts'
import type { NamedChatModel } from '../encoders/scorer-model.ts'

export interface Models {
  /** The model of each stage, and the scheduler that it shares with others of its endpoint. */
  routes: Map<string, Route>
  schedulers: Scheduler[]
  /** The most calls in flight at all servers together. */
  callsAtOnce: number
  /** Identity by stage. */
  identities: Record<string, string>
  /** Model by stage as the user named it, without credentials. */
  named: Record<string, NamedModel>
  /** What is asked by batch jobs; undefined without them. */
  batch: BatchSide | undefined
  /** Ends waiting for limits and frees what the models hold. Nothing can be asked afterwards. */
  close(): Promise<void>
}

/** @throws UsageError if a model cannot be opened, or a cap is set and a price is unknown */
export async function openModels(
  { stages }: MethodPlan,
  options: CallValues,
  hooks: Hooks,
  willSend = true,
): Promise<Models> {
  const { env = process.env, onNotice = () => undefined } = hooks
  if (options.batch !== undefined)
    assertWrites(
      options.batch,
      stages.map(({ kind }) => kind),
    )
  const batchApi = options.batch === undefined ? undefined : await openBatchApi(options.batch, env, willSend)
  const consent = consentOf(options, hooks)
  const prices = parsePrices(options.price)
  const { concurrency = USUAL_CONCURRENCY, maxRetries } = options
  const timeoutMs = options.timeout * 1000
  const open: Record<ModelKind, (name: string) => Promise<NamedChatModel>> = {
    chat: async (name) => ({
      name: publicModelName(name),
      model: await openModel(name, prices, batchApi?.env ?? env, willSend && !batchApi?.isOffline, consent, {
        ...options,
        onNotice,
      }),
    }),
    scorer: async (name) => {
      const { openScorerModel } = await import('../encoders/scorer-model.ts')
      return openScorerModel(name, { prices, env, willSend, consent, concurrency, onNotice })
    },
  }
  if (options.serviceTier !== undefined) assertServed(stages)
  if (options.threads !== undefined) assertHere(stages)
  const models = new Map<string | ChatModel, NamedChatModel>()
  for (const each of stages) {
    const { model, kind } = each
    if (models.has(keyOf(each))) continue
    models.set(keyOf(each), typeof model === 'string' ? await open[kind](model) : await brought(model, prices))
  }
  const unused = unusedPrices(
    prices,
    [...models.values()].map(({ model }) => modelNameOf(model)),
  )
  if (unused !== undefined && willSend) onNotice(unused)
  const kinds = new Map(stages.map(({ stage, kind }) => [stage, kind]))
  const opened = stages.map((each) => ({ stage: each.stage, ...(models.get(keyOf(each)) as NamedChatModel) }))
  const batch = batchApi && (await batchSide(batchApi, opened, prices, kinds))
  if (options.maxUsd !== undefined) {
    if (batch !== undefined) assertPriced([...batch.models.values()], batch.provider.name)
    assertPriced(opened.map(({ model }) => model))
  }

  const schedulers = new Map<string, Scheduler>()
  const schedulerOf = (model: ChatModel): Scheduler => {
    const { endpoint, atOnce, places = 1 } = model
    const settings = {
      concurrency: concurrency * places,
      maxRetries,
      timeoutMs,
      onNotice,
      begin: beginOf(model, options, onNotice),
    }
    const inProcess = atOnce !== undefined && { concurrency: Math.min(atOnce, concurrency), timeoutMs: NEVER_MS }
    const scheduler = schedulers.get(endpoint) ?? new Scheduler({ ...settings, ...inProcess })
    schedulers.set(endpoint, scheduler)
    return scheduler
  }
  const routes = new Map(opened.map(({ stage, model }) => [stage, { model, scheduler: schedulerOf(model) }]))
  const identities = Object.fromEntries(opened.map(({ stage, model }) => [stage, model.identity]))
  const named = Object.fromEntries(opened.map(({ stage, name, model: { identity } }) => [stage, { name, identity }]))
  const close = async () => {
    for (const scheduler of schedulers.values()) scheduler.close()
    for (const { model } of models.values()) await model.close?.()
  }
  const callsAtOnce = [...schedulers.values()].reduce((sum, { most }) => sum + most, 0)
  return { routes, schedulers: [...schedulers.values()], callsAtOnce, identities, named, batch, close }
}

/** Returns what finds out, before the first call, with how many calls a server begins; undefined for models without a server. */
function beginOf(model: ChatModel, { concurrency }: CallValues, onNotice: (sentence: string) => void) {
  if (model.capacity === undefined) return undefined
  return async () => {
    const capacity = await model.capacity?.()
    const limits = beginningWith(capacity, concurrency, model.places)
    const notice = capacity && noticeOf(model.endpoint, capacity, limits.most)
    if (notice !== undefined) onNotice(notice)
    return limits
  }
}

/** @throws UsageError when a model has no server that knows of tiers */
function assertServed(stages: MethodPlan['stages']): void {
  for (const { model, kind } of stages) {
    if (typeof model === 'string' && kind === 'chat' && isServed(model)) continue
    const name = typeof model !== 'string' ? model.identity : kind === 'chat' ? publicModelName(model) : model
    throw new UsageError(`--service-tier: ${kind === 'chat' ? name : 'a scorer'} has none`, {
      hint: 'It is sent to OpenAI-compatible servers of models that write: MODEL, or MODEL@BASE_URL.',
    })
  }
}

/** @throws UsageError when no model computes in this process on threads of its own */
function assertHere(stages: MethodPlan['stages']): void {
  if (stages.some(({ model, kind }) => kind === 'chat' && typeof model === 'string' && isGguf(model))) return
  throw new UsageError('--threads: no model of this run is a gguf: model', {
    hint: 'A server has its own setting: -t N of llama.cpp, num_thread of an Ollama model.',
  })
}

/** A name may mean one thing as a chat model and another as a scorer. */
const keyOf = ({ model, kind }: MethodPlan['stages'][number]) =>
  typeof model === 'string' ? `${kind} ${model}` : model

/** Wraps a model supplied by a program. Its creator closes it. Its price is its own, else that of its name. */
async function brought(model: ChatModel, prices: GivenPrices): Promise<NamedChatModel> {
  const { identity, endpoint, price, atOnce } = model
  const name = modelNameOf(model)
  return {
    name: identity,
    model: {
      identity,
      endpoint,
      price: price ?? (await priceOf(name, prices)),
      ...(atOnce !== undefined && { atOnce }),
      complete: (request, signal) => model.complete(request, signal),
    },
  }
}

/** @param batch the provider, where prices in batch are meant */
function assertPriced(models: readonly Pick<ChatModel, 'identity' | 'price'>[], batch?: string): void {
  const unpriced = models.filter(({ price }) => price === undefined).map(({ identity }) => identity)
  if (unpriced.length === 0) return
  const where = batch === undefined ? '' : batch === 'files' ? ' at the engine of the files' : ` in batch at ${batch}`
  const names = [...new Set(unpriced)].join(' and ')
  throw new UsageError(
    `--max-usd needs the price of ${names}${where}; there is no built-in price (list of ${PRICES_AS_OF})`,
    { hint: `Give it with --price ${unpriced[0]}=IN/OUT, in US dollars per million tokens.` },
  )
}
