// What a job counts: calls while it gathers, rows and passages while it decides.
import type { Decided } from '../methods/decided.ts'
import { isUndecided, type Change, type Decision, type Outcome } from '../methods/policy.ts'
import type { AskObserver } from '../llm/ask.ts'
import type { ChatReply, ChatRequest } from '../llm/chat.ts'
import { finishOf } from '../llm/finish.ts'
import type { StoredReply } from '../llm/ledger/ledger.ts'
import { NANO_PER_DOLLAR } from '../llm/prices.ts'
import type { Figures, MethodPlan, MethodTally } from '../methods/definition.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Row } from '../rows/row.ts'
import { GrowthTotals } from './growth/totals.ts'

/** Calls of one stage in this start of the run. */
export interface StageCalls {
  model: string
  /** Replies that a model gave now. */
  made: number
  /** Replies that were in the ledger already. */
  found: number
  /** Of made and found: those that ask again because an earlier reply was cut off or unreadable. */
  reasked: number
  /** Of made and found: those that were cut off by their limit. */
  truncated: number
  /** Calls that got no reply. */
  failed: number
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  reasoningTokens: number
  /** US dollars for the calls made now, as far as known. */
  usd: number
  /** Calls made now whose cost is not known. */
  unpriced: number
  /** What the replies found in the ledger had cost, US dollars, as far as known. */
  usdFound: number
  /** Replies found whose cost is not known. */
  unpricedFound: number
}

/** Counts calls by stage as they happen. */
export class CallTotals implements AskObserver {
  readonly stages: Record<string, StageCalls> = {}
  /** Failed calls by code. */
  readonly failures: Record<string, number> = {}

  found(request: ChatRequest, reply: StoredReply): void {
    const calls = this.#of(request)
    if (finishOf(reply) === 'truncated') calls.truncated += 1
    calls.found += 1
    calls.usdFound += (reply.cost ?? 0) / NANO_PER_DOLLAR
    if (reply.cost === null) calls.unpricedFound += 1
  }

  received(request: ChatRequest, reply: ChatReply, cost: number | null): void {
    const { usage } = reply
    const calls = this.#of(request)
    if (finishOf(reply) === 'truncated') calls.truncated += 1
    calls.made += 1
    calls.inputTokens += usage?.input ?? 0
    calls.outputTokens += usage?.output ?? 0
    calls.cachedTokens += usage?.cached ?? 0
    calls.reasoningTokens += usage?.reasoning ?? 0
    if (cost === null) calls.unpriced += 1
    else calls.usd += cost / NANO_PER_DOLLAR
  }

  failed(request: ChatRequest, { code }: { code: string }): void {
    this.#of(request).failed += 1
    this.failures[code] = (this.failures[code] ?? 0) + 1
  }

  /** One number over all stages. */
  sum(count: Exclude<keyof StageCalls, 'model'>): number {
    return Object.values(this.stages).reduce((total, calls) => total + calls[count], 0)
  }

  #of({ source, model }: ChatRequest): StageCalls {
    const calls = (this.stages[source.stage] ??= {
      model,
      made: 0,
      found: 0,
      reasked: 0,
      truncated: 0,
      failed: 0,
      inputTokens: 0,
      outputTokens: 0,
      cachedTokens: 0,
      reasoningTokens: 0,
      usd: 0,
      unpriced: 0,
      usdFound: 0,
      unpricedFound: 0,
    })
    if (source.attempt > 1) calls.reasked += 1
    return calls
  }
}

/** Counts what was decided. */
export class DecisionTotals {
  rows = 0
  /** What was written for the rows, where the method writes. */
  readonly growth: GrowthTotals | undefined
  readonly outcomes: Record<Outcome, number> = { kept: 0, changed: 0, dropped: 0, undecided: 0 }
  /** Rows that could not be read, whether kept or dropped for it. */
  unread = 0
  /** Passages that could not be read in rows that could be decided all the same. */
  unreadPassages = 0
  exempt = 0
  falseNegativesFound = 0
  suspects = 0
  /** Passages in the rows read, and in the rows written. */
  readonly before = { positive: 0, negative: 0 }
  readonly after = { positive: 0, negative: 0 }
  /** Passages moved, by where to and by which stage. */
  readonly moved: Record<'relabelled' | 'removed', Record<string, number>> = { relabelled: {}, removed: {} }
  /** Rows whose negatives were all gone and were mined anew, and how many were. */
  readonly refilled = { rows: 0, negatives: 0 }
  /** How many rows have so many false negatives: `{ "0": 12, "1": 3 }`. */
  readonly falseNegatives: Record<string, number> = {}
  readonly dropReasons: Record<string, number> = {}
  readonly undecidedReasons: Record<string, number> = {}
  readonly tasks: Record<string, number> = {}
  readonly spotCheck = { checked: 0, missed: 0, unread: 0 }
  readonly #plan: MethodPlan
  readonly #tally: MethodTally

  constructor(plan: MethodPlan, writes: boolean) {
    this.#plan = plan
    this.#tally = plan.tally()
    this.growth = writes ? new GrowthTotals() : undefined
  }

  /** What only the method knows of. */
  get figures(): Figures {
    return this.#tally.figures()
  }

  add(decided: Decided): void {
    const { entry, evidence, decision, suspect } = decided
    const { row } = entry
    this.rows += 1
    this.outcomes[decision.outcome] += 1
    this.falseNegativesFound += decision.falseNegatives
    bump(this.tasks, this.#plan.taskOf(row).name)
    countLabels(this.before, row)
    if (decision.outcome !== 'dropped') countLabels(this.after, decision.row)
    for (const change of decision.changes) this.#addChange(change)
    this.#addReasons(decided)
    this.#addRefilled(decision)
    this.#addUnread(decision)
    if (suspect) this.suspects += 1
    this.#addSpotCheck(evidence)
    this.#tally.add(row, evidence, decision)
    this.growth?.add(decided)
  }

  #addChange({ to, stage }: Change): void {
    bump(this.moved[to === 'positive' ? 'relabelled' : 'removed'], stage)
  }

  #addReasons({ evidence, decision }: Decided): void {
    if (evidence.some(({ kind }) => kind === 'exempt')) this.exempt += 1
    else if (!isUndecided(decision)) bump(this.falseNegatives, String(decision.falseNegatives))
    if (decision.outcome === 'dropped') bump(this.dropReasons, decision.reason?.code ?? '')
  }

  #addRefilled({ added, wanted }: Decision): void {
    if (added === undefined || wanted === undefined) return
    this.refilled.rows += 1
    this.refilled.negatives += added.length
  }

  #addUnread(decision: Decision): void {
    const { unread } = decision
    const [first] = unread
    if (first === undefined) return
    if (isUndecided(decision)) {
      this.unread += 1
      bump(this.undecidedReasons, first.why)
    } else this.unreadPassages += new Set(unread.flatMap(({ passages }) => passages)).size
  }

  #addSpotCheck(evidence: Evidence[]): void {
    const checked = this.#plan.spotCheckOf(evidence)
    if (checked === undefined) return
    this.spotCheck[checked === 'unread' ? 'unread' : 'checked'] += 1
    if (checked === 'missed') this.spotCheck.missed += 1
  }
}

export function bump(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}

function countLabels(counts: { positive: number; negative: number }, row: Row): void {
  for (const { label } of row.passages) if (label !== 'ignored') counts[label] += 1
}
