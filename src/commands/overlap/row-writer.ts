// Writes rows without the test's contents, in order; an unchanged row as exactly the bytes that were read.
import type { RowOverlap } from './examine.ts'
import { withoutOverlap, type RemovalOutcome, type RemovableText } from './remove.ts'
import type { TestSide } from './test-side.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { parseLossless } from '../../base/json.ts'
import { textOf } from '../../base/lines.ts'
import { badRecord, relabelledBytes, type BadLine, type RowLine } from '../../rows/read.ts'
import { contentOf } from '../../rows/row.ts'
import type { OverlapOutputs } from './outputs.ts'
import { RemovalTally, type RemovalReport } from './report.ts'

export class RowWriter {
  readonly #outputs: OverlapOutputs
  readonly #format: RowFormat
  readonly #what: RemovableText
  readonly #side: TestSide
  readonly #tally: RemovalTally

  constructor(outputs: OverlapOutputs, format: RowFormat, what: RemovableText, side: TestSide) {
    this.#outputs = outputs
    this.#format = format
    this.#what = what
    this.#side = side
    this.#tally = new RemovalTally(what)
  }

  async write(entry: RowLine, found: RowOverlap): Promise<void> {
    const cleansed = withoutOverlap(entry.row, found, this.#what, this.#side)
    this.#tally.add(cleansed)
    if (cleansed.outcome === 'kept') await this.#outputs.rows.write(entry.line.bytes)
    else if (cleansed.outcome === 'dropped') await this.#outputs.note('dropped', droppedRecord(entry, cleansed.reason))
    else {
      await this.#outputs.rows.write(relabelledBytes(entry, cleansed.row, this.#format))
      for (const record of changeRecords(entry, cleansed)) await this.#outputs.note('changes', record)
    }
  }

  /** Writes a line without a usable row to the file of bad rows. */
  async setAside(line: BadLine): Promise<void> {
    await this.#outputs.note('bad', badRecord(line))
  }

  get removed(): RemovalReport {
    return this.#tally.result()
  }
}

function droppedRecord({ line, row }: RowLine, reason: string): object {
  return { line: line.number, row: row.id, reason, columns: parseLossless(textOf(line)) }
}

function changeRecords(
  { line, row }: RowLine,
  { removals }: Extract<RemovalOutcome, { outcome: 'changed' }>,
): object[] {
  return removals.map(({ passage, id, kind, similarity, reason }) => ({
    line: line.number,
    row: row.id,
    passage: passage.id,
    from: passage.label,
    to: 'ignored',
    stage: 'overlap',
    kind,
    similarity,
    judged: id,
    reason,
    query: row.query,
    text: contentOf(passage),
  }))
}
