// R: how many of the relevant documents are among the first ones.
import { ratio, relevantJudged, relevantRetrieved } from '../ranking.ts'
import { family, JUDGED_ONLY, REL, relOf } from './measure.ts'

export const recall = family({
  name: 'R',
  aliases: { Recall: {} },
  trecEval: { at: 'recall' },
  summary: 'share of the relevant documents among the first k',
  source: 'trec_eval',
  at: 'rank',
  isAtRequired: true,
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters, cutoff) => {
    const rel = relOf(parameters)
    return ratio(relevantRetrieved(ranking, rel, cutoff), relevantJudged(ranking, rel))
  },
})
