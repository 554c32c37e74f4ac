// RBP: precision for a reader who continues to the next document with a fixed probability.
import { family, numberParameter, REL, type Parameter } from './measure.ts'

const PERSISTENCE = numberParameter(
  0.8,
  'probability that a reader continues to the next document; from 0 to below 1',
  (value) => value >= 0 && value < 1,
)
const REL_OR_GRADED: Parameter = {
  ...REL,
  default: undefined,
  help: `binary gain from this grade: ${REL.help}; otherwise graded`,
}

export const rankBiasedPrecision = family({
  name: 'RBP',
  trecEval: { plain: 'rbp', parameters: { p: 0.9 } },
  summary: 'sum of gains (grade over the highest judged grade) times p^(rank - 1), times 1 - p',
  source: 'Moffat and Zobel 2008, "Rank-biased precision for measurement of retrieval effectiveness"; trec_eval',
  at: 'rank',
  parameters: { p: PERSISTENCE, rel: REL_OR_GRADED },
  valueOf: ({ grades, levels }, { p, rel }, cutoff = grades.length) => {
    const highest = Math.max(1, levels.at(-1)?.grade ?? 0)
    const persistence = p as number
    let [sum, weight] = [0, 1]
    for (const grade of grades.slice(0, cutoff)) {
      if (typeof rel === 'number' ? grade >= rel : grade > 0)
        sum += weight * (typeof rel === 'number' ? 1 : grade / highest)
      weight *= persistence
    }
    return (1 - persistence) * sum
  },
})

export const rankBiasedResidual = family({
  name: 'rbp_resid',
  trecEval: { plain: 'rbp_resid' },
  summary: 'how much higher RBP(p=0.9) could be if all unjudged documents were relevant',
  source: 'trec_eval',
  valueOf: ({ grades }) => {
    let [sum, weight, unjudged] = [0, 1, 0]
    for (const grade of grades) {
      if (grade < 0) {
        unjudged += 1
        sum += weight
      }
      weight *= 0.9
    }
    return unjudged === 0 ? 0 : weight + (1 - 0.9) * sum
  },
})
