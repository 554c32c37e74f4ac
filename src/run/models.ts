// Opens the models of a run and sees to it that what they may cost can be told before anything is sent.
import { UsageError } from '../errors.ts'
import type { Route } from '../llm/ask.ts'
import type { ChatModel } from '../llm/chat.ts'
import { openModel } from '../llm/models.ts'
import { parsePrices, PRICES_AS_OF } from '../llm/prices.ts'
import { Scheduler } from '../llm/scheduler.ts'
import type { MethodPlan } from '../methods/definition.ts'
import type { CallValues } from './options.ts'

export interface Models {
  /** Stage → model and the scheduler that it shares with others of its endpoint. */
  routes: Map<string, Route>
  schedulers: Scheduler[]
  /** Stage → identity. */
  identities: Record<string, string>
}

/** @throws UsageError when a model cannot be opened, or a cap is set and a price is unknown. */
export async function openModels(
  { stages }: MethodPlan,
  options: CallValues,
  { env = process.env, willSend = true }: { env?: Record<string, string | undefined>; willSend?: boolean } = {},
): Promise<Models> {
  const prices = parsePrices(options.price)
  const opened: { stage: string; model: ChatModel }[] = []
  for (const { stage, model } of stages) opened.push({ stage, model: await openModel(model, prices, env, willSend) })
  if (options.maxUsd !== undefined) assertPriced(opened.map(({ model }) => model))

  const schedulers = new Map<string, Scheduler>()
  const settings = {
    concurrency: options.concurrency,
    maxRetries: options.maxRetries,
    timeoutMs: options.timeout * 1000,
  }
  const schedulerOf = ({ endpoint }: ChatModel): Scheduler => {
    const scheduler = schedulers.get(endpoint) ?? new Scheduler(settings)
    schedulers.set(endpoint, scheduler)
    return scheduler
  }
  const routes = new Map(opened.map(({ stage, model }) => [stage, { model, scheduler: schedulerOf(model) }]))
  const identities = Object.fromEntries(opened.map(({ stage, model }) => [stage, model.identity]))
  return { routes, schedulers: [...schedulers.values()], identities }
}

function assertPriced(models: ChatModel[]): void {
  const unpriced = models.filter(({ price }) => price === undefined).map(({ identity }) => identity)
  if (unpriced.length === 0) return
  throw new UsageError(
    `--max-usd needs the price of ${[...new Set(unpriced)].join(' and ')}, which is not in the table of ${PRICES_AS_OF}`,
    {
      hint: `Give it with --price ${unpriced[0]}=IN/OUT, in US dollars per million tokens.`,
    },
  )
}
