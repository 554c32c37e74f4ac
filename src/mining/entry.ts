// A row that wants negatives, wherever it comes from: what to search for, what may never be chosen, and how it is written.
import type { Document } from '../collections/collection.ts'
import type { Reason } from './rules.ts'
import type { RowFormat } from '../rows/formats/format.ts'
import type { Miner } from '../rows/miners.ts'
import type { Passage } from '../rows/row.ts'
import type { LineSink } from '../base/sink.ts'
import type { MiningQuery } from './finder.ts'

/** What decides the negatives of a row, besides the rules. */
export interface MineQuestion extends MiningQuery {
  /** Other positives of the same query: their copies are no negatives, either. */
  kin: readonly Pick<Document, 'title' | 'text'>[]
  /** What speaks against a document by its id alone. */
  againstId(id: string): Reason | undefined
  /** What else speaks against a document. */
  againstDocument?(document: Document): Reason | undefined
  /** Contents of the negatives that the row keeps, folded. */
  taken: readonly string[]
}

export interface MineEntry extends MineQuestion {
  /** Negatives that the row keeps. */
  kept: number
  /**
   * The line to write.
   * @param scores of the positives, in their order
   * @param negatives what was mined
   */
  bytes(scores: readonly (number | undefined)[], negatives: readonly Passage[], miners: readonly Miner[]): Buffer
  /** The row as the list of dropped rows has it. */
  dropped(reason: string): object
}

/** A row that nothing can be mined for. */
export interface UnminableRow {
  reason: string
  record: object
}

/** Where rows come from. Every pass gives the same ones. */
export interface MineSource {
  /** What the user named. */
  name: string
  format: RowFormat
  /** Rows that a pass gives. */
  total: number
  /** Lines that are no rows, and were passed over. */
  badRows: number
  /** For the manifest. */
  about: Record<string, unknown>
  rows(): AsyncGenerator<(MineEntry | UnminableRow)[]>
  /** Writes what is no row into a file of its own. */
  writeBad(sink: LineSink): Promise<void>
}

/** A document as a passage of a row. */
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
