// Writes lines of JSON into any container, told by the name of the target or asked for.
import { UsageError } from '../../base/errors.ts'
import { openSink, stdoutSink, type LineSink } from '../../base/sink.ts'
import { tableSink } from './csv.ts'
import { arraySink, type Frame } from './json-array.ts'
import { containerNamed } from './kind.ts'
import type { ContainerName } from './names.ts'
import type { Encoding } from './typed-sink.ts'
import type { ColumnsRead } from './parquet-encoding.ts'

export interface RecordTarget {
  /** A path, or `-`. */
  path: string
  /** Default: by the name. */
  container?: ContainerName | undefined
  /** The columns that the rows had in their Parquet file. */
  read?: ColumnsRead | undefined
  /** What is around the array of a file of JSON. */
  frame?: Frame | undefined
  /** Whether a table has no line with the names of its columns. */
  hasNoHeader?: boolean | undefined
}

/** Returns whether rows are written as a folder: the path ends in a slash. */
export const isFolderTarget = (path: string) => path.endsWith('/')

/** Returns the container that rows are written in. @throws UsageError if the target cannot be one of its kind */
export function containerFor({ path, container }: Pick<RecordTarget, 'path' | 'container'>): ContainerName {
  if (isFolderTarget(path)) {
    if (container === undefined || container === 'parquet' || container === 'arrow') return container ?? 'parquet'
    throw new UsageError(`--out ${path} is a folder, and rows of --to ${container} are one file`, {
      hint: `Name a file (--out ${path.replace(/\/+$/, '')}.${container}), or write Parquet with --to parquet.`,
    })
  }
  return container ?? (path === '-' ? 'jsonl' : containerNamed(path))
}

export async function openRecordSink(target: RecordTarget): Promise<LineSink> {
  const container = containerFor(target)
  const sink = await openContainer(container, target)
  if (container === 'jsonl') return sink
  // Blank lines are nothing but layout of JSON lines.
  return {
    ...sink,
    write: (line) => (line.length <= 2 && line.toString().trim() === '' ? undefined : sink.write(line)),
  }
}

async function openContainer(
  container: ContainerName,
  { path, read, frame, hasNoHeader }: RecordTarget,
): Promise<LineSink> {
  if (container === 'parquet' || container === 'arrow') {
    if (path === '-') throw new UsageError(`--to ${container} needs a file: give --out a name`)
    const [{ openTypedRows }, encoding] = await Promise.all([import('./typed-sink.ts'), encodingOf(container, read)])
    return openTypedRows(path, isFolderTarget(path), encoding)
  }
  const file = path === '-' ? stdoutSink() : await openSink(path)
  if (container === 'json') return arraySink(file, frame)
  return container === 'jsonl' ? file : tableSink(file, path, container === 'csv' ? ',' : '\t', hasNoHeader !== true)
}

async function encodingOf(container: 'parquet' | 'arrow', read?: ColumnsRead): Promise<Encoding> {
  if (container === 'arrow') return (await import('./arrow-encoding.ts')).arrowEncoding()
  return (await import('./parquet-encoding.ts')).parquetEncoding(read)
}
