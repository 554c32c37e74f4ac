// The recipes of --engine torch: settings of papers as data, each also at a size that runs on a CPU. Any option overrides them.

import { UsageError } from '../../base/errors.ts'

/** What was published is in `source`; what no source says is the default of the option. */
interface Recipe {
  /** One line for the documentation. */
  about: string
  source: string
  options: Readonly<Record<string, unknown>>
}

const QWEN_LAYERS = 'q_proj,k_proj,v_proj,o_proj,up_proj,down_proj,gate_proj'

const E5 = {
  engine: 'torch',
  queryPrefix: 'query: ',
  passagePrefix: 'passage: ',
  pooling: 'mean',
  temperature: 0.01,
  negatives: 7,
  maxTokens: 350,
  learningRate: 2e-5,
  epochs: 5,
  precision: 'bf16',
}

const RERANKER = {
  engine: 'torch',
  kind: 'reranker',
  loss: 'list-wise',
  negatives: 7,
  batch: 16,
  maxTokens: 512,
  epochs: 1,
  precision: 'bf16',
}

const CAUSALNEG = {
  engine: 'torch',
  loss: 'info-nce+entropy',
  temperature: 0.05,
  inBatch: 'off',
  negatives: 15,
  generated: 3,
  learningRate: 5e-5,
  epochs: 10,
  earlyStop: 3,
  precision: 'bf16',
}

export const RECIPES: Readonly<Record<string, Recipe>> = {
  'e5-base': {
    about: 'E5-base as in RLHN: mean pooling, 1 positive and 7 negatives besides those of the batch',
    source: 'RLHN (arXiv 2505.16967) and its code: 128 rows on each of 4 GPUs; their 4 accumulations are left out',
    options: { ...E5, base: 'intfloat/e5-base-unsupervised', batch: 512, miniBatch: 128, device: 'cuda' },
  },
  'qwen2.5-7b': {
    about: 'Qwen2.5-7B as in RLHN: LoRA on all projections, the last token as the vector',
    source:
      'RLHN (arXiv 2505.16967) and its code: 64 rows on each of 2 GPUs; their 4 accumulations are left out, the rank is ours',
    options: {
      ...E5,
      base: 'Qwen/Qwen2.5-7B',
      pooling: 'lasttoken',
      appendEos: true,
      loraRank: 16,
      loraTargets: QWEN_LAYERS,
      learningRate: 5e-6,
      epochs: 1,
      batch: 128,
      miniBatch: 16,
      gradientCheckpointing: true,
      device: 'cuda',
    },
  },
  'reranker-qwen2.5-3b': {
    about: 'a cross-encoder of the kind in RLHN, Qwen2.5-3B with LoRA',
    source: 'RLHN (arXiv 2505.16967) names the model; its code has no recipe for it, so the settings are ours',
    options: {
      ...RERANKER,
      base: 'Qwen/Qwen2.5-3B',
      loraRank: 16,
      loraTargets: QWEN_LAYERS,
      learningRate: 1e-4,
      miniBatch: 2,
      gradientCheckpointing: true,
      device: 'cuda',
    },
  },
  'reranker-qwen3-0.6b': {
    about: 'a cross-encoder from Qwen3-0.6B, all weights trained',
    source: 'ours',
    options: { ...RERANKER, base: 'Qwen/Qwen3-0.6B', learningRate: 2e-5, miniBatch: 4, device: 'cuda' },
  },
  causalneg: {
    about: 'Qwen3-Embedding-0.6B as in CausalNeg: 15 mined and 3 generated negatives, none of the batch, entropy term',
    source: 'CausalNeg (arXiv 2606.01304); the batch is ours',
    options: {
      ...CAUSALNEG,
      base: 'Qwen/Qwen3-Embedding-0.6B',
      maxTokens: 512,
      batch: 32,
      miniBatch: 64,
      gradientCheckpointing: true,
      device: 'cuda',
    },
  },
  minilm: {
    about: 'all-MiniLM-L6-v2, all weights, on a CPU',
    source: 'ours',
    options: {
      engine: 'torch',
      base: 'sentence-transformers/all-MiniLM-L6-v2',
      temperature: 0.05,
      batch: 32,
      maxTokens: 64,
      learningRate: 2e-5,
      epochs: 3,
      warmup: 0.1,
    },
  },
  'causalneg-minilm': {
    about: 'the settings of CausalNeg on all-MiniLM-L6-v2, on a CPU',
    source: 'CausalNeg (arXiv 2606.01304) but for model, batch and length',
    options: { ...CAUSALNEG, base: 'sentence-transformers/all-MiniLM-L6-v2', batch: 8, maxTokens: 64 },
  },
  'reranker-minilm': {
    about: 'a cross-encoder from all-MiniLM-L6-v2, on a CPU',
    source: 'ours',
    options: {
      ...RERANKER,
      base: 'sentence-transformers/all-MiniLM-L6-v2',
      batch: 8,
      maxTokens: 128,
      learningRate: 5e-5,
      epochs: 3,
      warmup: 0.1,
    },
  },
}

/** How a program chooses the torch engine: by its name, or by a recipe. */
export type ByRecipe = { engine: 'torch'; recipe?: string | undefined } | { recipe: string }

/** The options of each recipe, by its name. */
export const RECIPE_OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = Object.fromEntries(
  Object.entries(RECIPES).map(([name, { options }]) => [name, options]),
)

/**
 * Puts the options of the recipe that a program names under those that it gives.
 * @throws UsageError that names the recipes
 */
export function withRecipe({ recipe, ...given }: Record<string, unknown>): Record<string, unknown> {
  if (recipe === undefined) return given
  const options = typeof recipe === 'string' ? RECIPE_OPTIONS[recipe] : undefined
  const names = Object.keys(RECIPE_OPTIONS).join(', ')
  if (options === undefined) throw new UsageError(`recipe ${JSON.stringify(recipe)}: allowed: ${names}`)
  if (given['engine'] === 'winnow') throw new UsageError(`recipe ${String(recipe)}: no effect with engine winnow`)
  return { ...options, ...given }
}
