// RR: how far down the first relevant document is.
import { family, JUDGED_ONLY, REL, relOf } from './measure.ts'

export const reciprocalRank = family({
  name: 'RR',
  aliases: { MRR: {} },
  trecEval: { plain: 'recip_rank' },
  summary: '1 / rank of the first relevant document; 0 if none is retrieved (among the first k with @k)',
  source: 'Kantor and Voorhees 2000, "The TREC-5 confusion track"; trec_eval; @k as MS MARCO has it',
  at: 'rank',
  parameters: { rel: REL, judged_only: JUDGED_ONLY },
  valueOf: ({ grades }, parameters, cutoff = grades.length) => {
    const rel = relOf(parameters)
    const index = grades.findIndex((grade) => grade >= rel)
    return index >= 0 && index < cutoff ? 1 / (index + 1) : 0
  },
})
