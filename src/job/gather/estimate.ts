// Estimates the calls and cost of a run from a sample of its rows, without sending anything.
import { meanOf } from '../../statistics/mean.ts'
import type { Ask, ChatMessage, ChatReply, ChatRequest } from '../../llm/chat.ts'
import { costOf, NANO_PER_DOLLAR, PRICES_AS_OF } from '../../llm/prices.ts'
import { isAsked } from '../../methods/definition.ts'
import { readRows } from '../../rows/read.ts'
import { rowsOf, type AskingJob, type Job } from '../job.ts'
import { prepare } from '../prepare.ts'

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
  stages: StageEstimate[]
  /** Sums over all stages; undefined if any price is unknown. */
  usd: { low: number; high: number; worst: number } | undefined
  pricesAsOf: string
  /** The same rows under another setting named by the method; undefined if it names none. */
  instead: { label: string; calls: { low: number; high: number }; usd: Estimate['usd'] } | undefined
}

/** What an estimate is made of. */
type EstimatedJob = Pick<AskingJob, 'definition' | 'input' | 'plan' | 'models' | 'scan'> & Pick<Job, 'run'>

const SAMPLE = 200
export async function estimate(job: EstimatedJob): Promise<Estimate> {
  const rows = rowsOf(job)
  const { requests, sampled, asking } = await sampleRequests(job, Math.min(SAMPLE, rows))
  const asked = sampled === 0 ? 0 : Math.round((rows * asking) / sampled)
  const tokens = await tokenCounter()
  const stages = job.plan.stages.map(({ stage }) => {
    const ofStage = requests.filter(({ source }) => source.stage === stage)
    const calls = asking === 0 ? 0 : (asked * ofStage.length) / asking
    return stageEstimate(job, stage, ofStage, calls, meanOf(ofStage.map(tokens)))
  })
  const usd = stages.every((each) => each.usd) ? sumUsd(stages) : undefined
  const silentShare = sampled === 0 ? 0 : 1 - asking / sampled
  return { rows, silentShare, sampled, stages, usd, pricesAsOf: PRICES_AS_OF, instead: await otherwise(job) }
}

async function otherwise(job: EstimatedJob): Promise<Estimate['instead']> {
  const { instead } = job.plan
  if (instead === undefined) return undefined
  const { stages, usd } = await estimate({ ...job, plan: instead.plan() })
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
  mostCalls: number,
  input: number,
): StageEstimate {
  const route = job.models.routes.get(stage)
  const share = job.plan.forecast.share(stage)
  const calls = { low: Math.round(mostCalls * share.low), high: Math.round(mostCalls * share.high) }
  const limit = requests[0]?.maxTokens ?? 0
  const output = Math.min(limit, meanOf(requests.map(job.plan.forecast.replyTokens)))
  const price = route?.model.price
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
      worst: usd(Math.round(mostCalls), limit),
    },
  }
}

/** Returns a function that counts the input tokens of a request with OpenAI's tokenizer, framing included. */
async function tokenCounter(): Promise<(request: ChatRequest) => number> {
  // Loaded here because its tables take a tenth of a second and only a dry run needs them.
  const { countTokens } = await import('gpt-tokenizer')
  const plain = { disallowedSpecial: new Set<string>() }
  return ({ messages }) => messages.reduce((sum, { content }) => sum + countTokens(content, plain) + 4, 3)
}

/** Runs the method over the first rows with an ask that notes every request and answers so that every stage asks. */
async function sampleRequests(job: EstimatedJob, wanted: number) {
  const requests: ChatRequest[] = []
  const note: Ask = Object.assign(
    async (asked: ChatRequest[]) => {
      requests.push(...asked)
      return asked.map((request): ChatReply => ({ text: job.plan.forecast.reply(request), finishReason: 'stop' }))
    },
    { again: () => Promise.resolve(undefined) },
  )
  const method = job.plan.create(job.models.identities)
  let sampled = 0
  let asking = 0
  sampling: for await (const batch of readRows(job.input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      if (sampled >= wanted) break sampling
      sampled += 1
      const { asked } = prepare(entry.row, job.scan.known, job.plan.keepDuplicates)
      const before = requests.length
      if (isAsked(job.definition, asked)) await method(asked, note)
      if (requests.length > before) asking += 1
    }
  }
  return { requests, sampled, asking }
}
