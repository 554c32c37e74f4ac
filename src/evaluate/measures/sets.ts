// Measures that treat the retrieved documents as a set, whatever their order.
import { ratio, relevantJudged, relevantRetrieved, type Ranking } from '../ranking.ts'
import { family, JUDGED_ONLY, numberParameter, REL, relOf, type Parameter, type Parameters } from './measure.ts'

/** Returns what set measures count: relevant and retrieved, retrieved, relevant. */
function counts(ranking: Ranking, parameters: Parameters) {
  const rel = relOf(parameters)
  return {
    both: relevantRetrieved(ranking, rel),
    retrieved: ranking.grades.length,
    relevant: relevantJudged(ranking, rel),
  }
}

const RELATIVE: Parameter = { ...JUDGED_ONLY, help: 'relative to the highest possible precision; True or False' }

export const setPrecision = family({
  name: 'SetP',
  aliases: { SetRelP: { relative: true }, set_relative_P: { relative: true } },
  trecEval: { plain: 'set_P' },
  summary: 'share of the retrieved documents that are relevant',
  source: 'trec_eval',
  parameters: { rel: REL, relative: RELATIVE, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters) => {
    const { both, retrieved, relevant } = counts(ranking, parameters)
    return ratio(both, parameters['relative'] === true ? Math.min(retrieved, relevant) : retrieved)
  },
})

export const setRecall = family({
  name: 'SetR',
  trecEval: { plain: 'set_recall' },
  summary: 'share of the relevant documents that are retrieved',
  source: 'trec_eval',
  parameters: { rel: REL },
  valueOf: (ranking, parameters) => {
    const { both, relevant } = counts(ranking, parameters)
    return ratio(both, relevant)
  },
})

export const setF = family({
  name: 'SetF',
  trecEval: { plain: 'set_F' },
  summary: 'weighted harmonic mean of SetP and SetR: (beta + 1) P R / (R + beta P)',
  source: 'van Rijsbergen 1979, "Information Retrieval"; trec_eval',
  parameters: {
    rel: REL,
    beta: numberParameter(1, 'weight of R relative to P; a number above 0', (value) => value > 0 && value < Infinity),
    judged_only: JUDGED_ONLY,
  },
  valueOf: (ranking, parameters) => {
    const { both, retrieved, relevant } = counts(ranking, parameters)
    const [precision, recall] = [ratio(both, retrieved), ratio(both, relevant)]
    const beta = parameters['beta'] as number
    return ratio((beta + 1) * precision * recall, recall + beta * precision)
  },
})

export const setAveragePrecision = family({
  name: 'SetAP',
  trecEval: { plain: 'set_map' },
  summary: 'SetP times SetR',
  source: 'trec_eval',
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters) => {
    const { both, retrieved, relevant } = counts(ranking, parameters)
    return ratio(both * both, retrieved * relevant)
  },
})

export const utility = family({
  name: 'utility',
  trecEval: { plain: 'utility' },
  summary: 'relevant documents retrieved minus other documents retrieved',
  source: 'trec_eval, with its default weights 1, -1, 0, 0',
  parameters: { rel: REL },
  valueOf: (ranking, parameters) => {
    const { both, retrieved } = counts(ranking, parameters)
    return both - (retrieved - both)
  },
})
