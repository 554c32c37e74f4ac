// Figures of ARHN for the summary besides outcomes: whether the task fits, and how reliable the rankings are.
import { meanOf } from '../../statistics/mean.ts'
import { definedIn } from '../../base/defined.ts'
import { readOptions } from '../../options/options.ts'
import { ConfirmationCount, confirmationLines, type Confirmation } from '../../policy/confirming.ts'
import { measuredLines, type Measured } from '../../policy/measured.ts'
import {
  ARHN_GATHER_OPTIONS,
  ARHN_POLICY_OPTIONS,
  arhnPolicyOptionsOf,
  wantsConfirmed,
  type ArhnGatherValues,
  type ArhnPolicyValues,
} from './options.ts'
import { findOf, standingsIn, undecidingIn, type ArhnPolicyOptions } from './policy.ts'
import { kendallTau } from '../../statistics/intervals.ts'
import { percentOf, type Share } from '../../statistics/share.ts'
import type { Row } from '../../rows/row.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import { answersIn } from './answers.ts'
import { AsShownCount } from './as-shown.ts'
import type { Figures, MethodTally } from '../../method/definition.ts'
import type { Evidence, Rank } from '../../evidence/evidence.ts'

/** The field that ARHN adds to a manifest. */
export interface ArhnSections {
  /** Of the rankings of three candidates and more, those that are the very order in which these were shown. */
  orderShown: Share | null
  /** Finds shown again in further orders; null where nothing becomes a positive by a model's word, or none was to be confirmed. */
  confirmation: Confirmation | null
  /** What was measured of each kind of find, and the action that follows; null where actions are fixed. */
  measured: Measured | null
}

type Values = ArhnGatherValues & ArhnPolicyValues

export class ArhnTally implements MethodTally {
  readonly #policy: ArhnPolicyOptions
  #rows = 0
  #positives = 0
  #silentPositives = 0
  #withoutAnchor = 0
  #candidates = 0
  #torn = 0
  #differing = 0
  readonly #asShown = new AsShownCount()
  readonly #confirmations: ConfirmationCount
  #taus = { sum: 0, rows: 0 }

  /** @param given options that are missing have their defaults */
  constructor(given: Partial<Values>) {
    const values = {
      ...readOptions({ ...ARHN_GATHER_OPTIONS, ...ARHN_POLICY_OPTIONS }, {}),
      ...definedIn(given),
    } as Values
    this.#policy = arhnPolicyOptionsOf(values)
    const isWanted = wantsConfirmed(values)
    const orders = isWanted ? this.#policy.confirm : 0
    this.#confirmations = new ConfirmationCount(orders, [values.judge], isWanted && values.permutations === 1)
  }

  add({ entry: { row }, evidence }: DecidedRow): void {
    const { isRead, positives, silent } = answersIn(row, evidence)
    if (!isRead) return
    this.#rows += 1
    this.#positives += positives.length
    this.#silentPositives += silent.length
    if (positives.length > 0 && silent.length === positives.length) this.#withoutAnchor += 1

    this.#asShown.add(evidence)
    const standings = standingsIn(row, evidence, this.#policy)
    this.#candidates += standings.filter(({ isAbove, answer }) => isAbove || answer).length
    const finds = standings.flatMap((standing) => findOf(standing, this.#policy) ?? [])
    const ranked =
      undecidingIn(row, evidence, this.#policy).length > 0 ? [] : finds.filter((find) => find !== 'answers')
    this.#confirmations.add(ranked.map((find) => find === 'above'))
    this.#torn += standings.filter(({ isTorn }) => isTorn).length
    if (this.#policy.rank === 'all') this.#differing += this.#differs(row, evidence) ? 1 : 0
    const tau = meanTau(evidence.filter((item) => item.kind === 'rank'))
    if (tau !== undefined) this.#taus = { sum: this.#taus.sum + tau, rows: this.#taus.rows + 1 }
  }

  /** Returns whether ranking passages without an answer changes which ones are above the anchor. */
  #differs(row: Row, evidence: Evidence[]): boolean {
    const above = (rank: ArhnPolicyOptions['rank']) =>
      standingsIn(row, evidence, { ...this.#policy, rank })
        .filter(({ isAbove }) => isAbove)
        .map(({ passage }) => passage.id)
        .join()
    return above('all') !== above('answering')
  }

  sections(): Omit<ArhnSections, 'measured'> & Record<string, unknown> {
    const { rankings, share } = this.#asShown
    return { orderShown: rankings === 0 ? null : share, confirmation: this.#confirmations.found }
  }

  figures(): Figures {
    return {
      rows: this.#rows,
      positives: this.#positives,
      positivesWithoutAnswer: this.#silentPositives,
      rowsWithoutAnchor: this.#withoutAnchor,
      negativesWithAnswer: this.#candidates,
      flips: this.#torn,
      kendallTau: this.#taus.rows === 0 ? null : this.#taus.sum / this.#taus.rows,
      rowsThatRankAllChanges: this.#policy.rank === 'all' ? this.#differing : null,
    }
  }
}

/** Returns the mean tau over all pairs of orders of the same list; undefined without a second order or common passages. */
function meanTau(ranks: Rank[]): number | undefined {
  const byStep = Map.groupBy(ranks, ({ step }) => step)
  const taus = [...byStep.values()].flatMap((ofStep) => {
    const orders = [...Map.groupBy(ofStep, ({ order }) => order).values()]
    return orders.flatMap((first, index) => orders.slice(index + 1).map((second) => tauOf(first, second)))
  })
  const known = taus.filter((tau) => tau !== undefined)
  return known.length === 0 ? undefined : meanOf(known)
}

/** Compares only passages that shared a window in both orders. */
function tauOf(first: Rank[], second: Rank[]): number | undefined {
  const other = new Map(second.map((rank) => [rank.passage, rank]))
  const pairs = first.flatMap((a) => {
    const b = other.get(a.passage)
    return b === undefined || a.window !== '1' || b.window !== '1' ? [] : [[a.rank, b.rank] as const]
  })
  return pairs.length < 2 ? undefined : kendallTau(pairs)
}

export function arhnLines(
  figures: Figures,
  { orderShown = null, confirmation, measured }: Record<string, unknown> = {},
): string[] {
  const { rows = 0, positives = 0, positivesWithoutAnswer = 0, rowsWithoutAnchor = 0, flips, kendallTau: tau } = figures
  if (rows === 0 || rows === null) return []
  const share = (part: number | null, whole: number | null) =>
    `${((100 * (part ?? 0)) / Math.max(1, whole ?? 0)).toFixed(1)}%`
  const changed = figures['rowsThatRankAllChanges']
  return [
    `positives without an answer: ${positivesWithoutAnswer} of ${positives} (${share(positivesWithoutAnswer, positives)}); rows without an anchor: ${rowsWithoutAnchor}`,
    ...(tau === null || tau === undefined
      ? []
      : [
          `agreement of orders: Kendall's tau ${tau.toFixed(2)}; above the positive in some orders and below in others: ${flips} ${flips === 1 ? 'negative' : 'negatives'}`,
        ]),
    ...confirmationLines(confirmation),
    ...measuredLines(measured),
    ...orderLines(orderShown as Share | null, figures['ranksDecide'] !== 0),
    ...(changed === null || changed === undefined ? [] : [`rows changed by --rank all: ${changed}`]),
  ]
}

function orderLines(orderShown: Share | null, decides: boolean): string[] {
  if (orderShown === null) return []
  const { hits, of } = orderShown
  const nothing = decides ? '' : '; with one order alone, the rankings decide nothing'
  return [`rankings that are the order shown: ${hits} of ${of} (${percentOf(orderShown)})${nothing}`]
}
