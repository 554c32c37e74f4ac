// Judged and unj: how far the judgements cover what was retrieved. If the share is low, the other measures mean little.
import { NOT_JUDGED } from '../ranking.ts'
import { family } from './measure.ts'

export const judged = family({
  name: 'Judged',
  summary: 'share of the documents retrieved (the first k with @k) that are judged',
  source: 'ir_measures',
  at: 'rank',
  valueOf: ({ grades }, _parameters, cutoff = grades.length) => {
    const first = grades.slice(0, cutoff)
    return first.length === 0 ? 0 : first.filter((grade) => grade !== NOT_JUDGED).length / first.length
  },
})

export const unjudged = family({
  name: 'unj',
  trecEval: { at: 'unj' },
  summary: 'share of the first k ranks whose document is unjudged or has a grade below 0',
  source: 'trec_eval',
  at: 'rank',
  isAtRequired: true,
  valueOf: ({ grades }, _parameters, cutoff = 0) =>
    grades.slice(0, cutoff).filter((grade) => grade < 0).length / cutoff,
})
