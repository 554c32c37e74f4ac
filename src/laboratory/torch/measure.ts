// Evaluates a model that PyTorch trained on the collections of an experiment, as winnow eval does.
import { join } from 'node:path'
import type { Environment } from '../../base/cache.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import type { Encoder } from '../../encoders/encoder.ts'
import { modelOptionsOf } from '../../encoders/open-options.ts'
import type { Scorer } from '../../encoders/scorer.ts'
import { openTorch } from '../../encoders/torch/open.ts'
import { warnOfDepth } from '../../evaluate/depth.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { QueryResults } from '../../evaluate/ranked.ts'
import { rerankAll, searchAll } from '../../evaluate/search.ts'
import { denseRetriever } from '../../search/dense/dense.ts'
import { openRetriever } from '../../search/open.ts'
import { rerankBy } from '../../search/rerank.ts'
import type { DocumentStore } from '../../search/retriever.ts'
import type { TorchWorker } from '../../torch/worker.ts'
import { depthOf, measureByQuery, type EvaluationSet, type MeasuredSet } from '../evaluation-set.ts'
import { bySet, type Measured, type MeasuredFirstStage } from '../laboratory.ts'

/** A collection with its documents on disk. */
export interface StoredSet {
  set: EvaluationSet
  collection: OpenedCollection
  store: DocumentStore
}

/** Measures each query of each set. @param model folder of the model @param scratch folder for vectors, removed afterwards */
export type MeasureModel = (model: string, scratch: string, hooks: Hooks) => Promise<Measured>

/** The process that runs the models. */
export interface ServedBy {
  worker: TorchWorker
  env: Environment
}

/** @param scratch also holds the digests of the model's files, which are of no use afterwards */
const opened = (path: string, scratch: string, { worker, env }: ServedBy) =>
  openTorch({ kind: 'torch', path, settings: {} }, { ...env, WINNOW_CACHE: scratch }, (serve) => worker.task({ serve }))

/** Ranks all documents by their vectors, which are of no use afterwards and stay out of the index. */
export function encoderMeasure(sets: readonly StoredSet[], measure: Measure, served: ServedBy): MeasureModel {
  return async (model, scratch, hooks) => {
    const retriever = denseRetriever((await opened(model, scratch, served)) as Encoder)
    try {
      const measured: MeasuredSet[] = []
      for (const [at, { set, collection, store }] of sets.entries()) {
        const searcher = await retriever.open({ ...store, folder: join(scratch, String(at)) }, hooks)
        try {
          const results = searchAll(searcher, collection, depthOf(measure), quietly(hooks))
          measured.push(await measureByQuery(results, set, measure))
        } finally {
          await searcher.close()
        }
      }
      return bySet(measured)
    } finally {
      await retriever.close()
    }
  }
}

/** The ranking that rerankers reorder, with its documents. */
export interface FirstStage extends MeasuredFirstStage {
  /** For each set, the documents of each query. */
  results: QueryResults[][]
  /** Identifies the retriever. */
  identity: string
}

interface FirstStageRequest {
  firstStage: string | undefined
  depth: number
  measure: Measure
  env: Environment
}

/** Searches once for all rerankers. @throws UsageError if the retriever is not available */
export async function searchFirst(
  sets: readonly StoredSet[],
  { firstStage = 'bm25', depth, measure, env }: FirstStageRequest,
  hooks: Hooks,
): Promise<FirstStage> {
  warnOfDepth([measure], depth, hooks)
  const retriever = await openRetriever(firstStage, { models: modelOptionsOf({}, hooks) }, env)
  try {
    const found: FirstStage = {
      retriever: retriever.name,
      depth,
      results: [],
      values: [],
      identity: retriever.identity,
    }
    for (const { set, collection, store } of sets) {
      const searcher = await retriever.open(store, hooks)
      try {
        const results: QueryResults[] = []
        for await (const each of searchAll(searcher, collection, depth, hooks)) results.push(each)
        found.results.push(results)
        found.values.push((await measureByQuery(results, set, measure)).values)
      } finally {
        await searcher.close()
      }
    }
    return found
  } finally {
    await retriever.close()
  }
}

/** Reorders the documents of the first stage. */
export function rerankerMeasure(
  sets: readonly StoredSet[],
  { results }: FirstStage,
  measure: Measure,
  served: ServedBy,
): MeasureModel {
  return async (model, scratch, hooks) => {
    const scorer = (await opened(model, scratch, served)) as Scorer
    try {
      const measured: MeasuredSet[] = []
      for (const [at, { set, collection, store }] of sets.entries()) {
        const reranked = rerankAll(results[at] as QueryResults[], rerankBy(scorer, store), collection, hooks)
        measured.push(await measureByQuery(reranked, set, measure))
      }
      return bySet(measured)
    } finally {
      await scorer.close()
    }
  }
}

/** Searching takes little beside encoding. */
const quietly = (hooks: Hooks): Hooks => ({ ...hooks, onProgress: undefined })
