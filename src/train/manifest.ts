// What is written down about a training, beside the encoder: what it was made of, how it went, and how to do it again.
import type { LossReport } from './losses/index.ts'
import type { RefreshReport } from './refresh.ts'
import type { EpochReport } from './trainer.ts'
import type { SkippedRows } from './training-set.ts'
import type { Scan } from '../rows/scan.ts'
import type { DevelopmentReport } from './development-set.ts'

export interface TrainManifest {
  winnow: string
  command: 'train'
  /** As given; the defaults of that version hold for the rest. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; format: string; rows: number; badRows: number; problems: Scan['problems'] }
  encoder: {
    path: string
    dimensions: number
    tokens: number
    /** `random`, or the folder of --from. */
    from: string
  }
  /** `withGenerated`: of those trained on, rows that have negatives which a model wrote. */
  rows: { trained: number; setAside: number; withGenerated: number } & SkippedRows
  loss: LossReport
  /** By which queries the epoch was chosen; null when by none, and the last one counts. */
  development: DevelopmentReport | null
  training: {
    steps: number
    epochs: EpochReport[]
    /** The epoch whose vectors were written. */
    chosen: number
    threads: number
    /** Of this process: without the part before a kill. */
    seconds: number
    rowsPerSecond: number
    /** Steps that an earlier process had done. */
    resumedAt: number
    /** Of --refresh-negatives. */
    refresh: RefreshReport | null
  }
  started: string
  seconds: number
}

/** The README of an encoder. */
export function cardOf({ winnow, encoder, input, rows, training, development }: TrainManifest): string {
  const measured = training.epochs.find(({ epoch }) => epoch === training.chosen)?.ndcg
  return `---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, static-embedding, winnow]
---
# A static encoder

Trained by Winnow ${winnow} on ${rows.trained} rows (SHA-256 of the file ${input.sha256}): ${encoder.tokens} tokens of ${encoder.dimensions} dimensions, epoch ${training.chosen}.
${measured === null || measured === undefined ? '' : `nDCG@10 on ${development?.queries} development queries (${development?.from}): ${measured.toFixed(4)}.\n`}
\`\`\`python
from sentence_transformers import SentenceTransformer
model = SentenceTransformer("path/of/this/folder")
\`\`\`

\`manifest.json\` says how it was made.
`
}
