// IPrec: points on the precision-recall curve.
import { relevantJudged, type Ranking } from '../ranking.ts'
import { choiceParameter, family, JUDGED_ONLY, REL, relOf, type Parameters } from './measure.ts'

/** trec_eval 10 and 9 differ on which document corresponds to 10% of 7. */
const ROUNDING = choiceParameter(
  ['nearest', 'up'],
  'rounding of a share to a number of documents: nearest as in trec_eval 10, or up as in trec_eval 9 and pytrec_eval',
)

/**
 * Returns the highest precision at or below each point at which a share of the relevant documents has been found; 0 for points not reached.
 */
function precisionsAt(ranking: Ranking, parameters: Parameters, shares: readonly number[]): number[] {
  const { grades } = ranking
  const rel = relOf(parameters)
  const relevant = relevantJudged(ranking, rel)
  // Rounds up, except for values at most a tenth above a whole number.
  const documents =
    parameters['rounding'] === 'up'
      ? (share: number) => Math.floor(share * relevant + 0.9)
      : (share: number) => Math.round(share * relevant)
  // precisions[n]: the highest precision from the rank of the nth relevant document on; [0] from the first rank on.
  const precisions = [0]
  grades.forEach((grade, index) => {
    if (grade >= rel) precisions.push(precisions.length / (index + 1))
  })
  for (let found = precisions.length - 2; found >= 0; found--) {
    precisions[found] = Math.max(precisions[found] as number, precisions[found + 1] as number)
  }
  return shares.map((share) => precisions[documents(share)] ?? 0)
}

export const interpolatedPrecision = family({
  name: 'IPrec',
  trecEval: { at: 'iprec_at_recall' },
  summary: 'highest precision at or beyond a recall level, such as IPrec@0.1',
  source: 'trec_eval 10',
  at: 'recall',
  isAtRequired: true,
  parameters: { rel: REL, rounding: ROUNDING, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters, share = 0) => precisionsAt(ranking, parameters, [share])[0] as number,
})

const ELEVEN = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

export const elevenPointAverage = family({
  name: '11pt_avg',
  trecEval: { plain: '11pt_avg' },
  summary: 'IPrec at recall 0, 0.1 … 1, averaged',
  source: 'trec_eval 10',
  parameters: { rel: REL, rounding: ROUNDING },
  valueOf: (ranking, parameters) =>
    precisionsAt(ranking, parameters, ELEVEN).reduce((sum, each) => sum + each, 0) / ELEVEN.length,
})
