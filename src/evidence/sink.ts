// Writes evidence beside the rows, row by row, as JSON lines or Parquet.
import { openSink, type LineSink } from '../base/sink.ts'
import type { EvidenceSink } from './file.ts'
import { recordOf, type EvidenceHead } from './record.ts'

export const EVIDENCE_FORMATS = ['parquet', 'jsonl'] as const
export type EvidenceFormat = (typeof EVIDENCE_FORMATS)[number]

/** Opens a file of evidence; `path` does not exist before `commit`. */
export async function openEvidenceSink(
  path: string,
  format: EvidenceFormat,
  head: EvidenceHead,
): Promise<EvidenceSink> {
  // The code for Parquet is loaded only if needed.
  const open = format === 'parquet' ? (await import('./parquet-sink.ts')).openParquetSink : openLinesSink
  return open(await openSink(path), head)
}

/** Writes JSON lines: the head, the records, and finally their number, which reveals a truncated file. */
async function openLinesSink(file: LineSink, head: EvidenceHead): Promise<EvidenceSink> {
  let records = 0
  await file.write(`${JSON.stringify(head)}\n`)
  return {
    write: ({ row, line }, evidence) => {
      if (evidence.length === 0) return undefined
      records += evidence.length
      return file.write(evidence.map((item) => `${JSON.stringify(recordOf(row.id, line.number, item))}\n`).join(''))
    },
    commit: async () => {
      await file.write(`${JSON.stringify({ records })}\n`)
      await file.commit()
    },
    abort: () => file.abort(),
  }
}
