// The lines of a file in which bad rows are mended where a trainer's rules say how: a text in place of a list, a passage that is null.
import { objectIn, type JsonObject } from '../../base/json.ts'
import { terminatorOf, textOf, type Line } from '../../base/lines.ts'
import { mendedRecord, mendsOf, type Mend } from '../../lint/mend.ts'
import { rulesFor } from '../../lint/rules/index.ts'
import { Survey } from '../../lint/survey.ts'
import { targetOf } from '../../lint/targets.ts'
import { readRecordLines } from '../../rows/containers/lines.ts'
import type { Fault, RowFormat } from '../../rows/formats/format.ts'
import type { RowFile } from '../../rows/read.ts'

/** The trainer whose rules mend rows of a format. */
const TRAINERS: Readonly<Record<string, string>> = {
  bge: 'flagembedding',
  tevatron: 'tevatron',
  'ms-swift': 'ms-swift',
  'ms-swift-reranker': 'ms-swift:listwise-reranker',
  'nemo-inline': 'automodel',
}

/** Returns a file whose bad rows are mended where that makes them readable. @param onMended is called for each */
export function withMendedLines<F extends RowFile>(file: F, onMended: () => void): F {
  const { [file.format.name]: trainer } = TRAINERS
  if (trainer === undefined) return file
  const target = targetOf(trainer)
  const context = { loss: target.loss, negatives: 0, isFilled: false, survey: new Survey(), file: file.path }
  const mends = mendsOf(rulesFor(target), context)
  async function* lines(onBytes?: (bytes: Buffer) => void): AsyncGenerator<Line[]> {
    for await (const batch of file.lines?.(onBytes) ?? readRecordLines(file.path, onBytes)) {
      yield batch.map((line) => {
        const bytes = mendedBytes(line, file.format, mends)
        if (bytes === undefined) return line
        onMended()
        return { ...line, bytes }
      })
    }
  }
  return { ...file, lines }
}

/** Returns the bytes of a bad row that can be read once it is mended; undefined for any other. */
function mendedBytes(line: Line, format: RowFormat, mends: readonly Mend[]): Buffer | undefined {
  const columns = objectIn(textOf(line))
  if (columns === undefined || isReadable(columns, format)) return undefined
  const mended = mendedRecord(line, columns, mends, {})
  if (mended === undefined) return undefined
  const record = JSON.stringify(mended)
  if (!isReadable(JSON.parse(record) as JsonObject, format)) return undefined
  return Buffer.from(record + terminatorOf(line))
}

function isReadable(columns: JsonObject, format: RowFormat): boolean {
  const faults: Fault[] = []
  return format.read(columns, faults) !== undefined && faults.length === 0
}
