// Writes the rows of a file without what can be removed or mended safely. No label changes, and a row that cannot be read stays as it is.
import { rm } from 'node:fs/promises'
import { UsageError } from '../../base/errors.ts'
import { HashTable } from '../../base/hash-table.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { JsonObject } from '../../base/json.ts'
import { openSink, type LineSink } from '../../base/sink.ts'
import { assertWritable, holding, outputPaths } from '../../job/outputs.ts'
import { columnsOf, recordsIn } from '../../rows/formats/group.ts'
import type { Input } from '../../rows/input.ts'
import { bytesWith, losslessColumns, readRows, relabelledBytes, type RowLine } from '../../rows/read.ts'
import { contentOf, type Label, type Passage, type Row } from '../../rows/row.ts'
import { openRowSink } from '../../rows/sink.ts'
import { withMendedLines } from './mended-lines.ts'

export interface DoctorFix {
  path: string
  /** Rows that were written. */
  rows: number
  /** Repeated rows that were left out; they are in the file beside it. */
  dropped: number
  droppedPath: string | null
  /** Rows that cannot be read: they were written as they are. */
  badRows: number
  /** Bad rows that were mended: texts in place of lists, passages that were null. */
  mendedRows: number
  /** Passages that were taken out, by the code of their finding. */
  passages: Record<'empty-passages' | 'repeated-positives' | 'repeated-negatives' | 'copied-positives', number>
}

/** @throws UsageError if the file cannot be written, or is the input */
export async function assertFixTarget(name: string, fix: boolean, out: string | undefined): Promise<void> {
  if (fix && out === undefined) {
    throw new UsageError('--fix writes to a file of its own: name it with --out', { hint: '--fix --out mended.jsonl' })
  }
  if (!fix && out !== undefined) throw new UsageError('--out is the file of --fix, which was not given')
  if (out !== undefined) {
    const paths = outputPaths(out, out === '-' ? '.' : undefined)
    await assertWritable({ ...paths, manifest: paths.rows }, [name])
  }
}

/** Writes the rows. @throws UsageError or WinnowError if they cannot be written; nothing is written then */
export const fixRows = (input: Input, out: string, hooks: Hooks): Promise<DoctorFix> =>
  holding({ rows: out, manifest: out }, () => writeFixed(input, out, hooks))

async function writeFixed(input: Input, out: string, hooks: Hooks): Promise<DoctorFix> {
  const fixing = new Fixing(input, out)
  const droppedPath = out === '-' ? undefined : outputPaths(out).sidecars.dropped
  const sink = await openRowSink({ path: out, format: input.format, from: input.path })
  const dropped = droppedPath === undefined ? undefined : await openSink(droppedPath)
  try {
    let rows = 0
    for await (const batch of readRows(withMendedLines(input, () => (fixing.report.mendedRows += 1)))) {
      hooks.signal?.throwIfAborted()
      for (const entry of batch) {
        if ('faults' in entry) await fixing.keep(entry.line.bytes, sink)
        else await fixing.write(entry, sink, dropped)
      }
      rows += batch.length
      hooks.onProgress?.({ what: 'mending rows', done: rows, total: 0 })
    }
    await input.assertUnchanged()
    await sink.commit()
    const { report } = fixing
    if (report.dropped > 0) await dropped?.commit()
    else {
      await dropped?.abort()
      // That of an earlier run has no counterpart in this one.
      if (droppedPath !== undefined) await rm(droppedPath, { force: true })
    }
    return { ...report, droppedPath: report.dropped === 0 ? null : (droppedPath ?? null) }
  } catch (error) {
    await sink.abort()
    await dropped?.abort()
    throw error
  }
}

class Fixing {
  readonly report: DoctorFix
  readonly #input: Input
  readonly #lines = new HashTable()

  constructor(input: Input, path: string) {
    this.#input = input
    this.report = {
      path,
      rows: 0,
      dropped: 0,
      droppedPath: null,
      badRows: 0,
      mendedRows: 0,
      passages: { 'empty-passages': 0, 'repeated-positives': 0, 'repeated-negatives': 0, 'copied-positives': 0 },
    }
  }

  /** Writes a row that cannot be read. */
  async keep(bytes: Buffer, sink: LineSink): Promise<void> {
    this.report.badRows += 1
    await sink.write(bytes)
  }

  async write(entry: RowLine, sink: LineSink, dropped: LineSink | undefined): Promise<void> {
    const { row, line } = entry
    const first = this.#lines.setIfNew(keyOf(row), line.number)
    if (first > 0) {
      this.report.dropped += 1
      const reason = `repeats the row at line ${first}`
      const record = { line: line.number, row: row.id, reason, columns: losslessColumns(entry, this.#input) }
      await dropped?.write(`${JSON.stringify(record)}\n`)
      return
    }
    this.report.rows += 1
    const passages = this.#passagesOf(row)
    const isSame = passages.length === row.passages.length
    await sink.write(
      isSame ? this.#withoutCopies(entry) : relabelledBytes(entry, { ...row, passages }, this.#input.format),
    )
  }

  /** Returns the bytes of a row without records that repeat another one to the letter. */
  #withoutCopies(entry: RowLine): Buffer {
    const records = recordsIn(entry.columns)
    if (records.length === 1 || new Set(records.map((record) => JSON.stringify(record))).size === records.length) {
      return entry.line.bytes
    }
    const columns = losslessColumns(entry, this.#input)
    const kept = new Map(recordsIn(columns).map((record) => [JSON.stringify(record), record]))
    return bytesWith(entry, sameDocuments(columns, columnsOf([...kept.values()])), this.#input)
  }

  /** Returns the passages that stay. */
  #passagesOf({ passages }: Row): Passage[] {
    const counts = this.report.passages
    const [positives, negatives] = (['positive', 'negative'] as const).map((label) => {
      const all = passages.filter((passage) => passage.label === label)
      const filled = taken(all, (passage) => contentOf(passage).trim() !== '')
      counts['empty-passages'] += all.length - filled.length
      const seen = new Set<string>()
      const distinct = filled.filter((passage) => seen.size < seen.add(textOf(passage)).size)
      counts[`repeated-${label}s`] += filled.length - distinct.length
      return distinct
    }) as [Passage[], Passage[]]
    const wanted = new Set(positives.map(textOf))
    const left = taken(negatives, (passage) => !wanted.has(textOf(passage)))
    counts['copied-positives'] += negatives.length - left.length
    const kept = new Set<Passage>([...positives, ...left])
    return passages.filter((passage) => passage.label === ignored || kept.has(passage))
  }
}

const ignored: Label = 'ignored'

/** Returns the passages that a condition holds for; all of them if it holds for none. */
function taken(passages: Passage[], isKept: (passage: Passage) => boolean): Passage[] {
  const kept = passages.filter(isKept)
  return kept.length === 0 ? passages : kept
}

const textOf = ({ title = '', text }: Passage) => `${title}\n${text}`

/** What a row says, without its id. */
function keyOf({ query, dataset = '', passages, extra = {} }: Row): string {
  const all = passages.map(({ label, title = '', text, score, origin }) => [label, title, text, score ?? null, origin])
  return JSON.stringify([query, dataset, all, extra])
}

/** Keeps the documents that are beside the records of a row. */
const sameDocuments = (before: JsonObject, after: JsonObject): JsonObject => ({
  ...after,
  ...Object.fromEntries(Object.entries(before).filter(([name]) => name === 'winnow documents')),
})
