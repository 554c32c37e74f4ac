// A kind of evidence, declared once: its type, its checks, its JSON record and its Parquet columns follow.
import { text, type Fields, type ValuesOf } from '../base/fields.ts'

export interface Kind<N extends string = string, F extends Fields = Fields> {
  name: N
  /** What one piece of this kind is, for people. */
  doc: string
  /** Its fields, in the order of the record. */
  fields: F
}

/** The type of a piece of evidence of this kind. */
export type EvidenceOf<K extends Kind> = K extends Kind<infer N, infer F> ? { kind: N } & ValuesOf<F> : never

export const kind = <N extends string, F extends Fields>(name: N, doc: string, fields: F): Kind<N, F> => ({
  name,
  doc,
  fields,
})

/** Fields shared by many kinds. */
export const PASSAGE = text('id of the passage')
export const STAGE = 'stage of the question'
export const MODEL = text('model that answered')
export const PROMPT = text('id and version of the prompt, such as `rlhn.judge@1`; for scores, of the passage format')
