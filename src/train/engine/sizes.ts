// The numbers that kernels, layout and batches share.

/** Dimensions per slice. */
export const SLICE = 32
/** Bytes of one vector in a slice. */
export const SLICE_BYTES = SLICE * 4
/** Queries are padded to a multiple of 4, passages to a multiple of 8: the tile of `dots`. */
export const QUERY_TILE = 4
export const PASSAGE_TILE = 8
/** An entry of a bag is a token index in the low bits and a count above them. */
export const COUNT_SHIFT = 24
export const MAX_COUNT = 255

/** Adam (Kingma and Ba 2015, algorithm 1), as every framework sets it. */
export const ADAM = { first: 0.9, second: 0.999, epsilon: 1e-8 }
