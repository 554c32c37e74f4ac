// The interface of encoders, which turn texts into vectors.

export type TextKind = 'query' | 'passage'

export interface Encoder {
  /** As the user named it, without credentials. */
  name: string
  /** Determines the vectors: a digest of the weights and their settings for local models, else the model's name on its server. */
  identity: string
  /** Length of a vector. */
  dimensions: number
  /** The prefix before texts of each kind, if known. Equal texts after equal prefixes have the same vector. */
  prefixes?: Readonly<Record<TextKind, string>>
  /** Whether its file gives whole vectors only, so that modules after its pooling would not be carried out. */
  givesWholeVectors?: boolean
  /** The same encoder if it keeps its vectors in the cache, but one that keeps no new ones. Closing it is up to this one. */
  keepingNone?: Encoder
  /**
   * Encodes texts, [texts × dimensions], row by row. The inner product of a query and a passage is their score; vectors are normalised if
   * the model uses cosine similarity. The encoder adds its prefix for `kind` to each text.
   * @throws CallError or StopRun as models do
   */
  encode(texts: readonly string[], kind: TextKind, signal?: AbortSignal): Promise<Float32Array>
  close(): Promise<void>
}
