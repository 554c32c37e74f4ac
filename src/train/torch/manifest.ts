// The record of a training by the torch engine, written beside the model.
import type { Scan } from '../../rows/scan.ts'
import type { DevelopmentReport } from '../development-set.ts'
import type { EpochReport } from '../trainer.ts'
import type { SkippedRows } from '../training-set.ts'

export interface TorchManifest {
  winnow: string
  command: 'train'
  engine: 'torch'
  /** As given, with those of a recipe; the defaults of that version apply to the rest. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; format: string; rows: number; badRows: number; problems: Scan['problems'] }
  model: { path: string; kind: 'encoder' | 'reranker'; base: string; parameters: number; trained: number }
  rows: { trained: number; setAside: number } & SkippedRows
  /** The queries that chose the epoch; null if there were none and the last epoch counts. */
  development: DevelopmentReport | null
  training: {
    epochs: EpochReport[]
    /** The epoch whose weights were written. */
    chosen: number
    steps: number
    device: string
    precision: string
    processes: number
    /** Seconds of this process, without the part before a kill. */
    seconds: number
    rowsPerSecond: number
    /** Steps done by an earlier process. */
    resumedAt: number
  }
  /** Names in the folder. */
  files: string[]
  started: string
  seconds: number
}

/** Returns the README of a model. */
export function torchCardOf({
  winnow,
  model,
  input,
  rows,
  training,
  development,
}: Omit<TorchManifest, 'files'>): string {
  const measured = training.epochs.find(({ epoch }) => epoch === training.chosen)?.ndcg
  const isEncoder = model.kind === 'encoder'
  const name = isEncoder ? 'SentenceTransformer' : 'CrossEncoder'
  return `---
library_name: sentence-transformers
pipeline_tag: ${isEncoder ? 'sentence-similarity' : 'text-ranking'}
base_model: ${JSON.stringify(model.base)}
tags: [sentence-transformers, ${isEncoder ? 'feature-extraction' : 'cross-encoder'}, winnow]
---
# ${isEncoder ? 'An encoder' : 'A reranker'} from ${model.base}

Trained by Winnow ${winnow} on ${rows.trained} rows (SHA-256 of the file ${input.sha256}), epoch ${training.chosen}.
${measured === null || measured === undefined ? '' : `nDCG@10 on ${development?.queries} development queries (${development?.from}): ${measured.toFixed(4)}.\n`}
\`\`\`python
from sentence_transformers import ${name}
model = ${name}("path/of/this/folder")
\`\`\`

\`manifest.json\` says how it was made.
`
}
