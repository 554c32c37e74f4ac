// What a training script is made of, beside the Python that all of them share.
/** A number, a text, or a switch that is off. */
type Setting = number | string | false

export interface Trainer {
  /** The package's own name. */
  title: string
  /** What `uv run` installs. */
  packages: readonly string[]
  /** The oldest Python that the packages run on. */
  python: string
  /** The base model that training starts from unless another one is given. */
  model: string
  /** Options of the script with their defaults, and what each one does. */
  settings: Readonly<Record<string, readonly [Setting, string]>>
  /** One sentence on what the trainer does with several positives and with short rows. */
  about: string
  /**
   * The Python of this trainer: `prepare(rows, args)` says what it does with the rows and returns its data, `train(base, data, args)`
   * returns the trained model.
   */
  code: string
}

/** The settings of trainers that learn from scores. */
export const DISTILLING = {
  distill: [false, "learn from the rows' scores, by the trainer's own loss for distillation"],
  teacher_temperature: [1.0, "divides the rows' scores; smaller where they lie close together"],
} as const

/** What RLHN trained E5 with (arXiv 2505.16967, its code): lr, temperature, 7 negatives, length, epochs, prefixes. */
export const RLHN = {
  model: 'intfloat/e5-base-unsupervised',
  settings: {
    epochs: [5, 'passes over the rows'],
    batch_size: [64, 'rows in a batch, on each GPU'],
    lr: [2e-5, 'learning rate'],
    temperature: [0.01, 'temperature of the softmax'],
    negatives: [7, 'negatives for each query'],
    max_length: [350, 'tokens of a text'],
    query_prefix: ['query: ', 'text before every query'],
    passage_prefix: ['passage: ', 'text before every passage'],
  },
} as const
