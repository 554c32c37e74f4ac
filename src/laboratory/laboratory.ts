// A laboratory as an experiment sees it, whichever engine trains in it: Winnow's own engine (winnow/) or PyTorch (torch/).
import type { Hooks } from '../base/hooks.ts'
import type { Measure } from '../evaluate/measures/measure.ts'
import type { Texts } from '../train/texts.ts'
import type { TrainingSet } from '../train/training-set.ts'
import type { EvaluationSet, MeasuredSet } from './evaluation-set.ts'

export interface Laboratory {
  sets: EvaluationSet[]
  measure: Measure
  /** The same for all arms. */
  steps: number
  /** Texts of the rows. */
  texts: Texts
  trainer: ArmTrainer
  /** Hash of everything that decides the values of a training except arm and seed. */
  identity: string
  /** Where its trainings are stored. */
  folder: string
  /** The trained models, for pages: `encoders fine-tuned with PyTorch from BASE`. Undefined for Winnow's own engine. */
  about?: string | undefined
  /** The ranking that rerankers reorder. */
  firstStage?: MeasuredFirstStage | undefined
}

/** The ranking before a reranker. */
export interface MeasuredFirstStage {
  retriever: string
  /** Documents of each query that are reranked. */
  depth: number
  /** For each set, the value of each query before reranking. */
  values: number[][]
}

/** Trains one arm at a time, and measures it. */
export interface ArmTrainer {
  /** Measures what all arms of a seed start with. */
  untrained(seed: number, hooks: UnitHooks): Promise<UnitValues>
  /** @param key names the training, to resume it if it was interrupted */
  train(set: TrainingSet, seed: number, key: string, hooks: UnitHooks): Promise<UnitValues>
  /** Finds for each query the most similar of the queries `among`, as places in that list, best first. @param among numbers of texts */
  alike(queries: readonly string[], among: Uint32Array, most: number, seed: number): Promise<number[][]>
  /** The source of the estimated smallest detectable difference, for pages. */
  readonly basis: string
}

/** A model as it was measured. */
export interface Measured {
  /** For each set, the value of each query. */
  values: number[][]
  /** For each set, the ids of the first documents of each query; absent in results that an earlier Winnow stored. */
  tops?: string[][][]
}

export const bySet = (sets: readonly MeasuredSet[]): Measured => ({
  values: sets.map(({ values }) => values),
  tops: sets.map(({ tops }) => tops),
})

/** The results of a training. */
export interface UnitValues extends Measured {
  /** The mean loss of each twentieth of the steps. */
  losses: number[]
  /** Number of passes over the rows of the arm. */
  epochs: number
}

export interface UnitHooks extends Pick<Hooks, 'signal' | 'onProgress' | 'onNotice'> {
  /** Receives the share of the training that is done, 0 to 1. */
  onShare?: ((share: number) => void) | undefined
}

/** Parts of a learning curve. */
export const PARTS = 20
