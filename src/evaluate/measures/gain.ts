// G and binG: a document's gain, reduced for the documents ranked above it in vain.
import { ratio, relevantJudged } from '../ranking.ts'
import { idealGains } from './gains.ts'
import { family, REL, relOf } from './measure.ts'

export const gain = family({
  name: 'G',
  trecEval: { plain: 'G' },
  summary: 'each gain divided by log2 of 2 plus the lead of an ideal ranking in gain',
  source: 'trec_eval (experimental measure of 2008)',
  valueOf: (ranking) => {
    const ideal = idealGains(ranking)
    let cost = 0
    let gained = 0
    let sum = 0
    ranking.grades.forEach((grade, index) => {
      cost += Math.max(1, ideal[index] ?? 0)
      if (grade <= 0) return
      gained += grade
      sum += grade / Math.log2(2 + cost - gained)
    })
    return ratio(
      sum,
      ideal.reduce((total, each) => total + each, 0),
    )
  },
})

export const binaryGain = family({
  name: 'binG',
  trecEval: { plain: 'binG' },
  summary: 'mean over relevant documents of 1 / log2(2 + non-relevant documents above)',
  source: 'trec_eval (experimental measure of 2008)',
  parameters: { rel: REL },
  valueOf: (ranking, parameters) => {
    const rel = relOf(parameters)
    let found = 0
    let sum = 0
    ranking.grades.forEach((grade, index) => {
      if (grade < rel) return
      found += 1
      sum += 1 / Math.log2(3 + index - found)
    })
    return ratio(sum, relevantJudged(ranking, rel))
  },
})
