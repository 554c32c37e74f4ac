// The initial model of a training: a vocabulary of the rows with random vectors, an existing static encoder, or a map over the vectors of
// an encoder that stays as it is.
import type { Hooks } from '../../base/hooks.ts'
import type { WordCounter } from '../../encoders/static/vocabulary.ts'
import type { MapShape } from '../engine/layout.ts'
import type { TrainingValues } from '../options.ts'
import type { Texts } from '../texts.ts'
import type { TextsOptions } from '../token-texts.ts'
import { startAnew, startFrom } from './static.ts'

export interface InitialModel {
  /** Length of a text's vector. */
  dimensions: number
  /** Number of tokens with a vector; 0 for a map. */
  tokens: number
  /** What is learnt over the vectors of an encoder; undefined for a table of tokens. */
  map?: MapShape | undefined
  /** Determines the texts' entries and, for an existing encoder, its vectors. */
  identity: string
  /** The name of the encoder that training starts from, without credentials; `random` for none. */
  from: string
  openTexts(options: TextsOptions): Texts
  /** Returns what the engine starts with, as it reads and writes it. The same for every seed if all of it comes from an encoder. */
  parametersOf(seed: number): Float32Array
  /** Writes the trained model. @param folder is made @param parameters as the engine returns them @param card its README */
  write(folder: string, parameters: Float32Array, card: string): void
  /** Sentences about the folder that a user should know. */
  notices: readonly string[]
  close(): Promise<void>
}

/** Returns whether the words of the rows decide the initial model. */
export const needsWords = ({ from, base }: Pick<TrainingValues, 'from' | 'base'>) =>
  from === undefined && base === undefined

/** Returns the model of --from or --base, or else one of the counted words. @throws UsageError when the encoder cannot be used */
export async function startOf(counter: WordCounter, values: TrainingValues, hooks: Hooks): Promise<InitialModel> {
  if (values.from !== undefined) return startFrom(values.from, values)
  if (values.base === undefined) return startAnew(counter, values)
  const { startOver } = await import('./map.ts')
  return startOver(values.base, values, hooks)
}
