// infAP: AP estimated from a sample of judgements; a grade below 0 means "in the pool, not in the sample".
import { NOT_ASSESSED, NOT_JUDGED, ratio, relevantJudged } from '../ranking.ts'
import { family, REL, relOf } from './measure.ts'

const EPSILON = 0.00001

export const inferredAveragePrecision = family({
  name: 'infAP',
  trecEval: { plain: 'infAP' },
  summary: 'AP estimated from a sample of the pool; unjudged pooled documents have a grade below 0',
  source: 'Yilmaz and Aslam 2006, "Estimating average precision with incomplete and imperfect judgments"; trec_eval',
  parameters: { rel: REL },
  valueOf: (ranking, parameters) => {
    const rel = relOf(parameters)
    let [relevant, others, unassessed, sum] = [0, 0, 0, 0]
    ranking.grades.forEach((grade, above) => {
      if (grade === NOT_JUDGED) return
      if (grade === NOT_ASSESSED) unassessed += 1
      else if (grade < rel) others += 1
      else {
        const pooled = (relevant + others + unassessed) / above
        const precision = (relevant + EPSILON) / (relevant + others + 2 * EPSILON)
        sum += above === 0 ? 1 : 1 / (above + 1) + (above / (above + 1)) * pooled * precision
        relevant += 1
      }
    })
    return ratio(sum, relevantJudged(ranking, rel))
  },
})
