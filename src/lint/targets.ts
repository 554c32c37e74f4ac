// The names that --for takes, apart from the rules: options list them without loading any.

/** The losses or tasks of each trainer, its default first. */
export const LOSSES = {
  'sentence-transformers': [
    'mnrl',
    'cached-mnrl',
    'gist',
    'triplet',
    'cosent',
    'angle',
    'cosine-similarity',
    'contrastive',
    'online-contrastive',
    'softmax',
    'margin-mse',
    'distill-kl',
  ],
  'cross-encoder': ['bce', 'mse', 'cross-entropy', 'mnrl', 'cached-mnrl', 'margin-mse', 'lambda', 'listnet', 'ranknet'],
  flagembedding: ['embedder', 'distill', 'reranker'],
  tevatron: ['contrastive', 'distil', 'reranker'],
  'ms-swift': [
    'infonce',
    'cosine-similarity',
    'contrastive',
    'online-contrastive',
    'pointwise-reranker',
    'listwise-reranker',
    'generative-reranker',
  ],
  automodel: ['bi-encoder', 'cross-encoder'],
  winnow: ['train'],
} as const

export type LintTrainer = keyof typeof LOSSES

export interface Target {
  trainer: LintTrainer
  loss: string
}

export const LINT_TRAINERS = Object.keys(LOSSES) as LintTrainer[]

/** Negatives that a trainer takes for each query unless it is told otherwise. */
export const NEGATIVES: Readonly<Record<LintTrainer, number>> = {
  'sentence-transformers': 0,
  'cross-encoder': 0,
  flagembedding: 7,
  tevatron: 7,
  'ms-swift': 7,
  automodel: 4,
  winnow: 7,
}

/** Reads `TRAINER` or `TRAINER:LOSS`. @throws Error saying what is allowed */
export function targetOf(name: string): Target {
  const [given = '', loss, ...more] = name.split(':')
  const trainer = LINT_TRAINERS.find((each) => each === given)
  if (trainer === undefined || more.length > 0) {
    throw new Error(`allowed: TRAINER or TRAINER:LOSS, with a trainer of ${LINT_TRAINERS.join(', ')}`)
  }
  const losses: readonly string[] = LOSSES[trainer]
  if (loss === undefined) return { trainer, loss: losses[0] as string }
  if (losses.includes(loss)) return { trainer, loss }
  throw new Error(`allowed after ${trainer}: ${losses.join(', ')}`)
}

export const nameOf = ({ trainer, loss }: Target) => `${trainer}:${loss}`
