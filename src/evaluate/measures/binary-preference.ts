// Bpref: how many judged non-relevant documents rank above the relevant ones. Documents without a judgement are ignored.
import { ratio, relevantJudged, type Ranking } from '../ranking.ts'
import { family, REL, relOf, type Parameters } from './measure.ts'

function valueOf(ranking: Ranking, parameters: Parameters): number {
  const rel = relOf(parameters)
  const relevant = relevantJudged(ranking, rel)
  const bound = Math.min(relevantJudged(ranking, 0) - relevant, relevant)
  let above = 0
  let sum = 0
  for (const grade of ranking.grades) {
    if (grade < 0) continue
    if (grade < rel) above += 1
    else sum += above === 0 ? 1 : 1 - Math.min(above, relevant) / bound
  }
  return ratio(sum, relevant)
}

export const binaryPreference = family({
  name: 'Bpref',
  aliases: { BPref: {} },
  trecEval: { plain: 'bpref' },
  summary: 'share of judged non-relevant documents ranked below each relevant one; for incomplete judgements',
  source: 'Buckley and Voorhees 2004, "Retrieval evaluation with incomplete information"; trec_eval',
  parameters: { rel: REL },
  valueOf,
})

export const geometricBinaryPreference = family({
  name: 'gm_bpref',
  trecEval: { plain: 'gm_bpref' },
  summary: 'geometric mean of Bpref over queries; values below 0.00001 count as 0.00001',
  source: 'trec_eval',
  parameters: { rel: REL },
  combine: 'geometric-mean',
  valueOf,
})
