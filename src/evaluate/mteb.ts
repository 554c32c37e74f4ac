// Results in the shape of mteb 2, which its leaderboard and its TaskResult read.

/** The measures of a retrieval task in mteb, with their names there. */
const CUTOFFS = [1, 3, 5, 10, 20, 100, 1000]
const FAMILIES: Record<string, string> = {
  nDCG: 'ndcg',
  AP: 'map',
  R: 'recall',
  P: 'precision',
  RR: 'mrr',
  Success: 'hit_rate',
}
const NAMES = new Map(
  Object.entries(FAMILIES).flatMap(([family, name]) =>
    CUTOFFS.map((cutoff) => [`${family}@${cutoff}`, `${name}_at_${cutoff}`] as const),
  ),
)

/** All of them as Winnow writes them, for `parseMeasures`. */
export const MTEB_MEASURES = [...NAMES.keys()].join(' ')

interface MtebInput {
  task: string
  split: string
  /** As in mteb: `eng-Latn`. */
  language: string
  /** What the corpus was: mteb has a revision of the hub here. */
  revision: string
  mainMeasure: string
  /** By Winnow's names. */
  measures: Readonly<Record<string, number>>
  seconds: number
  /** In milliseconds. */
  measuredAt: number
}

/** Returns the document, without the parts that mteb measures and Winnow does not: nAUC and emissions. */
export function mtebResult(input: MtebInput): object {
  const { measures, mainMeasure } = input
  const scores = [...NAMES].flatMap(([ours, theirs]) => {
    const value = measures[ours]
    return value === undefined ? [] : [[theirs, rounded(value)]]
  })
  return {
    dataset_revision: input.revision,
    task_name: input.task,
    mteb_version: null,
    scores: {
      [input.split]: [
        {
          ...Object.fromEntries(scores),
          // Under this name, too, in mteb.
          accuracy: rounded(measures['R@1'] ?? 0),
          main_score: rounded(measures[mainMeasure] ?? 0),
          hf_subset: 'default',
          languages: [input.language],
        },
      ],
    },
    evaluation_time: rounded(input.seconds),
    kg_co2_emissions: null,
    date: input.measuredAt / 1000,
  }
}

/** As mteb rounds. */
const rounded = (value: number) => Number(value.toFixed(6))
