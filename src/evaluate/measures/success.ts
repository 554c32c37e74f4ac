// Success: whether anything relevant is among the first documents.
import { relevantRetrieved } from '../ranking.ts'
import { family, JUDGED_ONLY, REL, relOf } from './measure.ts'

export const success = family({
  name: 'Success',
  trecEval: { at: 'success' },
  summary: '1 if a relevant document is among the first k, otherwise 0',
  source: 'trec_eval',
  at: 'rank',
  isAtRequired: true,
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  valueOf: (ranking, parameters, cutoff) => (relevantRetrieved(ranking, relOf(parameters), cutoff) > 0 ? 1 : 0),
})
