// A row that needs negatives, whatever its source: what to search for, what must not be chosen, and how to write it.
import type { Document } from '../collections/collection.ts'
import type { Reason } from './rules.ts'
import type { RowFormat } from '../rows/formats/format.ts'
import type { Miner } from '../rows/miners.ts'
import type { Passage } from '../rows/row.ts'
import type { LineSink } from '../base/sink.ts'
import type { MiningQuery } from './finder.ts'

/** Everything besides the rules that decides the negatives of a row. */
export interface MineQuestion extends MiningQuery {
  /** Other positives of the same query; their copies cannot be negatives either. */
  kin: readonly Pick<Document, 'title' | 'text'>[]
  /** Rejects a document by its id alone. */
  againstId(id: string): Reason | undefined
  /** Rejects a document for any other reason. */
  againstDocument?(document: Document): Reason | undefined
  /** Folded contents of the negatives that the row keeps. */
  taken: readonly string[]
}

export interface MineEntry extends MineQuestion {
  /** Number of negatives that the row keeps. */
  kept: number
  /**
   * Returns the line to write.
   * @param scores of the positives, in their order
   * @param negatives the mined ones
   */
  bytes(scores: readonly (number | undefined)[], negatives: readonly Passage[], miners: readonly Miner[]): Buffer
  /** Returns the row's record in the list of dropped rows. */
  dropped(reason: string): object
}

/** A row for which nothing can be mined. */
export interface UnminableRow {
  reason: string
  record: object
}

/** A source of rows. Every pass yields the same ones. */
export interface MineSource {
  /** As the user named it. */
  name: string
  /** The path of existing rows. */
  path?: string
  format: RowFormat
  /** Number of rows in a pass. */
  total: number
  /** Lines that are not rows and were skipped. */
  badRows: number
  /** Facts for the manifest. */
  about: Record<string, unknown>
  rows(): AsyncGenerator<(MineEntry | UnminableRow)[]>
  /** Writes lines that are not rows into a file of their own. */
  writeBad(sink: LineSink): Promise<void>
}

/** Turns a document into a passage of a row. */
export function passageOf(
  { id, title, text }: Document,
  label: 'positive' | 'negative',
  score: number | undefined,
): Passage {
  return {
    id,
    text,
    ...(title !== undefined && { title }),
    label,
    origin: label === 'negative' ? 'mined' : 'given',
    ...(score !== undefined && { score }),
  }
}
