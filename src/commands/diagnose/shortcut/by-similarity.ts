// Every figure based on similarities or vectors, from one pass of an encoder over the cases.
import type { Hooks } from '../../../base/hooks.ts'
import { randomFrom } from '../../../base/random.ts'
import type { Encoder } from '../../../encoders/encoder.ts'
import { innerProduct } from '../../../encoders/vectors.ts'
import { meanAuc, meanByQuery, type MeanByQuery } from './auc.ts'
import { byStrategy, type StrategyFigures } from './by-strategy.ts'
import type { Case, Similarities, BySource } from './case.ts'
import type { Cases } from './case-store.ts'
import { pureClusters, type PureClusters } from './clusters.ts'
import { deadShares } from './dead.ts'
import { gradientOf, gradientsOf, type Gradients, type RowGradient } from './gradients.ts'
import { histogramOf, type Histogram } from './histogram.ts'
import { mutualInformation, type ChanceSettings, type MutualInformation } from './mutual-information.ts'

export interface SimilaritySettings extends ChanceSettings {
  /** Divides similarities in the softmax of the dead negatives and of the gradients. */
  temperature: number
}

export interface SimilarityDiagnosis {
  auc: MeanByQuery
  information: MutualInformation
  clusters: PureClusters
  /** Mean shares of dead negatives, by source. */
  dead: { generated: MeanByQuery; mined: MeanByQuery }
  /** Null if no row has a positive. */
  gradients: Gradients | null
  histogram: Histogram
  /** Empty if no passage names a strategy. */
  strategies: StrategyFigures[]
}

/** Rows whose texts are encoded at once. */
const CHUNK = 64
/** Approximate number of negatives that are clustered: whole rows, evenly spread over all. */
const CLUSTERED = 4000

/**
 * Computes all figures by similarity. Memory grows by a few numbers per passage, plus about 4,000 vectors.
 * @param cases at least one
 */
export async function diagnoseBySimilarity(
  cases: Cases,
  encoder: Encoder,
  settings: SimilaritySettings,
  hooks: Hooks = {},
): Promise<SimilarityDiagnosis> {
  const { similarities, gradients, residues } = await measured(cases, encoder, settings, hooks)
  const queries = Array.from(cases, ({ query }) => query)
  const dead = similarities.map((row) => deadShares(row, settings.temperature))
  return {
    auc: meanAuc(queries, similarities),
    information: mutualInformation(similarities, settings),
    clusters: pureClusters(residues, settings),
    dead: {
      generated: meanByQuery(
        queries,
        dead.map(({ generated }) => generated),
      ),
      mined: meanByQuery(
        queries,
        dead.map(({ mined }) => mined),
      ),
    },
    gradients: gradientsOf(gradients),
    histogram: histogramOf(similarities),
    strategies: byStrategy(cases, similarities, settings.temperature),
  }
}

interface Measurements {
  similarities: Similarities[]
  gradients: RowGradient[]
  residues: Parameters<typeof pureClusters>[0]
}

async function measured(
  cases: Cases,
  encoder: Encoder,
  { temperature, seed }: SimilaritySettings,
  { signal, onProgress }: Hooks,
): Promise<Measurements> {
  let negatives = 0
  for (const { mined, generated } of cases) negatives += mined.length + generated.length
  const random = randomFrom(seed)
  const every = Math.ceil(negatives / CLUSTERED)
  const [similarities, gradients, kept]: [Similarities[], RowGradient[], BySource<Float32Array>[]] = [[], [], []]
  for (let from = 0; from < cases.length; from += CHUNK) {
    signal?.throwIfAborted()
    const rows = await vectorsOf(cases.slice(from, from + CHUNK), encoder, signal)
    rows.forEach((row, at) => {
      const found = similaritiesOf(row)
      similarities.push(found)
      const [positive, similarity] = [row.positives[0], found.positives[0]]
      if (positive !== undefined && similarity !== undefined) {
        gradients.push(gradientOf({ ...found, positive: similarity }, { ...row, positive }, temperature, random))
      }
      if ((from + at) % every === 0) kept.push(copyOf(row))
    })
    onProgress?.({ what: 'encoding rows', done: Math.min(cases.length, from + CHUNK), total: cases.length })
  }
  return { similarities, gradients, residues: together(kept, encoder.dimensions) }
}

interface RowOfVectors {
  query: Float32Array
  positives: Float32Array[]
  mined: Float32Array[]
  generated: Float32Array[]
}

/** Encodes each text of the chunk once, so that copies have identical vectors. */
async function vectorsOf(cases: readonly Case[], encoder: Encoder, signal?: AbortSignal): Promise<RowOfVectors[]> {
  const passages = [
    ...new Set(cases.flatMap(({ positives, mined, generated }) => [...positives, ...mined, ...generated])),
  ]
  const queries = await encoder.encode(
    cases.map(({ query }) => query),
    'query',
    signal,
  )
  const vectors = await encoder.encode(passages, 'passage', signal)
  const { dimensions } = encoder
  const places = new Map(passages.map((text, place) => [text, place]))
  const rowOf = (of: Float32Array, at: number) => of.subarray(at * dimensions, (at + 1) * dimensions)
  const all = (texts: readonly string[]) => texts.map((text) => rowOf(vectors, places.get(text) as number))
  return cases.map(({ positives, mined, generated }, at) => ({
    query: rowOf(queries, at),
    positives: all(positives),
    mined: all(mined),
    generated: all(generated),
  }))
}

function similaritiesOf({ query, positives, mined, generated }: RowOfVectors): Similarities {
  const each = (vectors: readonly Float32Array[]) => vectors.map((vector) => innerProduct(query, vector))
  return { positives: each(positives), mined: each(mined), generated: each(generated) }
}

/** Copies the negatives, so that they do not keep the vectors of the whole chunk in memory. */
function copyOf({ mined, generated }: RowOfVectors): BySource<Float32Array> {
  return { mined: mined.map((vector) => vector.slice()), generated: generated.map((vector) => vector.slice()) }
}

/** Joins the negatives of rows in one array, the generated ones first in each row. */
function together(rows: readonly BySource<Float32Array>[], dimensions: number): Measurements['residues'] {
  const vectors = rows.flatMap(({ mined, generated }) => [...generated, ...mined])
  const joined = new Float32Array(vectors.length * dimensions)
  vectors.forEach((vector, at) => joined.set(vector, at * dimensions))
  return {
    vectors: joined,
    dimensions,
    rows: rows.map(({ mined, generated }) => ({
      size: mined.length + generated.length,
      generated: generated.length,
    })),
  }
}
