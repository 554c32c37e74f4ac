// AP: precision at each relevant document, averaged over all relevant ones.
import { ratio, relevantJudged, type Ranking } from '../ranking.ts'
import { family, JUDGED_ONLY, REL, relOf } from './measure.ts'

/** Returns the sum of the precisions at the relevant documents among the first `cutoff`. */
function sumOfPrecisions({ grades }: Ranking, rel: number, cutoff = grades.length): number {
  let found = 0
  let sum = 0
  for (let index = 0; index < Math.min(cutoff, grades.length); index++) {
    if ((grades[index] as number) < rel) continue
    found += 1
    sum += found / (index + 1)
  }
  return sum
}

export const averagePrecision = family({
  name: 'AP',
  aliases: { MAP: {} },
  trecEval: { plain: 'map', at: 'map_cut' },
  summary: 'precision at each relevant document retrieved, averaged over all judged relevant',
  source: 'trec_eval',
  at: 'rank',
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters, cutoff) => {
    const rel = relOf(parameters)
    return ratio(sumOfPrecisions(ranking, rel, cutoff), relevantJudged(ranking, rel))
  },
})

export const geometricAveragePrecision = family({
  name: 'gm_map',
  trecEval: { plain: 'gm_map' },
  summary: 'geometric mean of AP over queries, which weights poor queries more; values below 0.00001 count as 0.00001',
  source: 'Robertson 2006, "On GMAP: and other transformations"; trec_eval',
  parameters: { rel: REL },
  combine: 'geometric-mean',
  valueOf: averagePrecision.valueOf,
})
