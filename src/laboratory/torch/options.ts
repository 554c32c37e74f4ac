// The options of an experiment whose arms are trained with PyTorch.
import { UsageError } from '../../base/errors.ts'
import { deciding } from '../../options/decides.ts'
import {
  flagOf,
  integer,
  text,
  type OptionInput,
  type OptionSchema,
  type OptionValues,
  type SchemaLike,
} from '../../options/options.ts'
import { readTorchTraining, TORCH_TRAINING_OPTIONS, type TorchTraining } from '../../train/torch/options.ts'
import { EACH_TRAINING, QUESTION_OPTIONS } from '../options.ts'

const DEFAULT_DEPTH = 100

/** How a reranker is evaluated. */
const RERANKING = deciding('figures', {
  firstStage: text('RETRIEVER', {
    help: 'retriever whose first documents a reranker reorders, named as for winnow eval',
    default: 'bm25',
  }),
  depth: integer('N', {
    help: 'documents of the first stage that a reranker reorders, per query',
    default: DEFAULT_DEPTH,
    min: 1,
    max: 10_000,
  }),
})

export const TORCH_ARM_OPTIONS = { ...TORCH_TRAINING_OPTIONS, ...EACH_TRAINING, ...RERANKING }

export const TORCH_LABORATORY_OPTIONS = { ...QUESTION_OPTIONS, ...TORCH_ARM_OPTIONS }
export type TorchSchema = SchemaLike<typeof TORCH_LABORATORY_OPTIONS>
export type TorchArmValues = OptionValues<typeof TORCH_LABORATORY_OPTIONS> & TorchTraining

/**
 * Reads the options of a command with this engine.
 * @param others the options of the same command with Winnow's own engine
 * @throws UsageError that names options without effect, and settings that exclude each other
 */
export function readTorchArms(
  schema: TorchSchema,
  others: OptionSchema,
  given: OptionInput<TorchSchema>,
): TorchArmValues {
  const values = readTorchTraining(schema, others, given)
  const idle = (['firstStage', 'depth'] as const).filter((name) => given[name] !== undefined)
  if (values.kind === 'encoder' && idle.length > 0) {
    throw new UsageError(`${idle.map(flagOf).join(', ')}: no effect on encoders`, {
      hint: 'An encoder ranks all documents. Train a reranker with --kind reranker or its recipe.',
    })
  }
  return values
}
