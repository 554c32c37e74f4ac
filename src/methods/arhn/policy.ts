// The policy of ARHN: above the positive → positive; below it, with an answer → out of the negatives (arXiv 2604.11092).
import type { AnchorPlace, Evidence, Rank, Unread, Verdict } from '../../evidence/evidence.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import { carryOut, changeFor, COMMON_DEFAULTS, undecidedRow, type CommonOptions } from '../../policy/changes.ts'
import { CONFIRM, NOT_CONFIRMED } from '../../policy/confirming.ts'
import type { Action, Change, Policy } from '../../policy/policy.ts'

export const ARHN_ACTIONS = ['relabel', 'filter', 'relabel+filter'] as const
export const ANCHORS = ['best', 'worst', 'first'] as const

export interface ArhnPolicyOptions extends CommonOptions {
  /** Whether negatives above the positive become positives, and whether answering ones leave the negatives. Paper: both. */
  action: (typeof ARHN_ACTIONS)[number]
  /** For each kind of find in place of `action`, where their precision was measured. */
  measured?: Record<ArhnFind, Action>
  /** The positive that a negative is compared with, if there are several: the best ranked, the worst ranked, or the first of the row. */
  anchor: (typeof ANCHORS)[number]
  /** Whether a negative that was ranked without an answer may be promoted. */
  rank: 'answering' | 'all'
  /** The share of the shown orders in which a negative must rank above the anchor, 0 to 1. */
  agreement: number
  /** Further orders in which it must rank above the anchor as well. Paper: 0. */
  confirm: number
  /** Whether rankings count; not where the only one of a row is mostly the order shown. */
  ranksDecide: boolean
}

export const ARHN_POLICY_DEFAULTS: ArhnPolicyOptions = {
  ...COMMON_DEFAULTS,
  action: 'relabel+filter',
  anchor: 'best',
  rank: 'answering',
  agreement: 0.75,
  confirm: 0,
  ranksDecide: true,
}

/** What the policy acts upon: a negative above the anchor, one that is so in the first orders alone, or one with an answer. */
export type ArhnFind = 'above' | 'unconfirmed' | 'answers'

const FIXED: Record<(typeof ARHN_ACTIONS)[number], Record<ArhnFind, Action>> = {
  relabel: { above: 'relabel', unconfirmed: 'remove', answers: 'keep' },
  filter: { above: 'remove', unconfirmed: 'remove', answers: 'remove' },
  'relabel+filter': { above: 'relabel', unconfirmed: 'remove', answers: 'remove' },
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
  /** Whether it does so in the orders that confirm, too. */
  isConfirmed: boolean
  /** The words with which it ranks above the anchor. */
  above: Verdict | undefined
  /** Whether it ranks above the anchor in some orders and below it in others. */
  isTorn: boolean
}

/** Returns the kind of find that a negative is; undefined if it is none. */
export function findOf(
  { answer, isAbove, isConfirmed }: Standing,
  { action, ranksDecide }: Pick<ArhnPolicyOptions, 'action' | 'ranksDecide'>,
): ArhnFind | undefined {
  if (isAbove && ranksDecide && action !== 'filter') return isConfirmed ? 'above' : 'unconfirmed'
  return answer === undefined ? undefined : 'answers'
}

function changeOf(row: Row, standing: Standing, options: ArhnPolicyOptions): Change[] {
  const find = findOf(standing, options)
  if (find === undefined) return []
  const { measured, action } = options
  return changeFor(row, groundsFor(find, standing), (measured ?? FIXED[action])[find])
}

function groundsFor(find: ArhnFind, { passage: { id }, answer, above }: Standing) {
  if (find === 'answers') return { passage: id, stage: 'extract', ...(answer && groundsOf(answer)), verdict: 'answers' }
  const said = above && groundsOf(above)
  const grounds = { passage: id, stage: 'rank', ...said, verdict: 'above' }
  if (find === 'above') return grounds
  return { ...grounds, reason: [NOT_CONFIRMED, ...(said?.reason ? [said.reason] : [])].join(': ') }
}

const groundsOf = ({ model, snippet, reason = '' }: Verdict) => ({ model, ...(snippet && { snippet }), reason })

/** Returns the negatives of a row with the findings about each. Reports use it as well. */
export function standingsIn(
  row: Row,
  evidence: Evidence[],
  options: Pick<ArhnPolicyOptions, 'anchor' | 'rank' | 'agreement' | 'confirm'>,
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
    const enough = shares.filter(({ share }) => share > 0 && share >= options.agreement)
    const confirmed = enough.find(({ again }) => {
      const orders = again.slice(0, options.confirm)
      return orders.length >= options.confirm && orders.every(Boolean)
    })
    const above = confirmed ?? enough[0]
    return {
      passage,
      answer,
      isAbove: above !== undefined,
      isConfirmed: confirmed !== undefined,
      above: above?.need.answers.get(passage.id),
      isTorn: shares.some(({ share, again }) => (share > 0 && share < 1) || again.includes(share === 0)),
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

/** How a passage stands to the anchor of a need. */
interface AboveShare {
  need: Need
  /** The share of orders in which it ranks above. */
  share: number
  /** Whether it does in each order that confirms, the first of them first. */
  again: boolean[]
}

/**
 * Returns this for each need for which the passage counts and was ranked.
 * @param rounds the rounds in which the passage was ranked
 */
function sharesAbove(passage: string, rounds: Round[], rank: ArhnPolicyOptions['rank']): AboveShare[] {
  const mine = rounds.filter(({ need }) => rank === 'all' || need.answers.has(passage))
  const byNeed = Map.groupBy(mine, ({ need }) => need)
  const isAbove = ({ anchor, ranks }: Round) => (ranks.get(passage) as number) < anchor
  return [...byNeed].flatMap(([need, all]) => {
    const first = all.filter(({ call }) => call.stage !== CONFIRM)
    if (first.length === 0) return []
    const again = all.filter(({ call }) => call.stage === CONFIRM).map(isAbove)
    return [{ need, share: first.filter(isAbove).length / first.length, again }]
  })
}

/**
 * Returns the unreadable calls that leave the row undecided: the steps of the question, a ranking that the action needs, or the extraction
 * from the positives if none of them could be read. If one other passage could not be read, only that passage stays as it is.
 */
export function undecidingIn(row: Row, evidence: Evidence[], { action, ranksDecide }: ArhnPolicyOptions): Unread[] {
  const unread = evidence.filter((item) => item.kind === 'unread')
  if (unread.length === 0) return []
  const positives = new Set(labelled(row, 'positive').map(({ id }) => id))
  const isRead = evidence.some(
    (item) => item.kind === 'verdict' && item.stage === 'extract' && positives.has(item.passage),
  )
  return unread.filter(({ stage, passages }) => {
    if (stage === 'rank' || stage === CONFIRM) return ranksDecide && action !== 'filter'
    return stage === 'steps' || (!isRead && passages.some((id) => positives.has(id)))
  })
}
