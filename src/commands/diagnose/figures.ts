// The figures of a diagnosis, with one sentence each on what they mean and which values are worrying.
import type { MeanByQuery } from './shortcut/auc.ts'
import type { SimilarityDiagnosis } from './shortcut/by-similarity.ts'
import { PURE } from './shortcut/clusters.ts'
import type { StrategyFigures } from './shortcut/by-strategy.ts'
import type { AgainstChance } from './shortcut/permutation.ts'
import type { ProbeResult } from './shortcut/probe.ts'
import { chance } from '../../laboratory/words.ts'
import type { Figure, FigureGroup } from './report.ts'
import type { TrainingDiagnosis } from './training-log.ts'

/** Thresholds from which a figure is worrying; docs/diagnostics.md gives the reasons. */
const WORRYING = {
  /** Distance of an AUC from 0.5, if its interval excludes 0.5. */
  auc: 0.1,
  /** Share of the entropy of the source, beyond chance. */
  information: 0.02,
  /** Share of the generated negatives, beyond chance. */
  pure: 0.05,
  /** Share of the generated negatives. */
  dead: 0.5,
  /** Multiple of the even share, in either direction. */
  gradient: 4,
  /** Difference between the cosines of the sources. */
  cosine: 0.1,
  p: 0.05,
} as const

export function groupsOf(found: {
  similarity: SimilarityDiagnosis | null
  text: ProbeResult | null
  training: TrainingDiagnosis | null
  /** Whether the model behind `similarity` was trained on generated negatives. */
  sawGenerated: boolean | null
}): FigureGroup[] {
  const { similarity, text, training, sawGenerated } = found
  return [
    ...(similarity === null
      ? []
      : [{ title: 'By the model', figures: bySimilarity(similarity, sawGenerated !== false) }]),
    { title: 'By text', figures: [textAuc(text)] },
    ...(training === null || !hasFigures(training)
      ? []
      : [{ title: 'While it was trained', figures: inTraining(training) }]),
  ]
}

/** Training figures exist only if some step had generated negatives. */
const hasFigures = ({ figures }: TrainingDiagnosis) => Object.values(figures).some(({ last }) => last !== null)

/** @param mayHaveLearned whether the model may have learned from generated negatives; otherwise it has only memorised the mined ones */
function bySimilarity(
  { auc, information, clusters, dead, gradients }: SimilarityDiagnosis,
  mayHaveLearned: boolean,
): Figure[] {
  const share = (information.observed - information.chance) / information.entropy
  const isByHeart = !mayHaveLearned && auc.mean > 0.5
  return [
    {
      code: 'similarity-auc',
      title: 'AUC by similarity',
      by: 'Winnow',
      value: auc.mean,
      text: withInterval(auc),
      meaning:
        'Probability that a generated negative is more similar to its query than a mined one of the same row; .5 means similarity cannot tell them apart.',
      worry: mayHaveLearned
        ? 'Below .4 the model has learned to push generated text away, whatever it says; above .6 it pulls it in, or pushes away mined ones that it saw more often.'
        : 'Below .4 the generated negatives are too easy for this model, which was trained without them; above .5 it has memorised mined ones, which is harmless.',
      isWorrying: isFarFromHalf(auc) && !isByHeart,
    },
    {
      code: 'mutual-information',
      title: 'Mutual information',
      by: 'Winnow',
      value: information.observed,
      text: `${number(information.observed)} of ${number(information.entropy)} bits, by chance ${number(information.chance)}, p ${pText(information)}`,
      meaning: 'How much of the information about the source the similarity reveals, by its direction or its spread.',
      worry: mayHaveLearned
        ? 'More than 2% of the bits beyond chance with p below .05: similarity reveals the source.'
        : 'More than 2% of the bits beyond chance with p below .05, unless the AUC is above .5: that means memorised mined negatives.',
      isWorrying: share > WORRYING.information && information.p < WORRYING.p && !isByHeart,
    },
    {
      code: 'pure-clusters',
      title: 'Source-pure clusters',
      by: 'paper',
      value: clusters.observed,
      text: `${percent(clusters.observed)} in ${clusters.pure} of ${clusters.clusters} clusters, by chance ${percent(clusters.chance)}, p ${pText(clusters)}`,
      meaning: `Share of generated negatives in clusters of ${PURE.members} or more that are ${100 * PURE.share}% generated, after subtracting the mean of each row.`,
      worry: `More than 5% beyond chance with p below .05: generated text has its own region in the vector space (24% for naive generation in the paper).`,
      isWorrying: clusters.observed - clusters.chance > WORRYING.pure && clusters.p < WORRYING.p,
    },
    {
      code: 'dead-negatives',
      title: 'Dead generated negatives',
      by: 'Winnow',
      value: dead.generated.mean,
      text: `${percent(dead.generated.mean)}; mined ${percent(dead.mined.mean)}`,
      meaning:
        'Share of generated negatives with less than a tenth of an even share of the softmax over the negatives of their row.',
      worry: 'Above 50% most generated negatives teach the model nothing.',
      isWorrying: dead.generated.mean > WORRYING.dead,
    },
    ...(gradients === null ? [] : ofGradients(gradients)),
  ]
}

function ofGradients(gradients: NonNullable<SimilarityDiagnosis['gradients']>): Figure[] {
  const { gradientShare, evenShare, cosine, minedCosine } = gradients
  const times = gradientShare / evenShare
  return [
    {
      code: 'gradient-share',
      title: 'Gradient share',
      by: 'paper',
      value: gradientShare,
      text: `${number(gradientShare)}; even share ${number(evenShare)}`,
      meaning: 'InfoNCE gradient of generated negatives relative to that of mined ones.',
      worry: 'Less than a quarter or more than four times the even share: the model learns from only one source.',
      isWorrying: times < 1 / WORRYING.gradient || times > WORRYING.gradient,
    },
    {
      code: 'gradient-cosine',
      title: 'Gradient cosine',
      by: 'paper',
      value: cosine,
      text: cosine === null ? 'not defined' : `${number(cosine)}; as many mined ${number(minedCosine)}`,
      meaning:
        "Alignment of the positive's pull with the push of the generated negatives: 1 means that a negative competes for the positive's own place.",
      worry: 'At least .1 lower than for mined ones: generated negatives do not compete with the positive.',
      isWorrying: cosine !== null && minedCosine !== null && minedCosine - cosine >= WORRYING.cosine,
    },
  ]
}

function textAuc(text: ProbeResult | null): Figure {
  const untested = text !== null && text.untested > 0 ? `; ${text.untested} rows not tested` : ''
  return {
    code: 'text-auc',
    title: 'AUC by text',
    by: 'Winnow',
    value: text?.mean ?? null,
    text:
      text === null ? 'not defined: no training texts besides those to be tested' : `${withInterval(text)}${untested}`,
    meaning:
      'Probability that a probe on words, lengths and formatting, which has not seen the query, these texts or similar ones, ranks a generated negative as more likely generated than a mined one of the same row.',
    worry:
      'Above .6, or below .4, the texts reveal their source: a model could use that; the figures by the model show whether it does.',
    isWorrying: text !== null && isFarFromHalf(text),
  }
}

function inTraining({ figures }: TrainingDiagnosis): Figure[] {
  const { gradientShare, evenShare, cosine, alive } = figures
  const from = ({ first, last }: { first: number | null; last: number | null }) => `${number(first)} → ${number(last)}`
  const fell = (first: number | null, last: number | null) => first !== null && last !== null && last < first / 2
  const isStarved = gradientShare.last !== null && gradientShare.last < (evenShare.last ?? NaN) / WORRYING.gradient
  return [
    {
      code: 'training-gradient-share',
      title: 'Gradient share by step',
      by: 'paper',
      value: gradientShare.last,
      text: `${from(gradientShare)}; even share ${number(evenShare.last)}`,
      meaning:
        'Gradient of generated negatives relative to that of mined ones, in the first and last tenth of the steps.',
      worry:
        'Ending below a quarter of the even share: the model stopped learning from generated text (1.34 → 0.08 for a naive mix in the paper).',
      isWorrying: isStarved,
    },
    {
      code: 'training-cosine',
      title: 'Gradient cosine by step',
      by: 'paper',
      value: cosine.last,
      text: from(cosine),
      meaning:
        "Alignment of the positive's pull with the push of the generated negatives, in the first and last tenth of the steps.",
      worry:
        'A drop to less than half together with a gradient share below a quarter of the even share (0.73 → 0.24 for a naive mix in the paper); on its own it also happens with mined negatives.',
      isWorrying: fell(cosine.first, cosine.last) && isStarved,
    },
    {
      code: 'training-alive',
      title: 'Alive by step',
      by: 'Winnow',
      value: alive.last,
      text: `${percent(alive.first)} → ${percent(alive.last)}`,
      meaning: 'Share of generated negatives that were not dead, in the first and last tenth of the steps.',
      worry: 'Ending below 50%: most generated negatives no longer teach the model anything.',
      isWorrying: alive.last !== null && alive.last < 1 - WORRYING.dead,
    },
  ]
}

/** Formats the figures shown beside the name of a strategy. */
export const strategyText = ({ negatives, auc, dead }: StrategyFigures) => ({
  negatives: negatives.toLocaleString('en-US'),
  auc: meanText(auc),
  dead: percent(dead.mean),
})

const isFarFromHalf = ({ mean, interval }: MeanByQuery) =>
  Math.abs(mean - 0.5) > WORRYING.auc && interval !== null && (interval.low > 0.5 || interval.high < 0.5)

const meanText = ({ mean, interval }: MeanByQuery) =>
  `${number(mean)}${interval === null ? '' : ` (${number(interval.low)} to ${number(interval.high)})`}`

const withInterval = (found: MeanByQuery) =>
  `${meanText(found)} over ${found.queries === 1 ? 'one query, too few to conclude anything' : `${found.queries.toLocaleString('en-US')} queries`}`

/** Formats three digits, without a zero before the point. */
const number = (value: number | null) =>
  value === null
    ? 'not defined'
    : value
        .toFixed(3)
        .replace(/^(-?)0\./, '$1.')
        .replace('-', '−')

const percent = (value: number | null) => (value === null ? 'not defined' : `${(100 * value).toFixed(1)}%`)

const pText = ({ p }: AgainstChance) => (p < 0.001 ? chance(p) : `= ${chance(p)}`)
