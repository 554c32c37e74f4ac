// What turns texts into vectors.

export type TextKind = 'query' | 'passage'

export interface Encoder {
  /** As the user named it, without credentials. */
  name: string
  /** What decides its vectors: for weights at hand a digest of them and of their settings, else the name of the model at its server. */
  identity: string
  /** Length of a vector. */
  dimensions: number
  /** What it puts before texts of each kind, where known: equal texts behind equal prefixes have one vector. */
  prefixes?: Readonly<Record<TextKind, string>>
  /**
   * Vectors of texts, [texts × dimensions], row by row, such that the inner product of a query and a passage is their score
   * (normalised where the model is compared by cosine). The encoder puts its prefix for `kind` before each text.
   * @throws CallError or StopRun as models do
   */
  encode(texts: readonly string[], kind: TextKind, signal?: AbortSignal): Promise<Float32Array>
  close(): Promise<void>
}
