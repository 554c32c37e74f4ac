// A linear map over the vectors of an encoder: the same for all texts, or one for queries and one for passages.
import type { TextKind } from '../encoder.ts'

/** Square matrices [dimensions × dimensions], row by row: y = x W. The same array for both kinds if they share it. */
export interface LinearMap extends Record<TextKind, Float32Array> {
  dimensions: number
}

export const isShared = ({ query, passage }: LinearMap) => query === passage
