// Estimates the calls and cost of a run from a sample of its rows, without sending anything.
import { meanOf } from '../../statistics/mean.ts'
import { forecastLine, isTooSmall } from '../../judging/cascade/words.ts'
import type { ChatMessage, ChatRequest } from '../../llm/chat.ts'
import { costOf, NANO_PER_DOLLAR, PRICES_AS_OF } from '../../llm/prices.ts'
import { isAsked, type MethodPlan } from '../../method/definition.ts'
import { readRows } from '../../rows/read.ts'
import { TaskCounts, taskLines } from '../../tasks/counts.ts'
import { rowsOf, type AskingJob, type Job } from '../job.ts'
import { prepare } from '../prepare.ts'
import { noting, probeRequests } from './forecasting.ts'
import type { Probing } from './probing.ts'
import { openAiCounter } from './tokens.ts'

/** Costs are in US dollars; undefined if the price is unknown. */
export interface StageEstimate {
  stage: string
  model: string
  /** The prompt of the first row that asks. */
  example: ChatMessage[]
  /** Calls if this stage runs for the smallest and the largest expected share of rows. */
  calls: { low: number; high: number }
  inputTokensPerCall: number
  /** The expected number, and the limit set by `--max-tokens`. */
  outputTokensPerCall: { expected: number; limit: number }
  usd: { low: number; high: number; worst: number } | undefined
}

export interface Estimate {
  rows: number
  /** Share of rows that no model is asked about: exempt, or without negatives once copies of positives are removed. */
  silentShare: number
  sampled: number
  /** The tasks of the sampled rows, and what chose them, in words. */
  tasks: string[]
  stages: StageEstimate[]
  /** Sums over all stages; undefined if any price is unknown. */
  usd: { low: number; high: number; worst: number } | undefined
  pricesAsOf: string
  /** Whose batch prices the costs are by; undefined if all is asked online. */
  batch: string | undefined
  /** Calls that check the models first, included in the stages; undefined if they are not checked. */
  check: { probes: number; calls: number } | undefined
  /** What a cascade will do, in words; absent without one. */
  cascade?: string
  /** The same rows under another setting named by the method; undefined if it names none. */
  instead: { label: string; calls: { low: number; high: number }; usd: Estimate['usd'] } | undefined
}

/** What an estimate is made of. */
type EstimatedJob = Pick<AskingJob, 'definition' | 'input' | 'plan' | 'models' | 'scan'> & Pick<Job, 'run'>

type ProbingOf = (plan: MethodPlan) => Probing

const SAMPLE = 200

/** @param probing what the models are checked with under a plan; by default nothing */
export async function estimate(job: EstimatedJob, probing: ProbingOf = () => undefined): Promise<Estimate> {
  const rows = rowsOf(job)
  const { requests, sampled, asking, counts } = await sampleRequests(job, Math.min(SAMPLE, rows))
  const probed = await probeRequests(job, probing(job.plan))
  const asked = sampled === 0 ? 0 : Math.round((rows * asking) / sampled)
  const { request: tokens } = await openAiCounter()
  const stages = job.plan.stages.map(({ stage }) => {
    const ofStage = requests.filter(({ source }) => source.stage === stage)
    const calls = asking === 0 ? 0 : (asked * ofStage.length) / asking
    const probes = probed.requests.filter(({ source }) => source.stage === stage).length
    return stageEstimate(job, stage, ofStage, calls, probes, meanOf(ofStage.map(tokens)))
  })
  const usd = stages.every((each) => each.usd) ? sumUsd(stages) : undefined
  const silentShare = sampled === 0 ? 0 : 1 - asking / sampled
  const check = probed.probes === 0 ? undefined : { probes: probed.probes, calls: probed.requests.length }
  const instead = await otherwise(job, probing)
  const cascade = job.plan.cascade && { cascade: forecastLine(job.plan.cascade, rows) }
  const tasks = taskLines(counts, job.definition.name)
  return {
    rows,
    silentShare,
    sampled,
    tasks,
    stages,
    usd,
    pricesAsOf: PRICES_AS_OF,
    batch: job.models.batch?.provider.name,
    check,
    ...cascade,
    instead,
  }
}

async function otherwise(job: EstimatedJob, probing: ProbingOf): Promise<Estimate['instead']> {
  const { instead } = job.plan
  if (instead === undefined) return undefined
  const { stages, usd } = await estimate({ ...job, plan: instead.plan() }, probing)
  const sum = (key: 'low' | 'high') => stages.reduce((total, { calls }) => total + calls[key], 0)
  return { label: instead.label, calls: { low: sum('low'), high: sum('high') }, usd }
}

function sumUsd(stages: StageEstimate[]) {
  const sum = (key: 'low' | 'high' | 'worst') => stages.reduce((total, { usd }) => total + (usd?.[key] ?? 0), 0)
  return { low: sum('low'), high: sum('high'), worst: sum('worst') }
}

function stageEstimate(
  job: EstimatedJob,
  stage: string,
  requests: ChatRequest[],
  rowCalls: number,
  probeCalls: number,
  input: number,
): StageEstimate {
  const route = job.models.routes.get(stage)
  const { cascade, forecast } = job.plan
  const seesAll = cascade?.stage === stage && isTooSmall(cascade, rowsOf(job))
  const share = seesAll ? { low: 1, high: 1 } : forecast.share(stage)
  const calls = {
    low: Math.round(rowCalls * share.low) + probeCalls,
    high: Math.round(rowCalls * share.high) + probeCalls,
  }
  const limit = requests[0]?.maxTokens ?? 0
  const output = Math.min(limit, meanOf(requests.map(forecast.replyTokens)))
  const batched = job.models.batch?.models.get(stage)
  const price = batched ? batched.price : route?.model.price
  const usd = (count: number, tokens: number) =>
    (count * (costOf(price, { input, output: tokens, cached: 0, reasoning: 0 }) ?? 0)) / NANO_PER_DOLLAR
  return {
    stage,
    model: route?.model.identity ?? stage,
    example: requests[0]?.messages ?? [],
    calls,
    inputTokensPerCall: Math.round(input),
    outputTokensPerCall: { expected: Math.round(output), limit },
    usd: price && {
      low: usd(calls.low, output),
      high: usd(calls.high, output),
      worst: usd(Math.round(rowCalls) + probeCalls, limit),
    },
  }
}

/** Runs the method over the first rows, so that every stage asks. */
async function sampleRequests(job: EstimatedJob, wanted: number) {
  const { requests, ask } = noting(job)
  const method = job.plan.create(job.models.identities)
  const counts = new TaskCounts()
  let sampled = 0
  let asking = 0
  sampling: for await (const batch of readRows(job.input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      if (sampled >= wanted) break sampling
      sampled += 1
      counts.add(entry.row, job.plan.tasks.chosen(entry.row))
      const { asked } = prepare(entry.row, job.scan.known, job.plan.keepDuplicates)
      const before = requests.length
      if (isAsked(job.definition, asked)) await method(asked, ask)
      if (requests.length > before) asking += 1
    }
  }
  return { requests, sampled, asking, counts }
}
