// The names of the row formats, apart from the formats themselves: options list them without loading any.

export const FORMAT_NAMES = ['bge', 'tevatron', 'ms-swift', 'ms-swift-reranker'] as const
export type FormatName = (typeof FORMAT_NAMES)[number]
