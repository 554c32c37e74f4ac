// All families of measures, in the order in which they are listed.
import { averagePrecision, geometricAveragePrecision } from './average-precision.ts'
import { binaryPreference, geometricBinaryPreference } from './binary-preference.ts'
import { numberJudgedNotRelevant, numberOfQueries, numberRelevant, numberRetrieved } from './counts.ts'
import { binaryGain, gain } from './gain.ts'
import { inferredAveragePrecision } from './inferred-average-precision.ts'
import { elevenPointAverage, interpolatedPrecision } from './interpolated-precision.ts'
import { judged, unjudged } from './judged.ts'
import type { MeasureFamily } from './measure.ts'
import { ndcgAtLevels, ndcgAtRelevant } from './ndcg-averages.ts'
import { ndcg } from './ndcg.ts'
import { precision, relativePrecision, rPrecision, rPrecisionMultiple } from './precision.ts'
import { rankBiasedPrecision, rankBiasedResidual } from './rank-biased-precision.ts'
import { recall } from './recall.ts'
import { reciprocalRank } from './reciprocal-rank.ts'
import { setAveragePrecision, setF, setPrecision, setRecall, utility } from './sets.ts'
import { success } from './success.ts'

export const MEASURES: readonly MeasureFamily[] = [
  ndcg,
  reciprocalRank,
  averagePrecision,
  precision,
  recall,
  rPrecision,
  success,
  judged,
  binaryPreference,
  rankBiasedPrecision,
  inferredAveragePrecision,
  interpolatedPrecision,
  setPrecision,
  setRecall,
  setF,
  setAveragePrecision,
  numberOfQueries,
  numberRetrieved,
  numberRelevant,
  geometricAveragePrecision,
  geometricBinaryPreference,
  rPrecisionMultiple,
  relativePrecision,
  elevenPointAverage,
  ndcgAtRelevant,
  ndcgAtLevels,
  gain,
  binaryGain,
  utility,
  unjudged,
  rankBiasedResidual,
  numberJudgedNotRelevant,
]
