// What follows from the findings: whether a judge is believed, and if not, why and what to do.
import { percent } from '../base/format.ts'
import { hitsAbove } from '../statistics/exact-tests.ts'
import { exactLower } from '../statistics/intervals.ts'
import { type Share } from '../statistics/share.ts'
import type { StageFindings } from './findings.ts'

/** What is borne at most. */
export interface Thresholds {
  /** Share of the surely irrelevant that may be called relevant. */
  mostFalse: number
  /** Chance, at most, that a judge that tells nothing apart would look as good. */
  mostChance: number
  /** Share of the lists in which one place may be named. */
  mostPlace: number
  /** Share of the reasons that may be copies of their document. */
  mostCopied: number
}

export interface Conclusion {
  /** `few`: nothing speaks against the judge, and there were too few canaries for anything to speak for it. */
  result: 'passed' | 'few' | 'stopped'
  /** Why it is not believed. */
  reasons: string[]
  /** What a person should know although it is believed. */
  warnings: string[]
}

/** Canaries of each kind from which on a judge that finds half of what is relevant would be told from chance. */
const FEWEST = 20
/** The chance, if there were no preference, below which one for a place or an order is certain. */
const CERTAIN = 0.001
/** Cohen's kappa of two orders that even a hesitant judge reaches, and verdicts without which it says nothing. */
const LEAST_KAPPA = 0.4
const FEWEST_VERDICTS = 30
/** Share of the canaries that may be unread. */
const MOST_UNREAD = 0.5
const Z95 = 1.959963984540054
/** Share of the reasons without the words demanded above which a person is told. */
const MOST_UNWORDED = 0.5

export function concludeFrom(findings: readonly StageFindings[], thresholds: Thresholds): Conclusion {
  const reasons = findings.flatMap((each) =>
    reasonsAgainst(each, thresholds).map((reason) => `${nameOf(each)} ${reason}`),
  )
  const warnings = findings.flatMap((each) => warningsOf(each).map((warning) => `${nameOf(each)} ${warning}`))
  const isTold = findings.every((each) => !judges(each) || isEnough(each))
  const result = reasons.length > 0 ? 'stopped' : findings.some(judges) && isTold ? 'passed' : 'few'
  return { result, reasons, warnings }
}

/**
 * Whether nothing speaks for a judge yet: too few canaries, on which it does no better than chance may. More of them will tell, unless
 * nothing of the first could be read.
 */
export function isOpen(findings: readonly StageFindings[], { mostChance }: Pick<Thresholds, 'mostChance'>): boolean {
  return findings.some((each) => {
    if (judges(each)) return isRead(each) && !isEnough(each) && each.p > mostChance
    return each.ranked.of > 0 && each.ranked.of < FEWEST && chanceOf(each.ranked) > mostChance
  })
}

const chanceOf = ({ hits, of }: Share) =>
  hitsAbove(
    hits,
    Array.from({ length: of }, () => 0.5),
  )

const nameOf = ({ stage, model }: StageFindings) => `${stage} (${model})`
const judges = ({ unread }: StageFindings) => unread.of > 0
const isRead = ({ relevant, irrelevant }: StageFindings) => relevant.of + irrelevant.of > 0
const isEnough = ({ relevant, irrelevant }: StageFindings) => relevant.of >= FEWEST && irrelevant.of >= FEWEST

function reasonsAgainst(found: StageFindings, thresholds: Thresholds): string[] {
  return [unreadable, tooManyFalse, likeChance, rankedByChance, byPlace, byOrder, unsteady, copying].flatMap(
    (look) => look(found, thresholds) ?? [],
  )
}

type Look = (found: StageFindings, thresholds: Thresholds) => string | undefined

const unreadable: Look = ({ unread }) =>
  exactLower(unread.hits, unread.of) > MOST_UNREAD ? `gave nothing readable about ${told(unread)} canaries` : undefined

const tooManyFalse: Look = ({ irrelevant }, { mostFalse }) =>
  exactLower(irrelevant.hits, irrelevant.of) > mostFalse
    ? `calls ${told(irrelevant)} passages of other rows relevant, surely more than ${percent(mostFalse)}`
    : undefined

const likeChance: Look = (found, { mostChance }) => {
  if (!isEnough(found) || found.p <= mostChance) return undefined
  const { relevant, irrelevant } = found
  return `does not tell relevant passages from passages of other rows: it calls ${told(relevant)} of the ones relevant and ${told(irrelevant)} of the others`
}

const rankedByChance: Look = ({ ranked }, { mostChance }) => {
  if (ranked.of < FEWEST || chanceOf(ranked) <= mostChance) return undefined
  return `ranks a relevant passage above one of another row in ${told(ranked)} rankings, no more than chance would`
}

const byPlace: Look = ({ places }, { mostPlace }) => {
  if (places === null || places.p >= CERTAIN || places.named.hits <= mostPlace * places.named.of) return undefined
  return `goes by the place in which a passage is shown: it names place ${places.place} in ${told(places.named)} lists, wherever the canaries stand`
}

const byOrder: Look = ({ orders }, { mostPlace }) => {
  if (orders === null || orders.p >= CERTAIN || orders.same.hits <= mostPlace * orders.same.of) return undefined
  return `gives the order shown back${orders.isOpposite ? ', turned round,' : ''} in ${told(orders.same)} rankings`
}

const unsteady: Look = ({ twoOrders }) => {
  if (twoOrders === null || twoOrders.kappa === null || twoOrders.items < FEWEST_VERDICTS) return undefined
  const { kappa, observed, items } = twoOrders
  if (kappa >= LEAST_KAPPA) return undefined
  const chance = (observed - kappa) / (1 - kappa)
  const error = Math.sqrt((observed * (1 - observed)) / items) / (1 - chance)
  if (kappa + Z95 * error >= LEAST_KAPPA) return undefined
  return `judges the same ${items} passages differently when they are shown in the opposite order (kappa ${kappa.toFixed(2)})`
}

const copying: Look = ({ copied }, { mostCopied }) =>
  copied !== null && exactLower(copied.hits, copied.of) > mostCopied
    ? `copies the document instead of judging it in ${told(copied)} reasons`
    : undefined

function warningsOf({ places, unworded }: StageFindings): string[] {
  return [
    ...(places !== null && places.p < CERTAIN
      ? [
          `names place ${places.place} more often than others, in ${told(places.named)} lists: some of its verdicts go by the place`,
        ]
      : []),
    ...(unworded !== null && unworded.of >= FEWEST && unworded.hits > MOST_UNWORDED * unworded.of
      ? [`leaves out the words that the prompt demands in ${told(unworded)} reasons`]
      : []),
  ]
}

const told = (share: Share) => `${share.hits} of ${share.of}`

/** One line for a person: what the canaries of a stage showed. */
export function lineOf(found: StageFindings): string {
  const { stage, relevant, irrelevant, ranked, orders, tau } = found
  if (judges(found))
    return `${stage} calls relevant ${rate(relevant)} surely relevant, ${rate(irrelevant)} surely irrelevant`
  if (orders === null) return `${stage} ranked nothing`
  const agreement = tau === null ? '' : `; two orders agree with tau-b ${tau.toFixed(2)}`
  return `${stage} puts the relevant above the irrelevant in ${rate(ranked)} rankings, gives the order shown back in ${told(orders.same)}${agreement}`
}

function rate(share: Share): string {
  const { low, high } = share.interval95
  return share.of === 0 ? told(share) : `${told(share)} (${percent(low, 0)} to ${percent(high, 0)})`
}
