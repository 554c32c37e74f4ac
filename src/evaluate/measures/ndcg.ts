// nDCG: discounted cumulative gain, divided by that of the best possible ranking.
import { UsageError } from '../../base/errors.ts'
import { ratio } from '../ranking.ts'
import { discounted, idealGains, linearGain, retrievedGains, type Gain } from './gains.ts'
import { choiceParameter, family, JUDGED_ONLY, type Parameter, type Parameters } from './measure.ts'

const GAINS: Parameter = {
  default: undefined,
  help: 'gain of each grade, if not the grade itself, such as {1:3,2:7}',
  read: (text) => {
    const inner = /^\{(.*)\}$/.exec(text)?.[1]
    const pairs = inner?.split(',').map((pair) => pair.split(':').map((side) => side.trim()))
    const isPair = (pair: string[]) =>
      pair.length === 2 && /^\d+$/.test(pair[0] ?? '') && /^-?\d+(\.\d+)?$/.test(pair[1] ?? '')
    return pairs?.every(isPair) ? new Map(pairs.map(([grade, gain]) => [Number(grade), Number(gain)])) : undefined
  },
}

function gainOf(parameters: Parameters): Gain {
  const { gains, dcg } = parameters
  const given: Gain = gains instanceof Map ? (grade) => (gains.get(grade) as number | undefined) ?? grade : linearGain
  return dcg === 'exp-log2' ? (grade) => exponential(given(grade)) : given
}

/** @throws UsageError if the gain is not finite, as nothing could be divided by it */
function exponential(grade: number): number {
  const gain = 2 ** grade - 1
  if (Number.isFinite(gain)) return gain
  throw new UsageError(`nDCG(dcg='exp-log2'): the grade ${grade} is too large for a gain of 2^grade - 1`, {
    hint: 'nDCG uses the grade as the gain; set other gains with gains={GRADE:GAIN,…}.',
  })
}

export const ndcg = family({
  name: 'nDCG',
  aliases: { NDCG: {}, ndcg: {} },
  trecEval: { plain: 'ndcg', at: 'ndcg_cut' },
  summary: 'sum of gains (the grades) divided by log2(rank + 1), over that of the ideal ranking',
  source: 'Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques"; trec_eval',
  at: 'rank',
  parameters: {
    dcg: choiceParameter(['log2', 'exp-log2'], 'gain of a grade: itself, or 2^grade - 1'),
    gains: GAINS,
    judged_only: JUDGED_ONLY,
  },
  valueOf: (ranking, parameters, cutoff) => {
    const gain = parameters['gains'] === undefined && parameters['dcg'] === 'log2' ? linearGain : gainOf(parameters)
    return ratio(discounted(retrievedGains(ranking, gain, cutoff)), discounted(idealGains(ranking, gain), cutoff))
  },
})
