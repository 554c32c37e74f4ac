// Which figures are worrying, and what each of them means.
import { describe, expect, it } from 'vitest'
import type { SimilarityDiagnosis } from './shortcut/by-similarity.ts'
import { groupsOf } from './figures.ts'
import type { TrainingDiagnosis } from './training-log.ts'

const mean = (value: number, low = value - 0.01, high = value + 0.01) => ({
  mean: value,
  interval: { low, high },
  queries: 1200,
})

/** A diagnosis without anything worrying. */
const FINE: SimilarityDiagnosis = {
  auc: mean(0.5),
  information: { observed: 0.002, chance: 0.001, p: 0.2, entropy: 0.9, bins: 10, permutations: 999 },
  clusters: { observed: 0, chance: 0, p: 1, clusters: 40, pure: 0, negatives: 4000, permutations: 999 },
  dead: { generated: mean(0.02), mined: mean(0.02) },
  gradients: { gradientShare: 0.4, evenShare: 0.4, cosine: 0.3, minedCosine: 0.3 },
  histogram: { from: 0, width: 1, mined: [1], generated: [1], positives: [1] },
  strategies: [],
}
const TEXT = { ...mean(0.5), rows: 1200, untested: 0, folds: 5 }
const ends = (first: number | null, last: number | null) => ({ first, last })
const TRAINING: TrainingDiagnosis = {
  path: 'model/diagnostics.jsonl',
  steps: 100,
  last: 100,
  figures: { gradientShare: ends(0.5, 0.4), evenShare: ends(0.4, 0.4), cosine: ends(0.6, 0.5), alive: ends(1, 0.9) },
  curves: { gradientShare: [], evenShare: [], cosine: [], alive: [] },
}

function worrying(
  change: Partial<SimilarityDiagnosis> = {},
  text = TEXT,
  figures: Partial<TrainingDiagnosis['figures']> = {},
  sawGenerated: boolean | null = null,
) {
  const training = { ...TRAINING, figures: { ...TRAINING.figures, ...figures } }
  const groups = groupsOf({ similarity: { ...FINE, ...change }, text, training, sawGenerated })
  return groups.flatMap((group) => group.figures.filter(({ isWorrying }) => isWorrying).map(({ code }) => code))
}

describe('figures', () => {
  it('are calm where nothing is wrong', () => expect(worrying()).toEqual([]))

  it.each([
    ['an AUC far below .5', { auc: mean(0.39) }, ['similarity-auc']],
    ['an AUC far above .5', { auc: mean(0.61) }, ['similarity-auc']],
    ['not where its interval has .5 in it', { auc: mean(0.3, 0.05, 0.55) }, []],
    ['not where it is near', { auc: mean(0.41) }, []],
    [
      'information beyond chance',
      { information: { ...FINE.information, observed: 0.03, p: 0.001 } },
      ['mutual-information'],
    ],
    [
      'not where chance gives as much',
      { information: { ...FINE.information, observed: 0.03, chance: 0.02, p: 0.001 } },
      [],
    ],
    ['not without a small p', { information: { ...FINE.information, observed: 0.03, p: 0.06 } }, []],
    ['pure clusters', { clusters: { ...FINE.clusters, observed: 0.06, p: 0.001 } }, ['pure-clusters']],
    ['mostly dead negatives', { dead: { generated: mean(0.51), mined: mean(0) } }, ['dead-negatives']],
    ['a small gradient share', { gradients: { ...FINE.gradients!, gradientShare: 0.09 } }, ['gradient-share']],
    ['a large gradient share', { gradients: { ...FINE.gradients!, gradientShare: 1.7 } }, ['gradient-share']],
    ['a cosine below that of the mined', { gradients: { ...FINE.gradients!, cosine: 0.15 } }, ['gradient-cosine']],
  ])('worry by %s', (_, change, codes) => expect(worrying(change)).toEqual(codes))

  it('worry by nothing that one query says', () => {
    expect(worrying({ auc: { mean: 0.1, interval: null, queries: 1 } })).toEqual([])
  })

  it('do not call a model that never saw generated negatives one that was taught a shortcut', () => {
    const information = { ...FINE.information, observed: 0.1, p: 0.001 }
    const worryingFor = (auc: number, saw: boolean | null) => worrying({ auc: mean(auc), information }, TEXT, {}, saw)
    const both = ['similarity-auc', 'mutual-information']
    expect(worryingFor(0.65, false)).toEqual([])
    expect(worryingFor(0.65, true)).toEqual(both)
    expect(worryingFor(0.65, null)).toEqual(both)
    expect(worryingFor(0.35, false)).toEqual(both)
  })

  it('say nothing of a training in which no step had generated negatives', () => {
    const none = ends(null, null)
    const figures = { gradientShare: none, evenShare: none, cosine: none, alive: none }
    const training = { ...TRAINING, figures }
    const titles = groupsOf({ similarity: null, text: TEXT, training, sawGenerated: null }).map(({ title }) => title)
    expect(titles).toEqual(['By text'])
  })

  it('worry by text, and by what training logged', () => {
    expect(worrying({}, { ...TEXT, ...mean(0.7) })).toEqual(['text-auc'])
    expect(worrying({}, TEXT, { gradientShare: ends(0.5, 0.09) })).toEqual(['training-gradient-share'])
    expect(worrying({}, TEXT, { alive: ends(1, 0.4) })).toEqual(['training-alive'])
    const fallen = { cosine: ends(0.6, 0.2) }
    expect(worrying({}, TEXT, fallen)).toEqual([])
    const codes = ['training-gradient-share', 'training-cosine']
    expect(worrying({}, TEXT, { ...fallen, gradientShare: ends(0.5, 0.09) })).toEqual(codes)
    expect(worrying({}, TEXT, { gradientShare: ends(null, null), evenShare: ends(null, null) })).toEqual([])
  })

  it('say what they mean and what should worry, in a sentence each', () => {
    const groups = [true, false].flatMap((sawGenerated) =>
      groupsOf({ similarity: FINE, text: null, training: TRAINING, sawGenerated }),
    )
    for (const { meaning, worry, text } of groups.flatMap(({ figures }) => figures)) {
      for (const sentence of [meaning, worry]) expect(sentence).toMatch(/^[A-Z][^\n]*[^.]\.$/)
      for (const sentence of [meaning, worry]) expect(sentence).not.toMatch(/[a-z]\. [A-Z]/)
      expect(text).not.toMatch(/NaN|null|undefined/)
    }
    expect(groupsOf({ similarity: null, text: null, training: null, sawGenerated: null })[0]?.figures[0]).toMatchObject(
      {
        value: null,
        isWorrying: false,
      },
    )
  })
})
