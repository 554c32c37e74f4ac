// Writes rows in the form of their format: the records of a row each on their own, documents in a corpus beside the rows.
import { basename, resolve } from 'node:path'
import { UsageError } from '../base/errors.ts'
import { assertHeld } from '../base/held-file.ts'
import type { LineSink } from '../base/sink.ts'
import { filesOfRows } from './containers/files.ts'
import { containerOf } from './containers/kind.ts'
import type { ContainerName } from './containers/names.ts'
import { containerFor, openRecordSink } from './containers/sink.ts'
import type { CorpusForm, RowFormat } from './formats/format.ts'
import { splitLine } from './formats/group.ts'
import { baseOf, withCorpus } from './corpus-sink.ts'

export interface RowTarget {
  /** A path, or `-`. */
  path: string
  format: RowFormat
  /** Default: by the name of the target. */
  container?: ContainerName | undefined
  /** The file that the rows come from: a Parquet file keeps the types of its columns. */
  from?: string | undefined
}

/** Opens a sink for the lines of rows. @throws UsageError if the target cannot hold them */
export async function openRowSink(target: RowTarget): Promise<LineSink> {
  const { path, format, container, from } = target
  assertForm(target)
  const read = containerFor(target) === 'parquet' && from !== undefined ? await columnsOf(from) : undefined
  const frame = format.frame?.(basename(baseOf(path)))
  const sink = spreading(
    holding(path, await openRecordSink({ path, container, read, frame, hasNoHeader: format.hasNoHeader })),
    format,
  )
  if (format.corpus === undefined || path === '-') return sink
  if (from !== undefined) await assertOtherCorpus(path, from, format.corpus)
  return withCorpus(sink, path, format.corpus)
}

/** @throws UsageError if the corpus of the new rows would take the place of that of the old ones */
async function assertOtherCorpus(path: string, from: string, { parts }: CorpusForm): Promise<void> {
  const { corporaOf } = await import('./joining.ts')
  const read = (await corporaOf(from)).map((corpus) => resolve(corpus))
  const place = parts.map((part) => resolve(part.place(baseOf(path)))).find((each) => read.includes(each))
  if (place === undefined) return
  throw new UsageError(`${place} is the corpus of the rows that are read; Winnow never overwrites its inputs`, {
    hint: 'Give another name with --out: its corpus is written beside it.',
  })
}

/** Completes the target only while it is this run's. */
const holding = (path: string, sink: LineSink): LineSink => ({
  write: (bytes) => sink.write(bytes),
  commit: async () => {
    assertHeld(path)
    await sink.commit()
  },
  abort: () => sink.abort(),
})

/** Writes each of the records of a line on its own. */
function spreading(sink: LineSink, format: RowFormat): LineSink {
  if (format.groupOf === undefined) return sink
  return {
    write: (line) => {
      let waiting: Promise<void> | undefined
      for (const record of splitLine(line)) waiting = sink.write(record) ?? waiting
      return waiting
    },
    commit: () => sink.commit(),
    abort: () => sink.abort(),
  }
}

/** @throws UsageError if rows of the format cannot be in the container of the target */
export function assertForm({ path, format, container: wanted }: Omit<RowTarget, 'from'>): void {
  const container = containerFor({ path, container: wanted })
  if ((container !== 'csv' && container !== 'tsv') || TABLES.includes(format.name)) return
  throw new UsageError(
    `${path}: a table has one text in each column, and rows of the format ${format.name} have lists`,
    {
      hint: `Formats for tables: ${TABLES.join(', ')}. Or write another container: --to ${format.name}+jsonl.`,
    },
  )
}

/** Formats whose columns each hold one value. */
const TABLES: readonly string[] = ['st-pair', 'st-triplet', 'st-n-tuple', 'st-labeled-pair', 'msmarco']

/** Returns the columns of a Parquet file, with their types; undefined for rows in any other container. */
export async function columnsOf(from: string) {
  const [first] = await filesOfRows(from)
  if (first === undefined || (await containerOf(first)) !== 'parquet') return undefined
  const { parquetSchema } = await import('./containers/parquet.ts')
  return parquetSchema(first)
}
