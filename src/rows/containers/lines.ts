// Reads the rows of any container as lines of JSON: those of JSON lines as the very bytes of the file, all others as JSON of their values.
import { readLines, terminatorOf, type Line } from '../../base/lines.ts'
import { readArray } from './json-array.ts'
import { readTable } from './csv.ts'
import { filesOfRows } from './files.ts'
import { containerOf } from './kind.ts'
import type { ContainerName } from './names.ts'

/**
 * Yields the rows of a file, of all files of a folder, or of those that match a pattern, numbered through from 1.
 * @param onBytes receives the uncompressed bytes of JSON lines, and the lines of everything else
 * @throws UsageError if a file cannot be read
 */
export async function* readRecordLines(path: string, onBytes?: (bytes: Buffer) => void): AsyncGenerator<Line[]> {
  const files = await filesOfRows(path)
  let before = 0
  for (const file of files) {
    const container = await containerOf(file)
    let last = 0
    for await (const lines of linesIn(container, file, onBytes)) {
      last = lines.at(-1)?.number ?? last
      yield files.length === 1 ? lines : lines.map((line) => placed(line, file, before))
    }
    before += last
  }
}

const NEWLINE = Buffer.from('\n')

/** Other lines follow the last one of a file, which may lack its line break. */
const placed = (line: Line, file: string, before: number): Line => ({
  number: before + line.number,
  bytes: terminatorOf(line) === '' ? Buffer.concat([line.bytes, NEWLINE]) : line.bytes,
  place: `${file}:${line.number}`,
})

async function* linesIn(
  container: ContainerName,
  file: string,
  onBytes?: (bytes: Buffer) => void,
): AsyncGenerator<Line[]> {
  if (container === 'jsonl') yield* readLines(file, onBytes)
  else {
    for await (const lines of READERS[container](file)) {
      if (onBytes) for (const { bytes } of lines) onBytes(bytes)
      yield lines
    }
  }
}

const READERS: Record<Exclude<ContainerName, 'jsonl'>, (file: string) => AsyncGenerator<Line[]>> = {
  json: readArray,
  csv: (file) => readTable(file, ','),
  tsv: (file) => readTable(file, '\t'),
  parquet: async function* parquet(file) {
    const { readParquetLines } = await import('./parquet-lines.ts')
    yield* readParquetLines(file)
  },
  arrow: async function* arrow(file) {
    const { readArrow } = await import('./arrow.ts')
    yield* readArrow(file)
  },
}
