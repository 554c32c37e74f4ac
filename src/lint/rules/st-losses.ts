// What the losses of sentence-transformers want of a file: how many columns of texts, and which labels.

type Labels =
  /** Labels are not read. */
  | 'none'
  /** One number for each row. */
  | 'number'
  /** A whole number for each row: its class. */
  | 'class'
  /** For each row the scores of its passages, or their margins below the positive's. */
  | 'margins'
  /** For each row the scores of its passages. */
  | 'scores'
  /** For each row a list, as long as its list of passages. */
  | 'list'

export interface LossSpec {
  /** The smallest and the largest number of columns besides that of the labels. */
  columns: readonly [number, number]
  labels: Labels
  /** The number of columns from which the loss does without labels. */
  isLabelFreeFrom?: number
  /** Columns that the loss uses, where it takes more. */
  used?: number
  /** The labels that the loss is made for. */
  range?: readonly [number, number]
  /** Whether labels are 0 or 1. */
  isBinary?: boolean
}

const PAIRS = { columns: [2, Infinity], labels: 'number', used: 2 } as const
const LIST = { columns: [2, 2], labels: 'list' } as const
const RANKING = { columns: [2, Infinity], labels: 'none' } as const
const MARGINS = { columns: [3, Infinity], labels: 'margins' } as const

/** By the names of `--for sentence-transformers:LOSS` and `--for cross-encoder:LOSS`; a name that both have wants the same. */
const LOSSES: Readonly<Record<string, LossSpec>> = {
  mnrl: RANKING,
  'cached-mnrl': RANKING,
  gist: { columns: [2, 3], labels: 'none' },
  triplet: { columns: [3, 3], labels: 'none' },
  cosent: PAIRS,
  angle: { columns: [2, Infinity], labels: 'number', isLabelFreeFrom: 3 },
  'cosine-similarity': { ...PAIRS, range: [-1, 1] },
  contrastive: { columns: [2, 2], labels: 'number', isBinary: true },
  'online-contrastive': { ...PAIRS, isBinary: true },
  softmax: { columns: [2, 2], labels: 'class' },
  'margin-mse': MARGINS,
  'distill-kl': { columns: [3, Infinity], labels: 'scores' },
  bce: { columns: [2, 2], labels: 'number', range: [0, 1] },
  mse: { columns: [2, 2], labels: 'number' },
  'cross-entropy': { columns: [2, 2], labels: 'class' },
  lambda: LIST,
  listnet: LIST,
  ranknet: LIST,
}

export const specOf = ({ loss }: { loss: string }): LossSpec => LOSSES[loss] as LossSpec

/** Returns the losses that a condition holds for. */
export const lossesWith = (isWanted: (spec: LossSpec) => boolean): string[] =>
  Object.keys(LOSSES).filter((loss) => isWanted(specOf({ loss })))
