// Measures that count. They are summed over queries.
import { relevantJudged, relevantRetrieved } from '../ranking.ts'
import { family, REL, relOf, type Parameter } from './measure.ts'

export const numberOfQueries = family({
  name: 'NumQ',
  trecEval: { plain: 'num_q' },
  summary: 'number of queries',
  source: 'trec_eval',
  combine: 'sum',
  valueOf: () => 1,
})

const REL_OR_ANY: Parameter = { ...REL, default: undefined, help: `count only relevant ones: ${REL.help}` }

export const numberRetrieved = family({
  name: 'NumRet',
  aliases: { NumRelRet: { rel: 1 }, num_rel_ret: { rel: 1 } },
  trecEval: { plain: 'num_ret' },
  summary: 'number of documents retrieved; with rel, of relevant ones',
  source: 'trec_eval',
  combine: 'sum',
  parameters: { rel: REL_OR_ANY },
  valueOf: (ranking, { rel }) => (typeof rel === 'number' ? relevantRetrieved(ranking, rel) : ranking.grades.length),
})

export const numberRelevant = family({
  name: 'NumRel',
  trecEval: { plain: 'num_rel' },
  summary: 'number of documents judged relevant',
  source: 'trec_eval',
  combine: 'sum',
  parameters: { rel: REL },
  valueOf: (ranking, parameters) => relevantJudged(ranking, relOf(parameters)),
})

export const numberJudgedNotRelevant = family({
  name: 'num_nonrel_judged_ret',
  trecEval: { plain: 'num_nonrel_judged_ret' },
  summary: 'number of documents retrieved that are judged non-relevant',
  source: 'trec_eval',
  combine: 'sum',
  parameters: { rel: REL },
  valueOf: ({ grades }, parameters) => grades.filter((grade) => grade >= 0 && grade < relOf(parameters)).length,
})
