// How long a run will take: online, in batch, and on GPUs of one's own.
import type { Totals, Figure, Weights } from './totals.ts'

export interface Limits {
  /** Calls and tokens a minute that a provider allows for each model. */
  rpm: number | undefined
  tpm: number | undefined
  /** Calls in flight at each endpoint. */
  concurrency: number
}

/** Where the calls of a stage go. */
export interface StagePlace {
  stage: string
  model: string
  endpoint: string
}

export interface OnlineHours {
  hours: Figure | null
  /** What they follow from, in words. */
  from: string[]
}

const HOUR = 3600

/** @param seconds whether the times of replies were measured */
export function onlineHours(
  totals: Totals,
  places: readonly StagePlace[],
  limits: Limits,
  hasTimes: boolean,
): OnlineHours {
  const figures: Figure[] = []
  const from: string[] = []
  if (hasTimes) {
    const byEndpoint = [...new Set(places.map(({ endpoint }) => endpoint))]
    const ofPlace = (endpoint: string): Weights => {
      const stages = places.filter((each) => each.endpoint === endpoint).map(({ stage }) => stage)
      return (stage) => (stages.includes(stage) ? { seconds: 1 / limits.concurrency / HOUR } : {})
    }
    figures.push(slowest(byEndpoint.map((endpoint) => totals.figure(ofPlace(endpoint)))))
    from.push(`replies as slow as the measured ones, ${limits.concurrency} calls at once`)
  }
  const models = [...new Set(places.map(({ model }) => model))]
  const ofModel = (model: string, weights: ReturnType<Weights>): Weights => {
    const stages = places.filter((each) => each.model === model).map(({ stage }) => stage)
    return (stage) => (stages.includes(stage) ? weights : {})
  }
  if (limits.rpm !== undefined) {
    const each = 1 / limits.rpm / 60
    figures.push(slowest(models.map((model) => totals.figure(ofModel(model, { calls: each })))))
    from.push(`--rpm ${limits.rpm} for each model`)
  }
  if (limits.tpm !== undefined) {
    const each = 1 / limits.tpm / 60
    figures.push(slowest(models.map((model) => totals.figure(ofModel(model, { input: each, output: each })))))
    from.push(`--tpm ${limits.tpm} for each model`)
  }
  return { hours: figures.length === 0 ? null : slowest(figures), from }
}

/** What is done at the same time takes as long as the slowest of it. */
function slowest(figures: readonly Figure[]): Figure {
  const most = (name: 'low' | 'high') => Math.max(...figures.map((each) => each[name]))
  const values = figures.map(({ value }) => value)
  return {
    value: values.every((value) => value !== null) ? Math.max(...values) : null,
    low: most('low'),
    high: most('high'),
  }
}

/** Hours within which a provider promises the results of a batch. */
const WINDOWS: Readonly<Record<string, number>> = { openrouter: 96 }
const USUAL_WINDOW = 24

/** The most hours of a run in batch: each round of questions waits for the one before it. */
export const batchHours = (provider: string, rounds: number): number => rounds * (WINDOWS[provider] ?? USUAL_WINDOW)

/** Hours of GPUs at so many tokens a second, of prompts and replies together. */
export function gpuHours(totals: Totals, tokensPerSecond: number, gpus: number): Figure {
  const each = gpus / tokensPerSecond / HOUR
  return totals.figure(() => ({ input: each, output: each }))
}
