// The names of the row formats, apart from the formats themselves: options list them without loading any.

export const FORMAT_NAMES = [
  'bge',
  'tevatron',
  'tevatron-v2',
  'tevatron-scored',
  'ms-swift',
  'ms-swift-reranker',
  'ms-swift-pair',
  'st-pair',
  'st-triplet',
  'st-n-tuple',
  'st-labeled-pair',
  'st-labeled-list',
  'msmarco',
  'dpr',
  'rankllm',
  'nemo',
  'nemo-inline',
] as const
export type FormatName = (typeof FORMAT_NAMES)[number]
