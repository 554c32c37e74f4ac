// The interface of scorers, which score a query against passages: a reranker reads both together, an encoder compares their vectors.

export interface Scorer {
  /** As the user named it, without credentials. */
  name: string
  /** Determines its scores, as for an encoder. */
  identity: string
  /** Returns one score per passage, in order; higher is better. The range depends on the model and may be negative. */
  score(query: string, passages: readonly string[], signal?: AbortSignal): Promise<number[]>
  close(): Promise<void>
}
