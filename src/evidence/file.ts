// What a file of evidence is to those that write and read it, whatever its format.
import { messageOf, UsageError } from '../base/errors.ts'
import type { Evidence } from './evidence.ts'
import type { RowLine } from '../rows/read.ts'
import type { EvidenceHead, EvidenceRecord } from './record.ts'

/** A file of evidence that is being written. */
export interface EvidenceSink {
  /** Adds what is known of a row. Returns a promise only when the caller must wait. */
  write(entry: RowLine, evidence: Evidence[]): Promise<void> | undefined
  /** Completes the file. */
  commit(): Promise<void>
  /** Leaves the place as it was. */
  abort(): Promise<void>
}

/** A file of evidence that is being read. */
export interface EvidenceFile {
  path: string
  head: EvidenceHead
  /** All records in order. @throws UsageError naming the place of the first that is none, or that the file is cut off */
  records(): AsyncGenerator<PlacedRecord>
}

/** A record, and where it stands, for messages: `file:12`, or `file: record 12`. */
export interface PlacedRecord {
  record: EvidenceRecord
  place: string
}

/** The error of a file that is no evidence, or whose evidence is damaged. */
export function notEvidence(place: string, error: unknown): UsageError {
  return new UsageError(`${place}: not evidence as Winnow writes it: ${messageOf(error)}`, {
    cause: error,
    hint: 'Files of evidence are written by winnow clean, winnow grow and winnow apply with --write-evidence.',
  })
}

/** Does what may fail over something that stands at `place`. @throws UsageError naming it */
export function placed<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw notEvidence(place, error)
  }
}
