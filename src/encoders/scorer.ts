// What scores a query against passages: a reranker reads both together, an encoder compares their vectors.

export interface Scorer {
  /** As the user named it, without credentials. */
  name: string
  /** What decides its scores, as for an encoder. */
  identity: string
  /** One score a passage, in their order; higher is better. The range is the model's own and may be negative. */
  score(query: string, passages: readonly string[], signal?: AbortSignal): Promise<number[]>
  close(): Promise<void>
}
