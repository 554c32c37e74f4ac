// Judges that are models: asked through a method, as clean asks, so that what is in the ledger is found and what is asked stays there.
import { plural } from '../../base/format.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { CallTotals } from '../../job/call-totals.ts'
import { capOf } from '../../job/gather/cap.ts'
import { gather } from '../../job/gather/gather.ts'
import { openModels, type Models } from '../../job/models.ts'
import type { CallValues } from '../../job/options.ts'
import type { SampledRow } from '../../judging/sample.ts'
import { gatherAsk, type AskObserver } from '../../llm/ask.ts'
import type { ChatReply, ChatRequest } from '../../llm/chat.ts'
import { StopRun } from '../../llm/errors.ts'
import { requestKey } from '../../llm/key.ts'
import type { Ledger, StoredReply } from '../../llm/ledger/ledger.ts'
import type { MethodDefinition, MethodPlan } from '../../method/definition.ts'
import type { Input } from '../../rows/input.ts'
import type { Scan } from '../../rows/scan.ts'
import type { JudgeName } from './names.ts'
import type { Effort, Judge, Opinion } from './opinion.ts'
import type { AskedRow } from './read.ts'

/** Where replies go, and what all judges of a run may cost together. */
export interface Asking {
  input: Input
  scan: Scan
  ledger: Ledger
  /** Run id. */
  run: string
  calls: CallValues
}

/** A method with the one model that is judged. */
export interface JudgeMethod {
  definition: MethodDefinition
  plan: MethodPlan
  /** Passages shown in one call, where they are shown together. */
  together: number | undefined
}

/** @throws UsageError when the model cannot be opened; StopRun when it had to stop before the end */
export function askedJudge(judge: JudgeName, method: JudgeMethod, asking: Asking): Judge {
  return async (sample, hooks) => {
    const models = await openModels(method.plan, asking.calls, hooks)
    const tally = new EffortTally()
    const shown = new Map<string, Evidence[]>()
    try {
      await gatherRows(judge, method, asking, models, { sample, tally, shown }, hooks)
    } finally {
      await models.close()
    }
    const opinions = [...shown].map(([row, evidence]) => [row, opinionsIn(evidence, method.together)] as const)
    const passages = opinions.reduce((sum, [, each]) => sum + each.size, 0)
    return { rows: new Map(opinions), effort: await tally.effort(asking.ledger, passages, judge.isRecorded) }
  }
}

interface Gathering {
  sample: readonly SampledRow<AskedRow>[]
  tally: EffortTally
  /** Filled: what was learned of each row. */
  shown: Map<string, Evidence[]>
}

async function gatherRows(
  judge: JudgeName,
  { definition, plan }: JudgeMethod,
  { input, scan, ledger, run, calls }: Asking,
  models: Models,
  { sample, tally, shown }: Gathering,
  hooks: Hooks,
): Promise<void> {
  const { routes, schedulers, identities } = models
  const cap = await capOf({ models, values: calls, run: { id: run } }, ledger)
  const ask = gatherAsk({ ledger, run, routes, cap, observer: tally, retryUndecided: calls.retryUndecided })
  const wanted = new Set(sample.map(({ index }) => index))
  const settings = { options: {}, identities, limit: null, fingerprint: {} }
  const say = () => hooks.onProgress?.({ what: `asking ${judge.name}, rows`, done: shown.size, total: wanted.size })
  // A slow model may take minutes for its first row.
  const beat = setInterval(say, BEAT_MS).unref()
  try {
    await gather(
      { definition, input, plan, scan, run: { id: run, method: definition.name, settings } },
      {
        method: plan.create(identities),
        ask,
        select: (index) => wanted.has(index),
        callsAhead: 2 * models.callsAtOnce + 16,
        signal: hooks.signal ?? new AbortController().signal,
        onStop: (reason) => schedulers.forEach((scheduler) => scheduler.stop(reason)),
        onRow: ({ row }, evidence) => {
          shown.set(row.id, evidence)
          say()
        },
      },
    )
  } catch (error) {
    await ask.settled()
    throw error instanceof StopRun ? withStanding(error, judge, shown.size, wanted.size) : error
  } finally {
    clearInterval(beat)
  }
  await ask.settled()
}

const BEAT_MS = 1_000

function withStanding(stop: StopRun, { name }: JudgeName, done: number, rows: number): StopRun {
  const standing = `${name} was asked about ${done} of ${plural(rows, 'row')}; what it said is in the ledger`
  return new StopRun(stop.code, `${stop.message}\n${standing}`, {
    cause: stop,
    ...(stop.hint !== undefined && { hint: stop.hint }),
  })
}

/** Evidence comes in the order in which passages were shown. */
function opinionsIn(evidence: readonly Evidence[], together: number | undefined): Map<string, Opinion> {
  const opinions = new Map<string, Opinion>()
  const place = () => (together === undefined ? {} : { position: (opinions.size % together) + 1 })
  for (const item of evidence) {
    if (item.kind === 'verdict') opinions.set(item.passage, { verdict: item.verdict, ...place() })
    else if (item.kind === 'score') opinions.set(item.passage, { score: item.score })
    else if (item.kind === 'unread') for (const id of item.passages) opinions.set(id, place())
  }
  return opinions
}

/** Counts calls as every job does, and remembers which replies they were, for the time that they took. */
class EffortTally implements AskObserver {
  readonly #calls = new CallTotals()
  readonly #keys: Buffer[] = []

  found(request: ChatRequest, reply: StoredReply): void {
    this.#calls.found(request, reply)
    this.#keys.push(requestKey(request))
  }

  received(request: ChatRequest, reply: ChatReply, cost: number | null): void {
    this.#calls.received(request, reply, cost)
    this.#keys.push(requestKey(request))
  }

  failed(request: ChatRequest, error: { code: string }): void {
    this.#calls.failed(request, error)
  }

  /** @param passages how many were shown */
  async effort(ledger: Ledger, passages: number, isRecorded: boolean): Promise<Effort> {
    const sum = this.#calls.sum.bind(this.#calls)
    const perThousand = (value: number) =>
      isRecorded || passages === 0 || this.#keys.length === 0 ? null : (1000 * value) / passages
    let milliseconds = 0
    for (const key of this.#keys) milliseconds += (await ledger.provenanceOf(key))?.latencyMs ?? 0
    const isUnpriced = sum('unpriced') + sum('unpricedFound') > 0
    return {
      made: sum('made'),
      found: sum('found'),
      usd: sum('unpriced') > 0 ? null : sum('usd'),
      usdPerThousand: isUnpriced ? null : perThousand(sum('usd') + sum('usdFound')),
      secondsPerThousand: perThousand(milliseconds / 1000),
    }
  }
}
