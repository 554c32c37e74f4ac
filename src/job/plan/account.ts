// The account of rows: by stage, what is asked for certain and what may follow, in calls and tokens.
import type { ChatRequest, ChatReply } from '../../llm/chat.ts'
import type { Forecast } from '../../method/definition.ts'
import type { TokenCounter } from '../gather/tokens.ts'
import type { FoundCall, ExpectedCall, KnownCalls } from './trace.ts'

/** What calls need: `output` is what the method expects where there is no reply. */
export interface Amounts {
  calls: number
  input: number
  output: number
  /** Time from sending to the reply, where it was measured. */
  seconds: number
}

export type ByStage = Map<string, Amounts>

/** A row with requests to make. */
export interface OpenRow {
  /** Place in the file, from 0. */
  index: number
  /** The stages that it is at, and those that are behind it. */
  at: readonly string[]
  behind: readonly string[]
  /** Requests that will be made; their input is exact. */
  pending: ByStage
  /** Requests that may follow, as if every reply led to the next. */
  following: ByStage
}

/** A row with replies. */
export interface SeenRow {
  /** Place in the file, from 0. */
  index: number
  /** What was expected before anything was asked. */
  expected: ByStage
  /** What was asked, and what will be asked for certain. */
  actual: ByStage
  /** The part of `actual` that was certain before: the first requests of each stage, as many as were expected in its first round. */
  first: ByStage
  /** The replies that are there. */
  replies: ReadonlyMap<string, RepliesOfStage>
}

/** Tokens of replies: as the method expected and as they were; of their requests, as counted here and as the server counted. */
export interface RepliesOfStage {
  expected: number
  output: number
  counted: number
  billed: number
}

export interface Counting {
  counters: ReadonlyMap<string, TokenCounter>
  forecast: Forecast
  /** The longest input of each stage, in tokens; counting fills it. */
  longest: Map<string, number>
}

/** @param following what may be asked after the missing requests */
export function openRow(
  index: number,
  { found, missing }: KnownCalls,
  following: readonly ExpectedCall[],
  counting: Counting,
): OpenRow {
  const at = stagesOf(missing)
  return {
    index,
    at,
    behind: stagesOf(found.map(({ request }) => request)).filter((stage) => !at.includes(stage)),
    pending: tally(missing, (request) => amountsOf(request, counting)),
    following: tally(
      following.map(({ request }) => request),
      (request) => amountsOf(request, counting),
    ),
  }
}

export interface TimedCall extends FoundCall {
  seconds: number
}

export function seenRow(
  index: number,
  found: readonly TimedCall[],
  missing: readonly ChatRequest[],
  expected: readonly ExpectedCall[],
  counting: Counting,
): SeenRow {
  const calls = [
    ...found.map(({ request, reply, seconds }) => ({
      request,
      reply,
      amounts: { ...amountsOf(request, counting, reply), seconds },
    })),
    ...missing.map((request) => ({ request, reply: undefined, amounts: amountsOf(request, counting) })),
  ]
  const firsts = firstRounds(expected)
  const taken = new Map<string, number>()
  const isFirst = ({ request: { source } }: { request: ChatRequest }) => {
    const before = taken.get(source.stage) ?? 0
    taken.set(source.stage, before + 1)
    return before < (firsts.get(source.stage) ?? 0)
  }
  const add = (to: ByStage, { request, amounts }: (typeof calls)[number]) => addTo(to, request.source.stage, amounts)
  const [actual, first]: [ByStage, ByStage] = [new Map(), new Map()]
  const replies = new Map<string, RepliesOfStage>()
  for (const call of calls) {
    add(actual, call)
    if (isFirst(call)) add(first, call)
  }
  for (const { request, amounts, reply } of calls) {
    if (reply === undefined) continue
    const { stage } = request.source
    const sum = replies.get(stage) ?? { expected: 0, output: 0, counted: 0, billed: 0 }
    sum.expected += expectedOutput(request, counting)
    sum.output += amounts.output
    if (reply.usage) {
      sum.counted += amounts.input
      sum.billed += reply.usage.input
    }
    replies.set(stage, sum)
  }
  return {
    index,
    expected: tally(
      expected.map(({ request }) => request),
      (request) => amountsOf(request, counting),
    ),
    actual,
    first,
    replies,
  }
}

/** How many requests each stage makes in its first round. */
function firstRounds(expected: readonly ExpectedCall[]): Map<string, number> {
  const rounds = new Map<string, number>()
  const counts = new Map<string, number>()
  for (const { request, round } of expected) {
    const { stage } = request.source
    if (!rounds.has(stage)) rounds.set(stage, round)
    if (rounds.get(stage) === round) counts.set(stage, (counts.get(stage) ?? 0) + 1)
  }
  return counts
}

/** @param reply without one, the output is what the method expects */
export function amountsOf(request: ChatRequest, counting: Counting, reply?: ChatReply): Amounts {
  const { counters, forecast, longest } = counting
  const { stage } = request.source
  const counter = counters.get(stage)
  const input = counter?.request(request) ?? 0
  longest.set(stage, Math.max(input, longest.get(stage) ?? 0))
  const said =
    reply && (reply.usage?.output ?? (counter?.text(reply.text) ?? 0) + (counter?.text(reply.reasoning ?? '') ?? 0))
  return { calls: 1, input, output: said ?? expectedOutput(request, { forecast }), seconds: 0 }
}

const expectedOutput = (request: ChatRequest, { forecast }: Pick<Counting, 'forecast'>) =>
  Math.min(request.maxTokens, forecast.replyTokens(request))

export function tally(requests: readonly ChatRequest[], amounts: (request: ChatRequest) => Amounts): ByStage {
  const total: ByStage = new Map()
  for (const request of requests) addTo(total, request.source.stage, amounts(request))
  return total
}

export function addTo(total: ByStage, stage: string, amounts: Amounts, times = 1): void {
  const sum = total.get(stage) ?? { calls: 0, input: 0, output: 0, seconds: 0 }
  for (const name of ['calls', 'input', 'output', 'seconds'] as const) sum[name] += times * amounts[name]
  total.set(stage, sum)
}

const stagesOf = (requests: readonly ChatRequest[]) => [...new Set(requests.map(({ source }) => source.stage))]
