// nDCG averaged over several ranks of one query: the ranks of the relevant documents, or those at which the ideal gain changes.
import { ratio, relevantJudged, type Ranking } from '../ranking.ts'
import { discounted, idealGains, retrievedGains } from './gains.ts'
import { family, REL, relOf } from './measure.ts'

export const ndcgAtRelevant = family({
  name: 'ndcg_rel',
  trecEval: { plain: 'ndcg_rel' },
  summary: 'nDCG at the rank of each document with a gain, averaged; at the end of the ranking if not retrieved',
  source: 'trec_eval (experimental measure)',
  valueOf: (ranking) => {
    const [gains, ideal] = [retrievedGains(ranking), idealGains(ranking)]
    let [dcg, idealDcg, sum, found] = [0, 0, 0, 0]
    gains.forEach((gain, index) => {
      const discount = Math.log2(index + 2)
      if (gain !== 0) dcg += gain / discount
      idealDcg += (ideal[index] ?? 0) / discount
      if (gain <= 0) return
      sum += dcg / idealDcg
      found += 1
    })
    return ratio(sum + (ideal.length - found) * ratio(dcg, discounted(ideal)), ideal.length)
  },
})

/** Returns the ranks after which an ideal ranking continues with lower gains. */
function boundaries({ levels }: Ranking): number[] {
  const ranks: number[] = []
  let total = 0
  for (const { grade, count } of levels.toReversed()) if (grade > 0) ranks.push((total += count))
  return ranks
}

export const ndcgAtLevels = family({
  name: 'Rndcg',
  trecEval: { plain: 'Rndcg' },
  summary: 'nDCG at the ranks where the gain of an ideal ranking changes, and at the end of the ranking, averaged',
  source: 'trec_eval (experimental measure)',
  parameters: { rel: REL },
  valueOf: (ranking, parameters) => {
    if (relevantJudged(ranking, relOf(parameters)) === 0) return 0
    const [gains, ideal, ranks] = [retrievedGains(ranking), idealGains(ranking), boundaries(ranking)]
    // As in trec_eval, the end counts if it is more than one document below the last boundary.
    if (gains.length > ideal.length + 1) ranks.push(gains.length)
    return ratio(
      ranks.reduce((sum, rank) => sum + ratio(discounted(gains, rank), discounted(ideal, rank)), 0),
      ranks.length,
    )
  },
})
