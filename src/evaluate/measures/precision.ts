// P and related measures: how much of the first documents is relevant.
import { ratio, relevantJudged, relevantRetrieved } from '../ranking.ts'
import { family, JUDGED_ONLY, REL, relOf } from './measure.ts'

export const precision = family({
  name: 'P',
  aliases: { Precision: {} },
  trecEval: { at: 'P' },
  summary: 'share of relevant documents among the first k; missing documents count as non-relevant',
  source: 'trec_eval',
  at: 'rank',
  isAtRequired: true,
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters, cutoff = 0) => relevantRetrieved(ranking, relOf(parameters), cutoff) / cutoff,
})

export const relativePrecision = family({
  name: 'relative_P',
  trecEval: { at: 'relative_P' },
  summary: 'P@k over the highest P@k possible with the number of relevant documents',
  source: 'trec_eval',
  at: 'rank',
  isAtRequired: true,
  parameters: { rel: REL },
  valueOf: (ranking, parameters, cutoff = 0) => {
    const rel = relOf(parameters)
    return ratio(relevantRetrieved(ranking, rel, cutoff), Math.min(cutoff, relevantJudged(ranking, rel)))
  },
})

export const rPrecision = family({
  name: 'Rprec',
  aliases: { RPrec: {} },
  trecEval: { plain: 'Rprec' },
  summary: 'P@R, where R is the number of relevant documents of the query',
  source: 'trec_eval',
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters) => {
    const rel = relOf(parameters)
    const relevant = relevantJudged(ranking, rel)
    return ratio(relevantRetrieved(ranking, rel, relevant), relevant)
  },
})

export const rPrecisionMultiple = family({
  name: 'Rprec_mult',
  trecEval: { at: 'Rprec_mult' },
  summary: 'precision at a multiple of the number of relevant documents, such as Rprec_mult@0.2',
  source: 'trec_eval',
  at: 'multiple',
  isAtRequired: true,
  parameters: { rel: REL },
  valueOf: (ranking, parameters, multiple = 1) => {
    const rel = relOf(parameters)
    const cutoff = Math.floor(multiple * relevantJudged(ranking, rel) + 0.9)
    return ratio(relevantRetrieved(ranking, rel, cutoff), cutoff)
  },
})
