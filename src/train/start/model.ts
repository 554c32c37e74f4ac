// What a training starts with: a table of tokens, or a map over the vectors of an encoder.
import type { MapShape } from '../engine/layout.ts'
import type { Texts } from '../texts.ts'
import type { TextsOptions } from '../token-texts.ts'

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
