// The record of a training, written beside the encoder: its inputs, its course, and how to repeat it.
import type { MapShape } from './engine/layout.ts'
import type { LossReport } from './losses/index.ts'
import type { RefreshReport } from './refresh.ts'
import type { EpochReport } from './trainer.ts'
import type { SkippedRows } from './training-set.ts'
import type { Scan } from '../rows/scan.ts'
import type { DevelopmentReport } from './development-set.ts'

export interface TrainManifest {
  winnow: string
  command: 'train'
  /** As given; the defaults of that version apply to the rest. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; format: string; rows: number; badRows: number; problems: Scan['problems'] }
  /** Names in the folder, besides this manifest and the log of --diagnose. */
  files: string[]
  encoder: {
    path: string
    dimensions: number
    /** Number of tokens with a vector; 0 for a map. */
    tokens: number
    /** `random`, or the encoder of --from or --base. */
    from: string
    /** What was learnt over the vectors of --base; null for a table of tokens. */
    map: MapShape | null
  }
  /** `withGenerated`: number of training rows with negatives that a model wrote. */
  rows: { trained: number; setAside: number; withGenerated: number } & SkippedRows
  loss: LossReport
  /** The queries that chose the epoch; null if there were none and the last epoch counts. */
  development: DevelopmentReport | null
  training: {
    steps: number
    epochs: EpochReport[]
    /** The epoch whose vectors were written. */
    chosen: number
    threads: number
    /** Seconds of this process, without the part before a kill. */
    seconds: number
    rowsPerSecond: number
    /** Steps done by an earlier process. */
    resumedAt: number
    /** Results of --refresh-negatives. */
    refresh: RefreshReport | null
  }
  started: string
  seconds: number
}

/** Returns the README of an encoder. */
export function cardOf({ winnow, encoder, input, rows, training, development }: TrainManifest): string {
  const measured = training.epochs.find(({ epoch }) => epoch === training.chosen)?.ndcg
  return `---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, ${encoder.map === null ? 'static-embedding, ' : ''}winnow]
---
# ${encoder.map === null ? 'A static encoder' : 'An encoder with a trained map'}

${madeOf(encoder)}Trained by Winnow ${winnow} on ${rows.trained} rows (SHA-256 of the file ${input.sha256}), epoch ${training.chosen}.
${measured === null || measured === undefined ? '' : `nDCG@10 on ${development?.queries} development queries (${development?.from}): ${measured.toFixed(4)}.\n`}
\`\`\`python
from sentence_transformers import SentenceTransformer
model = SentenceTransformer("path/of/this/folder")
\`\`\`

\`manifest.json\` says how it was made.
`
}

function madeOf({ from, map, tokens, dimensions }: TrainManifest['encoder']): string {
  return map === null
    ? `${tokens} tokens of ${dimensions} dimensions. `
    : `${mapText(map, dimensions)} over the vectors of \`${from}\`, which is as it was. `
}

/** For example `A linear map of 384 dimensions, its change of rank 16,`. */
export function mapText({ sides, rank }: MapShape, dimensions: number): string {
  const each = sides === 1 ? 'A linear map' : 'A linear map for queries and one for passages'
  return `${each}, ${dimensions} × ${dimensions}${rank === 0 ? '' : ` of rank ${rank} beside the identity`},`
}
