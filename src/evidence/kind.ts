// A kind of evidence, declared once: its type, the checks when it is read, its record in JSON and its columns in Parquet follow.
import { text, type Fields, type ValuesOf } from '../base/fields.ts'

export interface Kind<N extends string = string, F extends Fields = Fields> {
  name: N
  /** What a piece of it is, for people. */
  doc: string
  /** What it holds, in the order of its record. */
  fields: F
}

/** The type of the pieces of a kind. */
export type EvidenceOf<K extends Kind> = K extends Kind<infer N, infer F> ? { kind: N } & ValuesOf<F> : never

export const kind = <N extends string, F extends Fields>(name: N, doc: string, fields: F): Kind<N, F> => ({
  name,
  doc,
  fields,
})

/** Fields that many kinds have. */
export const PASSAGE = text('id of the passage')
export const STAGE = 'which question it was'
export const MODEL = text('who answered')
export const PROMPT = text('id and version of the prompt, as in `rlhn.judge@1`; for scores, of how passages are put')
