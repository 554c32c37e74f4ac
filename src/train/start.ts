// The initial model of a training: a vocabulary of the rows with random vectors, or an existing encoder.
import { UsageError } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { tokenizerFor } from '../encoders/static/encoder.ts'
import { readStaticFolder, type StaticModel } from '../encoders/static/folder.ts'
import { initialVectors } from '../encoders/static/initial.ts'
import { openTokenizer, type TextTokenizer } from '../encoders/static/tokenizer.ts'
import { buildVocabulary, type WordCounter } from '../encoders/static/vocabulary.ts'
import type { TrainingValues } from './options.ts'

const DEFAULT_DIMENSIONS = 512

export interface InitialModel extends Omit<StaticModel, 'vectors'> {
  read: TextTokenizer
  tokens: number
  /** Identity of the tokens and, for an existing encoder, of its vectors. */
  identity: string
  /** The vectors are the same for every seed if they come from an encoder. */
  vectorsOf(seed: number): Float32Array
}

/** Returns the encoder of --from, or else a model of the counted words. @throws UsageError when the encoder cannot be used */
export const startOf = (counter: WordCounter, values: TrainingValues): InitialModel =>
  values.from === undefined ? startAnew(counter, values) : startFrom(values.from, values)

/** Opens the encoder of --from. @throws UsageError when it is not an encoder or does not have the requested number of dimensions */
export function startFrom(folder: string, { dimensions }: TrainingValues): InitialModel {
  const { digest, vectors, ...model } = readStaticFolder(folder)
  if (dimensions !== undefined && dimensions !== model.dimensions) {
    throw new UsageError(`--dimensions ${dimensions}: the vectors of --from ${folder} have ${model.dimensions}`)
  }
  return {
    ...model,
    read: tokenizerFor({ ...model, vectors }, folder),
    tokens: vectors.length / model.dimensions,
    identity: digest,
    vectorsOf: () => vectors,
  }
}

export function startAnew(
  counter: WordCounter,
  { vocabulary, dimensions = DEFAULT_DIMENSIONS }: TrainingValues,
): InitialModel {
  const words = buildVocabulary(counter, vocabulary)
  return {
    tokenizer: words.tokenizer,
    dimensions,
    prompts: { query: '', passage: '' },
    read: openTokenizer(words.tokenizer, 'tokenizer.json of the vocabulary of the rows'),
    tokens: words.pieces.length,
    identity: sha256(JSON.stringify([words.tokenizer, words.texts])),
    vectorsOf: (seed) => initialVectors(words, dimensions, seed),
  }
}
