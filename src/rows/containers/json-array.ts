// Files that are one JSON value: an array of rows, or an object with an array `data`. They are cut without being parsed as a whole.
import { UsageError } from '../../base/errors.ts'
import { MOST_LINE_BYTES, readChunks, type Line } from '../../base/lines.ts'
import type { LineSink } from '../../base/sink.ts'
import { shown } from './records.ts'

const [SPACE, QUOTE, BACKSLASH, COMMA, BRACE, BRACE_END, BRACKET, BRACKET_END] = [32, 34, 92, 44, 123, 125, 91, 93]

/**
 * Yields the elements of the array as lines of JSON, numbered from 1.
 * @throws UsageError if the file ends within the array
 */
export async function* readArray(path: string): AsyncGenerator<Line[]> {
  const cutter = new ElementCutter()
  for await (const chunk of readChunks(path)) {
    const lines = cutter.cut(chunk)
    if (lines.length > 0) yield lines
    if (cutter.held > MOST_LINE_BYTES) throw new UsageError(`cannot read ${path}: row ${cutter.count + 1} is too long`)
  }
  if (!cutter.isClosed) throw new UsageError(`cannot read ${path}: it ends within row ${cutter.count + 1}`)
  if (cutter.rest !== '') {
    throw new UsageError(
      `cannot read ${path}: after the array of ${cutter.count} rows more follows: ${shown(cutter.rest)}`,
      {
        hint: 'A file of JSON holds one array; rows that stand alone, one a line, are JSON lines.',
      },
    )
  }
}

/** Cuts the bytes of a file into the elements of its array, whatever the borders of its chunks. */
class ElementCutter {
  isClosed = false
  count = 0
  /** The beginning of what follows an array that is the whole file. */
  rest = ''
  /** The bytes of an element that goes on in the next chunk. */
  held = 0
  #depth = 0
  /** The depth at which the elements are: 1 in an array, 2 in the array `data` of an object. */
  #level = 0
  #inText = false
  #isEscaped = false
  #pieces: Buffer[] = []
  /** The text of the last key at depth 1, to find `data`. */
  #text: number[] = []
  #key = ''

  cut(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let start = this.#isWithin ? 0 : -1
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (this.isClosed && this.#depth === 0 && byte > SPACE) {
        this.rest ||= chunk.toString('utf8', at, at + 40)
        return lines
      }
      if (this.#inText) {
        this.#readText(byte)
        continue
      }
      if (byte === QUOTE) {
        this.#inText = true
        this.#text = []
      } else if (byte === BRACE || byte === BRACKET) {
        if (this.#isWithin && this.#depth === this.#level && start === -1) start = at
        this.#open(byte)
        if (this.#isWithin && this.#depth === this.#level) start = at + 1
      } else if (byte === BRACE_END || byte === BRACKET_END || byte === COMMA) {
        if (this.#isWithin && this.#depth === this.#level) {
          this.#take(chunk.subarray(start, at), lines)
          start = at + 1
        }
        if (byte !== COMMA) this.#close()
        if (!this.#isWithin) start = -1
      }
    }
    if (start !== -1 && start < chunk.length) {
      this.#pieces.push(Buffer.from(chunk.subarray(start)))
      this.held += chunk.length - start
    }
    return lines
  }

  get #isWithin(): boolean {
    return this.#level > 0 && this.#depth >= this.#level
  }

  #readText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) {
      this.#inText = false
      if (this.#depth === 1) this.#key = Buffer.from(this.#text).toString()
    }
    if (this.#inText && this.#depth === 1 && this.#level === 0) this.#text.push(byte)
  }

  #open(byte: number): void {
    this.#depth += 1
    const isRows = byte === BRACKET && (this.#depth === 1 || (this.#depth === 2 && this.#key === 'data'))
    if (this.#level === 0 && isRows && !this.isClosed) this.#level = this.#depth
  }

  #close(): void {
    this.#depth -= 1
    if (this.#level === 0 || this.#depth >= this.#level) return
    this.#level = 0
    this.isClosed = true
  }

  #take(last: Buffer, lines: Line[]): void {
    // Bytes stay what they are, so that those that are no UTF-8 are seen by the reader.
    const element = Buffer.concat([...this.#pieces, last])
      .toString('latin1')
      .trim()
    this.#pieces = []
    this.held = 0
    if (element === '') return
    // A line break cannot be inside a text of JSON, so that all of them are layout.
    lines.push({ number: ++this.count, bytes: Buffer.from(`${element.replace(/\s*\r?\n\s*/g, ' ')}\n`, 'latin1') })
  }
}

/** What is around the array of a file. */
export interface Frame {
  before: string
  after: string
}

/** Writes lines of JSON as the elements of one array. */
export function arraySink(file: LineSink, { before, after }: Frame = { before: '', after: '' }): LineSink {
  let isFirst = true
  const write = (line: Buffer | string) => {
    const text = `${isFirst ? `${before}[\n` : ',\n'}${line.toString().trim()}`
    isFirst = false
    return file.write(text)
  }
  const commit = async () => {
    await file.write(isFirst ? `${before}[]${after}\n` : `\n]${after}\n`)
    await file.commit()
  }
  return { write, commit, abort: () => file.abort() }
}
