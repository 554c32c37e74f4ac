// Static encoders to start from: a new one of the words of the rows, or an existing one.
import { UsageError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { tokenizerFor } from '../../encoders/static/encoder.ts'
import { readStaticFolder, writeStaticFolder, type StaticModel } from '../../encoders/static/folder.ts'
import { initialVectors } from '../../encoders/static/initial.ts'
import { openTokenizer, type TextTokenizer } from '../../encoders/static/tokenizer.ts'
import { buildVocabulary, type WordCounter } from '../../encoders/static/vocabulary.ts'
import type { TrainingValues } from '../options.ts'
import { TokenTexts } from '../token-texts.ts'
import type { InitialModel } from './model.ts'

const DEFAULT_DIMENSIONS = 512

/** A table of tokens to start from. */
export interface StaticStart extends InitialModel {
  /** All of the encoder but its vectors. */
  model: Omit<StaticModel, 'vectors'>
}

/** Opens the encoder of --from. @throws UsageError when it is not an encoder or does not have the requested number of dimensions */
export function startFrom(folder: string, { dimensions }: TrainingValues): StaticStart {
  const { digest, vectors, ...model } = readStaticFolder(folder)
  if (dimensions !== undefined && dimensions !== model.dimensions) {
    throw new UsageError(`--dimensions ${dimensions}: the vectors of --from ${folder} have ${model.dimensions}`)
  }
  return tableOf(model, tokenizerFor({ ...model, vectors }, folder), {
    tokens: vectors.length / model.dimensions,
    identity: digest,
    from: folder,
    parametersOf: () => vectors,
  })
}

export function startAnew(
  counter: WordCounter,
  { vocabulary, dimensions = DEFAULT_DIMENSIONS }: TrainingValues,
): StaticStart {
  const words = buildVocabulary(counter, vocabulary)
  const model = { tokenizer: words.tokenizer, dimensions, prompts: { query: '', passage: '' } }
  return tableOf(model, openTokenizer(words.tokenizer, 'tokenizer.json of the vocabulary of the rows'), {
    tokens: words.pieces.length,
    identity: sha256(JSON.stringify([words.tokenizer, words.texts])),
    from: 'random',
    parametersOf: (seed) => initialVectors(words, dimensions, seed),
  })
}

function tableOf(
  model: Omit<StaticModel, 'vectors'>,
  tokenizer: TextTokenizer,
  table: Pick<InitialModel, 'tokens' | 'identity' | 'from' | 'parametersOf'>,
): StaticStart {
  return {
    ...table,
    model,
    dimensions: model.dimensions,
    openTexts: (options) => new TokenTexts(tokenizer, model.prompts, options),
    write: (folder, vectors, card) => writeStaticFolder(folder, { ...model, vectors }, card),
    notices: [],
    close: () => Promise.resolve(),
  }
}
