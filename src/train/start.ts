// What training starts from: a vocabulary of the rows with random vectors, or an encoder that is there.
import { UsageError } from '../base/errors.ts'
import type { TextKind } from '../encoders/encoder.ts'
import { tokenizerFor } from '../encoders/static/encoder.ts'
import { readStaticFolder, type StaticModel } from '../encoders/static/folder.ts'
import { initialVectors } from '../encoders/static/initial.ts'
import type { TextTokenizer } from '../encoders/static/tokenizer.ts'
import { buildVocabulary, type WordCounter } from '../encoders/static/vocabulary.ts'
import type { TrainingValues } from './options.ts'

export const DEFAULT_DIMENSIONS = 512

export interface Start extends StaticModel {
  read: TextTokenizer
  tokens: number
  /** Decides the vectors, with the rows and the settings. */
  identity: string
}

/** The encoder of --from. @throws UsageError when it is none, or has another number of dimensions than was asked for */
export function startFrom(folder: string, { dimensions }: TrainingValues): Start {
  const { digest, ...model } = readStaticFolder(folder)
  if (dimensions !== undefined && dimensions !== model.dimensions) {
    throw new UsageError(`--dimensions ${dimensions}: the vectors of --from ${folder} have ${model.dimensions}`)
  }
  return started(model, folder, digest)
}

export function startAnew(
  counter: WordCounter,
  { vocabulary, dimensions = DEFAULT_DIMENSIONS, seed }: TrainingValues,
): Start {
  const words = buildVocabulary(counter, vocabulary)
  const prompts: Record<TextKind, string> = { query: '', passage: '' }
  const model = { tokenizer: words.tokenizer, vectors: initialVectors(words, dimensions, seed), dimensions, prompts }
  return started(model, 'the vocabulary of the rows', 'random')
}

function started(model: StaticModel, name: string, identity: string): Start {
  return { ...model, read: tokenizerFor(model, name), tokens: model.vectors.length / model.dimensions, identity }
}
