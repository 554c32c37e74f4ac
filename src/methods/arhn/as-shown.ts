// Rankings that are the very order shown: what a model answers that does not compare the candidates.
import type { Evidence, Rank } from '../../evidence/evidence.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import { isAbove, percentOf, shareOf, type Share } from '../../statistics/share.ts'
import type { Row } from '../../rows/row.ts'
import type { Survey, SurveyOutcome } from '../../method/definition.ts'

/** A shorter list comes as it was shown too often by chance. */
const FEWEST_CANDIDATES = 3
/** Rankings from which on a share of them says something. */
const FEWEST_RANKINGS = 10
const MOST = 0.5
/** Rankings that the survey looks at. */
const ENOUGH = 200

/** Counts the rankings of three candidates and more, and those that are the order shown. */
export class AsShownCount {
  #rankings = 0
  #asShown = 0

  add(evidence: readonly Evidence[]): void {
    for (const ranking of rankingsIn(evidence)) {
      if (ranking.length < FEWEST_CANDIDATES) continue
      this.#rankings += 1
      if (isAsShown(ranking)) this.#asShown += 1
    }
  }

  get rankings(): number {
    return this.#rankings
  }

  get share(): Share {
    return shareOf(this.#asShown, this.#rankings)
  }

  /** Whether most of the rankings say nothing but the order shown. */
  get isMost(): boolean {
    return this.#rankings >= FEWEST_RANKINGS && isAbove(this.share, MOST)
  }
}

/** The ranks of one call stand in the order in which its passages were shown. */
const rankingsIn = (evidence: readonly Evidence[]): Rank[][] => {
  // Lists that are shown again are a choice, and no sample.
  const ranks = evidence.filter((item) => item.kind === 'rank').filter(({ stage }) => stage !== CONFIRM)
  return [...Map.groupBy(ranks, ({ step, order, window }) => `${step} ${order} ${window}`).values()]
}

const isAsShown = (ranking: Rank[]): boolean =>
  ranking.every(({ rank }, index) => index === 0 || rank > (ranking[index - 1] as Rank).rank)

/** What is wrong with them, and what to do. */
export const asShownWarning = (share: Share): string =>
  `${percentOf(share)} of the rankings are the order in which the candidates were shown: the model does not compare them; ` +
  'take a larger one, or --permutations 2, where an order that is only repeated promotes nothing'

/** Looks over the first rankings of a file that was asked for one order alone. */
export class AsShownSurvey implements Survey {
  readonly isNeeded = true
  readonly stage = 'rank'
  readonly #count = new AsShownCount()

  get isDone(): boolean {
    return this.#count.rankings >= ENOUGH
  }

  add(_row: Row, evidence: Evidence[]): void {
    this.#count.add(evidence)
  }

  conclude(): SurveyOutcome {
    const { isMost, share } = this.#count
    const warnings = isMost ? [`${asShownWarning(share)}. The rankings decide nothing here.`] : []
    return { figures: { ranksDecide: isMost ? 0 : 1 }, warnings }
  }
}
