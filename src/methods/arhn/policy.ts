// The policy of ARHN: above the positive → positive; below it, with an answer → out of the negatives (arXiv 2604.11092).
import type { AnchorPlace, Evidence, Rank, Unread, Verdict } from '../../evidence/evidence.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import { carryOut, changeFor, COMMON_DEFAULTS, undecidedRow, type CommonOptions } from '../../policy/changes.ts'
import type { Change, Policy } from '../../policy/policy.ts'

export const ARHN_ACTIONS = ['relabel', 'filter', 'relabel+filter'] as const
export const ANCHORS = ['best', 'worst', 'first'] as const

export interface ArhnPolicyOptions extends CommonOptions {
  /** Whether negatives above the positive become positives, and whether answering ones leave the negatives. Paper: both. */
  action: (typeof ARHN_ACTIONS)[number]
  /** The positive that a negative is compared with, if there are several: the best ranked, the worst ranked, or the first of the row. */
  anchor: (typeof ANCHORS)[number]
  /** Whether a negative that was ranked without an answer may be promoted. */
  rank: 'answering' | 'all'
  /** The share of the shown orders in which a negative must rank above the anchor, 0 to 1. */
  agreement: number
  /** Whether rankings count; not where the only one of a row is mostly the order shown. */
  ranksDecide: boolean
}

export const ARHN_POLICY_DEFAULTS: ArhnPolicyOptions = {
  ...COMMON_DEFAULTS,
  action: 'relabel+filter',
  anchor: 'best',
  rank: 'answering',
  agreement: 0.75,
  ranksDecide: true,
}

export function arhnPolicy(options: ArhnPolicyOptions = ARHN_POLICY_DEFAULTS): Policy {
  return (row, evidence) => {
    const [unread, ...more] = undecidingIn(row, evidence, options)
    if (unread) return undecidedRow(row, [unread, ...more], options)

    const standings = standingsIn(row, evidence, options)
    const falseNegatives = standings.filter(({ isAbove, answer }) => isAbove || answer).length
    const changes = standings.flatMap((standing) => changeOf(row, standing, options))
    const decision = carryOut(row, evidence, changes, falseNegatives, options)
    // An unreadable ranking that the action does not need has no effect.
    const passages = evidence.filter((item) => item.kind === 'unread').filter(({ stage }) => stage === 'extract')
    return { ...decision, unread: passages }
  }
}

/** Findings about one negative, over all the needs of the query. */
export interface Standing {
  passage: Passage
  /** The words that answer a need that a positive meets as well. */
  answer: Verdict | undefined
  /** Whether it ranks above the anchor in enough of the orders. */
  isAbove: boolean
  /** The words with which it ranks above the anchor. */
  above: Verdict | undefined
  /** Whether it ranks above the anchor in some orders and below it in others. */
  isTorn: boolean
}

function changeOf(
  row: Row,
  { passage: { id }, answer, isAbove, above }: Standing,
  { action, ranksDecide }: ArhnPolicyOptions,
): Change[] {
  if (isAbove && ranksDecide && action !== 'filter') {
    const grounds = { passage: id, stage: 'rank', ...(above && groundsOf(above)), verdict: 'above' }
    return changeFor(row, grounds, 'relabel')
  }
  if (answer === undefined || action === 'relabel') return []
  return changeFor(row, { passage: id, stage: 'extract', ...groundsOf(answer), verdict: 'answers' }, 'remove')
}

const groundsOf = ({ model, snippet, reason = '' }: Verdict) => ({ model, ...(snippet && { snippet }), reason })

/** Returns the negatives of a row with the findings about each. Reports use it as well. */
export function standingsIn(
  row: Row,
  evidence: Evidence[],
  options: Pick<ArhnPolicyOptions, 'anchor' | 'rank' | 'agreement'>,
): Standing[] {
  const needs = needsIn(row, evidence)
  const rounds = roundsByPassage(needs.flatMap((need) => roundsOf(need, options.anchor)))
  return labelled(row, 'negative').map((passage) => {
    const answer = needs.map(({ answers }) => answers.get(passage.id)).find((found) => found !== undefined)
    const shares = sharesAbove(
      passage.id,
      (rounds.get(passage.id) ?? []).map(({ round }) => round),
      options.rank,
    )
    const above = shares.find(({ share }) => share > 0 && share >= options.agreement)
    return {
      passage,
      answer,
      isAbove: above !== undefined,
      above: above?.need.answers.get(passage.id),
      isTorn: shares.some(({ share }) => share > 0 && share < 1),
    }
  })
}

/** The whole query, or a step of it that positives give. */
export interface Need {
  step: number | undefined
  /** Answering verdicts by passage. */
  answers: Map<string, Verdict>
  /** Positives that answer this need, in row order. */
  anchors: string[]
  ranks: Rank[]
}

export function needsIn(row: Row, evidence: Evidence[]): Need[] {
  const verdicts = evidence.filter((item) => item.kind === 'verdict')
  const given = verdicts.filter(({ verdict }) => verdict === 'gives')
  const steps = given.length > 0 ? [...new Set(given.map(({ step }) => step))] : [undefined]
  return steps.map((step) => {
    const found = verdicts.filter((item) => item.verdict === 'answers' && item.step === step)
    const answers = new Map(found.map((item) => [item.passage, item]))
    const givers = new Set(given.filter((item) => item.step === step).map(({ passage }) => passage))
    const anchors = labelled(row, 'positive')
      .map(({ id }) => id)
      .filter((id) => answers.has(id) && (step === undefined || givers.has(id)))
    const ranks = evidence.filter((item): item is Rank => item.kind === 'rank' && item.step === step)
    return { step, answers, anchors, ranks }
  })
}

/** One ranking: the rank of the anchor and of every passage. */
interface Round {
  need: Need
  /** Any rank of this round; all share order and window. */
  call: Rank
  anchor: number
  ranks: Map<string, number>
}

export function roundsOf(need: Need, anchor: ArhnPolicyOptions['anchor']): Round[] {
  const byCall = Map.groupBy(need.ranks, ({ order, window }) => `${order} ${window}`)
  return [...byCall.values()].flatMap((call) => {
    const ranks = new Map(call.map(({ passage, rank }) => [passage, rank]))
    const places = need.anchors.map((id) => ranks.get(id)).filter((rank) => rank !== undefined)
    if (places.length === 0) return []
    const place = { best: Math.min(...places), worst: Math.max(...places), first: places[0] as number }[anchor]
    return [{ need, call: call[0] as Rank, anchor: place, ranks }]
  })
}

/** Returns the rank of the anchor in every ranking, for explanations of a decision. */
export function anchorsIn(row: Row, evidence: Evidence[], anchor: ArhnPolicyOptions['anchor']): AnchorPlace[] {
  return needsIn(row, evidence).flatMap((need) =>
    roundsOf(need, anchor).map(({ call: { order, window }, anchor: rank }) => ({
      order,
      window,
      rank,
      ...(need.step !== undefined && { step: need.step }),
    })),
  )
}

/** Groups the rounds by the passages that were ranked in them. */
function roundsByPassage(rounds: Round[]): Map<string, { round: Round }[]> {
  const places = rounds.flatMap((round) => Array.from(round.ranks.keys(), (passage) => ({ passage, round })))
  return Map.groupBy(places, ({ passage }) => passage)
}

/**
 * Returns, for each need for which the passage counts and was ranked, the share of orders in which it ranks above the anchor.
 * @param rounds the rounds in which the passage was ranked
 */
function sharesAbove(
  passage: string,
  rounds: Round[],
  rank: ArhnPolicyOptions['rank'],
): { need: Need; share: number }[] {
  const mine = rounds.filter(({ need }) => rank === 'all' || need.answers.has(passage))
  const byNeed = Map.groupBy(mine, ({ need }) => need)
  return [...byNeed].map(([need, all]) => ({
    need,
    share: all.filter(({ anchor, ranks }) => (ranks.get(passage) as number) < anchor).length / all.length,
  }))
}

/**
 * Returns the unreadable calls that leave the row undecided: the steps of the question, a ranking that the action needs, or the extraction
 * from the positives if none of them could be read. If one other passage could not be read, only that passage stays as it is.
 */
function undecidingIn(row: Row, evidence: Evidence[], { action, ranksDecide }: ArhnPolicyOptions): Unread[] {
  const unread = evidence.filter((item) => item.kind === 'unread')
  if (unread.length === 0) return []
  const positives = new Set(labelled(row, 'positive').map(({ id }) => id))
  const isRead = evidence.some(
    (item) => item.kind === 'verdict' && item.stage === 'extract' && positives.has(item.passage),
  )
  return unread.filter(({ stage, passages }) => {
    if (stage === 'rank') return ranksDecide && action !== 'filter'
    return stage === 'steps' || (!isRead && passages.some((id) => positives.has(id)))
  })
}
