// How ARHN scores passages: by their places in its rankings, by how often they rank above the positive, or by its verdicts.
import type { Evidence, Rank } from '../../evidence/evidence.ts'
import { meanOf } from '../../statistics/mean.ts'
import { labelled, type Row } from '../../rows/row.ts'
import type { Figures } from '../../method/definition.ts'
import { positiveScores, VERDICT_SCORES, type PassageScores, type Scale } from '../../method/scale.ts'
import { arhnPolicyOptionsOf, type ArhnGatherValues, type ArhnPolicyValues } from './options.ts'
import { needsIn, roundsOf, standingsIn, type ArhnPolicyOptions, type Need, type Standing } from './policy.ts'

const ONE_OF_STEPS = 'for a question of several steps, the best over its steps'

export const ARHN_SCALES: readonly Scale[] = [
  {
    name: 'rank',
    range: '0 to 1',
    meaning: `place in the ranking, 1 for the first of n, 1/n for the last, 0 for a passage without an answer; the mean over the orders shown; ${ONE_OF_STEPS}`,
    scorer: scorerOf((row, evidence, options) => bestOver(row, evidence, (need) => placesIn(need, options))),
  },
  {
    name: 'votes',
    range: '0 to 1',
    meaning: `share of the orders shown in which it ranks above the positive; .5 is the positive itself, 0 a passage without an answer; ${ONE_OF_STEPS}`,
    scorer: scorerOf((row, evidence, options) => bestOver(row, evidence, (need) => sharesIn(need, options))),
  },
  {
    name: 'verdict',
    range: '0 to 3',
    meaning:
      'ranks above the positive 3 (in every order that was to confirm it, or else 1), positive of the row 2, answers 1, no answer 0',
    scorer: scorerOf(verdicts),
  },
]

type Scorer = (row: Row, evidence: Evidence[], options: ArhnPolicyOptions) => PassageScores

function scorerOf(score: Scorer): Scale['scorer'] {
  return (values, surveyed: Figures = {}) => {
    const options = arhnPolicyOptionsOf(values as ArhnGatherValues & ArhnPolicyValues, surveyed)
    return (row, evidence) => score(row, evidence, options)
  }
}

function verdicts(row: Row, evidence: Evidence[], options: ArhnPolicyOptions): PassageScores {
  const read = readIn(evidence)
  const isRanked = !evidence.some((item) => item.kind === 'unread' && item.stage === 'rank')
  const scoreOf = ({ passage: { id }, isAbove, isConfirmed, answer }: Standing) => {
    if (!read.has(id)) return undefined
    if (isAbove && options.ranksDecide) return isConfirmed ? VERDICT_SCORES.above : VERDICT_SCORES.below
    if (answer === undefined) return VERDICT_SCORES.irrelevant
    return isRanked && options.ranksDecide ? VERDICT_SCORES.below : undefined
  }
  const found = standingsIn(row, evidence, options).flatMap((standing): [string, number][] => {
    const score = scoreOf(standing)
    return score === undefined ? [] : [[standing.passage.id, score]]
  })
  return new Map([...positiveScores(row, evidence), ...found])
}

/** Returns the passages from which every need could be extracted. */
function readIn(evidence: Evidence[]): Set<string> {
  const unread = evidence.flatMap((item) => (item.kind === 'unread' && item.stage === 'extract' ? item.passages : []))
  const read = new Set(
    evidence
      .filter((item) => item.kind === 'verdict')
      .flatMap(({ stage, passage }) => (stage === 'extract' ? passage : [])),
  )
  return read.difference(new Set(unread))
}

/** Returns the best score of each passage over the needs of the query; none for a passage that one of them leaves open. */
function bestOver(row: Row, evidence: Evidence[], scoresOf: (need: Need) => PassageScores | undefined): PassageScores {
  const needs = needsIn(row, evidence)
  const scores = needs.map(scoresOf).filter((each) => each !== undefined)
  if (scores.length < needs.length) return new Map()
  const read = readIn(evidence)
  const all = [...labelled(row, 'positive'), ...labelled(row, 'negative')].filter(({ id }) => read.has(id))
  return new Map(
    all.flatMap(({ id }, _index): [string, number][] => {
      const found = scores.map((each, at) => each.get(id) ?? (needs[at]?.answers.has(id) ? undefined : 0))
      const known = found.filter((score) => score !== undefined)
      return known.length < found.length ? [] : [[id, Math.max(...known)]]
    }),
  )
}

/** The places of what was ranked; a list that took several calls has none. */
function placesIn(need: Need, { ranksDecide }: ArhnPolicyOptions): PassageScores | undefined {
  if (need.ranks.length === 0) return onlyAnswer(need, 1)
  if (!ranksDecide || new Set(need.ranks.map(({ window }) => window)).size > 1) return undefined
  const sizes = Map.groupBy(need.ranks, ({ order }) => order)
  const place = ({ order, rank }: Rank) => {
    const size = sizes.get(order)?.length ?? 0
    return (size + 1 - rank) / size
  }
  return meansOf(need.ranks.map((rank) => [rank.passage, place(rank)]))
}

/** The share of orders in which a passage ranks above the anchor; the anchor counts as half. */
function sharesIn(need: Need, { anchor, ranksDecide }: ArhnPolicyOptions): PassageScores | undefined {
  if (need.ranks.length === 0) return onlyAnswer(need, TIE)
  if (!ranksDecide) return undefined
  const all = roundsOf(need, anchor).flatMap(({ anchor: bar, ranks }) =>
    Array.from(ranks, ([id, rank]): [string, number] => [id, rank < bar ? 1 : rank === bar ? TIE : 0]),
  )
  return meansOf(all)
}

const TIE = 0.5

/** Without a ranking the places are known only where a positive alone answers. */
function onlyAnswer({ answers, anchors }: Need, score: number): PassageScores | undefined {
  const [only] = anchors
  return only !== undefined && answers.size === 1 ? new Map([[only, score]]) : undefined
}

function meansOf(values: [string, number][]): PassageScores {
  const byPassage = Map.groupBy(values, ([passage]) => passage)
  return new Map(Array.from(byPassage, ([id, all]) => [id, meanOf(all.map(([, value]) => value))]))
}
