// Counts rows and passages while a job decides.
import { bump } from '../base/counts.ts'
import type { DecidedRow } from '../policy/decided.ts'
import { isHeldBack } from '../evidence/evidence.ts'
import { HumanCount, type HumanValues } from '../policy/human.ts'
import { isUndecided, type Change, type Decision, type Outcome } from '../policy/policy.ts'
import type { Figures, MethodPlan, MethodTally } from '../method/definition.ts'
import type { Row } from '../rows/row.ts'
import { TaskCounts } from '../tasks/counts.ts'

/** Counts the decisions. */
export class DecisionTotals {
  rows = 0
  readonly outcomes: Record<Outcome, number> = { kept: 0, changed: 0, dropped: 0, undecided: 0 }
  /** Rows that could not be read, whether they were kept or dropped. */
  unread = 0
  /** Unread passages in rows that could still be decided. */
  unreadPassages = 0
  exempt = 0
  falseNegativesFound = 0
  suspects = 0
  /** Rows that the judge of a cascade saw, and rows that its gate held back. */
  readonly seen = { sent: 0, heldBack: 0 }
  /** Passages that were added to rows, by mining or by writing. */
  added = 0
  /** Passages in the rows read, and in the rows written. */
  readonly before = { positive: 0, negative: 0 }
  readonly after = { positive: 0, negative: 0 }
  /** Moved passages, by destination and stage. */
  readonly moved: Record<'relabelled' | 'removed', Record<string, number>> = { relabelled: {}, removed: {} }
  /** Rows that had lost all negatives and got mined ones, and the number of those. */
  readonly refilled = { rows: 0, negatives: 0 }
  /** Number of rows by number of false negatives: `{ "0": 12, "1": 3 }`. */
  readonly falseNegatives: Record<string, number> = {}
  /** Rows written with scores; rows without, by reason; and those of both that came with scores. */
  readonly scored = { rows: 0, without: {} as Record<string, number>, replaced: 0 }
  readonly dropReasons: Record<string, number> = {}
  readonly undecidedReasons: Record<string, number> = {}
  readonly tasks = new TaskCounts()
  /** What people said of negatives. */
  readonly humans: HumanCount
  readonly #plan: MethodPlan
  readonly #tally: MethodTally | undefined

  constructor(plan: MethodPlan, options: Partial<HumanValues> = {}) {
    this.#plan = plan
    this.humans = new HumanCount(options)
    this.#tally = plan.tally?.()
  }

  /** Counts of the method. */
  get figures(): Figures {
    return this.#tally?.figures() ?? {}
  }

  /** The fields of the manifest that the method adds. */
  get sections(): Record<string, unknown> {
    return this.#tally?.sections?.() ?? {}
  }

  add(decided: DecidedRow): void {
    const { entry, decision, suspect } = decided
    const { row } = entry
    this.rows += 1
    this.outcomes[decision.outcome] += 1
    this.falseNegativesFound += decision.falseNegatives
    this.tasks.add(row, this.#plan.tasks.chosen(row))
    countLabels(this.before, row)
    if (decision.outcome !== 'dropped') countLabels(this.after, decision.row)
    for (const change of decision.changes) this.#addChange(change)
    this.#addReasons(decided)
    this.#addRefilled(decision)
    this.#addScores(decided)
    this.#addUnread(decision)
    this.#addSeen(decided)
    if (suspect) this.suspects += 1
    this.humans.add(decided)
    this.added += decision.added?.length ?? 0
    this.#tally?.add(decided)
  }

  #addChange({ to, stage }: Change): void {
    bump(this.moved[to === 'positive' ? 'relabelled' : 'removed'], stage)
  }

  #addReasons({ evidence, decision }: DecidedRow): void {
    if (evidence.some(({ kind }) => kind === 'exempt')) this.exempt += 1
    else if (!isUndecided(decision)) bump(this.falseNegatives, String(decision.falseNegatives))
    if (decision.outcome === 'dropped') bump(this.dropReasons, decision.reason?.code ?? '')
  }

  #addRefilled({ added, wanted }: Decision): void {
    if (added === undefined || wanted === undefined) return
    this.refilled.rows += 1
    this.refilled.negatives += added.length
  }

  #addSeen({ evidence }: DecidedRow): void {
    const { cascade } = this.#plan
    if (cascade === undefined) return
    if (evidence.some(isHeldBack)) this.seen.heldBack += 1
    else if (evidence.some((item) => 'stage' in item && item.stage === cascade.stage)) this.seen.sent += 1
  }

  #addScores({ entry, scores }: DecidedRow): void {
    if (scores === undefined) return
    if ('missing' in scores) bump(this.scored.without, scores.missing)
    else this.scored.rows += 1
    if (entry.row.passages.some(({ score }) => score !== undefined)) this.scored.replaced += 1
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
}

function countLabels(counts: { positive: number; negative: number }, row: Row): void {
  for (const { label } of row.passages) if (label !== 'ignored') counts[label] += 1
}
