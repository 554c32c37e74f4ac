// The report of a plan: calls, tokens, cost and hours, by stage and in all, and what they rest on.
import { modelNameOf, type ChatModel, type Price } from '../../llm/chat.ts'
import { shownPlace } from '../../llm/ledger/open.ts'
import type { GivenPrices } from '../../llm/prices.ts'
import type { TokenCounter } from '../gather/tokens.ts'
import type { AskingJob } from '../job.ts'
import { batchHours, gpuHours, onlineHours } from './hours.ts'
import { notesOf } from './notes.ts'
import type { CheckCalls, PlanSettings, Stored } from './settings.ts'
import type { PilotCost } from './pilot.ts'
import type { Found } from './read.ts'
import { batchTariff, costWeights, isPriced, type Tariff } from './tariffs.ts'
import type { RowTotals } from './row-totals.ts'
import type { Figure, Totals, Weights } from './totals.ts'

/** Costs are in US dollars, times in hours; null where they are unknown. Figures are of what is not in the ledger yet. */
export interface RunPlan {
  command: string
  method: string
  files: string[]
  rows: number
  /** Rows whose requests were counted: all, or a random sample. */
  counted: number
  /** What output, escalation and times follow from. */
  basis: PlanBasis
  calls: PlannedCalls
  stages: PlannedStage[]
  input: Figure
  output: Figure
  usd: { online: Figure | null; batch: Figure | null }
  batchProvider: string | null
  hours: {
    online: Figure | null
    onlineFrom: string[]
    /** The provider's window for each round of questions: an upper bound. */
    batchAtMost: number | null
    rounds: number
    gpu: GpuHours | null
  }
  pricesAsOf: string
  batchPricesAsOf: string
  ledger: string
  pilot: PilotCost | null
  /** What to know about these figures, in sentences. */
  notes: string[]
}

interface PlanBasis {
  kind: 'replies' | 'some-replies' | 'forecast'
  rows: number
  /** Whether they are the first rows of the files, or others of one part, and not spread over them. */
  areFirst: boolean
}

interface PlannedCalls extends Figure {
  inLedger: number
  /** Calls that check the models first, among these. */
  check: number
  /** Calls that follow if those do not tell; in the upper end alone. */
  furtherCheck: number
  /** Requests that equal those of an earlier row, and are not asked again. */
  shared: number
}

export interface PlannedStage {
  stage: string
  model: string
  tokenizer: string
  isExact: boolean
  inLedger: number
  calls: Figure
  /** The input tokens of requests that will be made whatever the replies. */
  certainInput: number
  input: Figure
  output: Figure
  usd: { online: Figure | null; batch: Figure | null }
}

interface GpuHours extends Figure {
  tokensPerSecond: number
  gpus: number
  isMeasured: boolean
}

/** The share of the open rows that may lie where no row has replies. */
const MOST_ELSEWHERE = 0.3

export interface PlanParts {
  jobs: readonly AskingJob[]
  rows: number
  routes: ReadonlyMap<string, ChatModel>
  counters: ReadonlyMap<string, TokenCounter>
  longest: ReadonlyMap<string, number>
  found: Found
  rowTotals: RowTotals
  totals: Totals
  check: CheckCalls
  settings: PlanSettings
  stored: Stored
  prices: GivenPrices
  concurrency: number
  isGateOpen: boolean
  pricesAsOf: string
}

export async function reportOf(parts: PlanParts): Promise<RunPlan> {
  const { jobs, rows, routes, found, rowTotals, totals, settings, stored } = parts
  const [first] = jobs as [AskingJob]
  const online: Tariff = { prices: withLong(parts, new Map([...routes].map(([stage, { price }]) => [stage, price]))) }
  const listed = await batchTariff(routes, parts.prices, settings.batch === true ? undefined : settings.batch)
  const batch = { ...listed, prices: withLong(parts, listed.prices) }
  const scale = inputScale(parts)
  const stages = stagesOf(parts, [online, batch], scale)
  const busy = stages.filter(({ calls }) => calls.high > 0).map(({ stage }) => stage)
  const usd = (tariff: Tariff) => (isPriced(tariff, busy) ? totals.figure(costWeights(tariff, scale)) : null)
  const places = [...routes].map(([stage, model]) => ({ stage, model: model.identity, endpoint: model.endpoint }))
  const hasTimes = rowTotals.seen.length > 0 && [...routes.values()].every((model) => model.isRecorded !== true)
  const { concurrency } = parts
  const { hours, from } = onlineHours(totals, places, { ...settings, concurrency }, hasTimes)
  const measured = rowTotals.seen.length
  const plan: Omit<RunPlan, 'notes'> = {
    command: first.command,
    method: first.definition.name,
    files: jobs.map(({ input }) => input.name),
    rows,
    counted: Math.min(rows, rowTotals.counted),
    basis: {
      kind: measured === 0 ? 'forecast' : totals.isMeasured ? 'replies' : 'some-replies',
      rows: measured,
      areFirst: measured > 0 && rowTotals.shareElsewhere(rows) > MOST_ELSEWHERE,
    },
    calls: {
      ...totals.figure(() => ({ calls: 1 })),
      inLedger: [...found.calls.values()].reduce((sum, calls) => sum + calls, 0),
      check: parts.check.calls,
      furtherCheck: parts.check.further,
      shared: found.shared,
    },
    stages,
    input: totals.figure((stage) => ({ input: scale.get(stage) ?? 1 })),
    output: totals.figure(() => ({ output: 1 })),
    usd: { online: usd(online), batch: batch.provider === undefined ? null : usd(batch) },
    batchProvider: batch.provider ?? null,
    hours: {
      online: hours,
      onlineFrom: from,
      batchAtMost: batch.provider === undefined ? null : batchHours(batch.provider, found.rounds),
      rounds: found.rounds,
      gpu: gpuOf(parts),
    },
    pricesAsOf: parts.pricesAsOf,
    batchPricesAsOf: batch.asOf,
    ledger: shownPlace(stored.path),
    pilot: stored.pilot ?? null,
  }
  return { ...plan, notes: notesOf(plan, parts, [online, batch]) }
}

function stagesOf(parts: PlanParts, [online, batch]: [Tariff, Tariff], scale: Map<string, number>): PlannedStage[] {
  const { routes, counters, found, totals } = parts
  const only = (of: string, amounts: ReturnType<Weights>) => (stage: string) => (stage === of ? amounts : {})
  return [...routes].map(([stage, model]) => {
    const times = scale.get(stage) ?? 1
    const usd = (tariff: Tariff) =>
      tariff.prices.get(stage) === undefined ? null : totals.figure(costWeights(tariff, scale, stage))
    const { tokenizer = '', isExact = false } = counters.get(stage) ?? {}
    return {
      stage,
      model: modelNameOf(model),
      tokenizer: times === 1 ? tokenizer : `${tokenizer}, scaled by ${times.toFixed(2)} to the server's own counts`,
      isExact,
      inLedger: found.calls.get(stage) ?? 0,
      calls: totals.figure(only(stage, { calls: 1 })),
      certainInput: Math.round(totals.exact(only(stage, { input: times }))),
      input: totals.figure(only(stage, { input: times })),
      output: totals.figure(only(stage, { output: 1 })),
      usd: { online: usd(online), batch: usd(batch) },
    }
  })
}

/** What tokens counted by another tokenizer are multiplied with, where the server's own counts are known. */
function inputScale({ counters, rowTotals }: PlanParts): Map<string, number> {
  const scales = [...counters].flatMap(([stage, { isExact }]) => {
    const ratio = isExact ? undefined : rowTotals.inputRatio(stage)
    return ratio === undefined || ratio === 0 ? [] : [[stage, ratio] as const]
  })
  return new Map(scales)
}

/** Prices that are never below the bill: those of long inputs if any of the stage is long. */
function withLong(
  { longest }: PlanParts,
  prices: ReadonlyMap<string, Price | undefined>,
): Map<string, Price | undefined> {
  const priced = [...prices].map(([stage, price]) => {
    const isLong = price?.long !== undefined && (longest.get(stage) ?? 0) >= price.long.from
    return [stage, isLong ? price.long : price] as const
  })
  return new Map(priced)
}

function gpuOf({ settings, stored, totals, jobs, counters }: PlanParts): GpuHours | null {
  const { tokensPerSecond, gpus } = settings
  if (tokensPerSecond !== undefined) {
    return { ...gpuHours(totals, tokensPerSecond, gpus), tokensPerSecond, gpus, isMeasured: false }
  }
  const { pilot } = stored
  const isOwn = jobs[0]?.models.schedulers.length === 1 && pilot !== undefined && pilot.tokens > 0
  if (!isOwn || [...counters.keys()].some((stage) => jobs[0]?.models.routes.get(stage)?.model.price)) return null
  const rate = pilot.tokens / pilot.seconds
  return { ...gpuHours(totals, rate, gpus), tokensPerSecond: rate, gpus, isMeasured: true }
}
