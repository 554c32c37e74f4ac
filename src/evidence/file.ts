// The interface of evidence files for writers and readers, whatever the format.
import { messageOf, UsageError } from '../base/errors.ts'
import type { Evidence } from './evidence.ts'
import type { EvidenceHead, EvidenceRecord } from './record.ts'

/** The row that evidence is about. */
interface RowPlace {
  row: { id: string }
  line: { number: number }
}

/** A file of evidence being written. */
export interface EvidenceSink {
  /** Adds the evidence about a row. Returns a promise only if the caller must wait. */
  write(place: RowPlace, evidence: Evidence[]): Promise<void> | undefined
  /** Completes the file. */
  commit(): Promise<void>
  /** Leaves the target as it was. */
  abort(): Promise<void>
}

/** A file of evidence being read. */
export interface EvidenceFile {
  path: string
  head: EvidenceHead
  /** Yields all records in order. @throws UsageError naming the first invalid record, or saying that the file is truncated */
  records(): AsyncGenerator<PlacedRecord>
}

/** A record and its place for messages: `file:12`, or `file: record 12`. */
export interface PlacedRecord {
  record: EvidenceRecord
  place: string
}

/** Returns the error for a file that is not evidence or is damaged. */
export function notEvidence(place: string, error: unknown): UsageError {
  return new UsageError(`${place}: not an evidence file of Winnow: ${messageOf(error)}`, {
    cause: error,
    hint: 'Evidence files are written by winnow clean, winnow grow and winnow apply with --write-evidence.',
  })
}

/** Runs `read` and names the place in its errors. @throws UsageError */
export function placed<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw notEvidence(place, error)
  }
}
