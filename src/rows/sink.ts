// Writes rows in the form of their format: the records of a row each on their own, documents in a corpus beside the rows.
import { basename } from 'node:path'
import { UsageError } from '../base/errors.ts'
import type { LineSink } from '../base/sink.ts'
import { filesOfRows } from './containers/files.ts'
import { containerOf } from './containers/kind.ts'
import type { ContainerName } from './containers/names.ts'
import { containerFor, openRecordSink } from './containers/sink.ts'
import type { RowFormat } from './formats/format.ts'
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
  const sink = await openRecordSink({ path, container, read, frame })
  if (format.corpus !== undefined && path !== '-') return withCorpus(sink, path, format.corpus)
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
const TABLES: readonly string[] = ['st-pair', 'st-triplet', 'st-n-tuple', 'st-labeled-pair']

async function columnsOf(from: string) {
  const [first] = await filesOfRows(from)
  if (first === undefined || (await containerOf(first)) !== 'parquet') return undefined
  const { parquetSchema } = await import('./containers/parquet.ts')
  return parquetSchema(first)
}
