// Cuts the lines of a TREC run into fields as bytes: a run has millions of lines, and a string for each field of each would cost most of the time.
import { isAscii } from 'node:buffer'
import { readChunks } from '../base/lines.ts'

/** One line at a time; the same object is used for all of them. */
export interface RunLine {
  /** The bytes that the fields stand in. */
  bytes: Buffer
  /** The same as text, where a byte is a character and fields are many: taking them out of it is many times faster than out of bytes. */
  text: string | undefined
  /** 1-based; blank lines and comments count. */
  number: number
  /** Where each field starts and ends: [start, end, start, end, …], of at most MOST_FIELDS. */
  places: Int32Array
  /** How many fields were found; as many as were looked for where there are more. */
  fields: number
}

export const RUN_FIELDS = 6
const MOST_FIELDS = RUN_FIELDS + 1
const [NEWLINE, SPACE, HASH] = [10, 32, 35]
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** The lines of one part of a file: `next` moves `line` on, and says whether there is one. */
export interface RunLines {
  line: RunLine
  next(): boolean
}

/**
 * Goes through the lines of a run, plain or gzip. Blank lines, and comments that begin with `#`, are passed over.
 * @param fields how many fields of each line are looked for
 */
export async function* readRunLines(path: string, fields = MOST_FIELDS): AsyncGenerator<RunLines> {
  let [rest, number]: [Buffer, number] = [Buffer.alloc(0), 0]
  for await (const chunk of readChunks(path)) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (number === 0 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) {
      bytes = bytes.subarray(BYTE_ORDER_MARK.length)
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1
    rest = Buffer.from(bytes.subarray(end))
    const lines = linesOf(bytes, end, number, fields)
    yield lines
    number = lines.line.number
  }
  if (rest.length > 0) yield linesOf(Buffer.concat([rest, Buffer.of(NEWLINE)]), rest.length + 1, number, fields)
}

function linesOf(bytes: Buffer, end: number, number: number, most: number): RunLines {
  const text = most > 1 && isAscii(bytes) ? bytes.toString('latin1') : undefined
  const line: RunLine = { bytes, text, number, places: new Int32Array(MOST_FIELDS * 2), fields: 0 }
  let position = 0
  return {
    line,
    next() {
      while (position < end) {
        line.number += 1
        position = cut(line, position, most)
        if (line.fields > 0 && bytes[line.places[0] as number] !== HASH) return true
      }
      return false
    },
  }
}

/** Finds the first fields of the line that starts at `position`. Returns where the next one starts. */
function cut(line: RunLine, position: number, most: number): number {
  const { bytes, places } = line
  let [at, fields] = [position, 0]
  while (fields < most) {
    let byte = bytes[at] as number
    while (byte <= SPACE && byte !== NEWLINE) byte = bytes[++at] as number
    if (byte === NEWLINE) break
    places[fields * 2] = at
    while (byte > SPACE) byte = bytes[++at] as number
    places[fields * 2 + 1] = at
    fields += 1
  }
  line.fields = fields
  return bytes.indexOf(NEWLINE, at) + 1
}

/** A field as text. */
export function textAt({ bytes, text, places }: RunLine, field: number): string {
  const [start, end] = [places[field * 2] as number, places[field * 2 + 1] as number]
  return text === undefined ? bytes.toString('utf8', start, end) : text.slice(start, end)
}

/** Whether a field holds these very bytes. */
export function isAt({ bytes, places }: RunLine, field: number, expected: Uint8Array): boolean {
  const start = places[field * 2] as number
  if ((places[field * 2 + 1] as number) - start !== expected.length) return false
  for (let index = 0; index < expected.length; index++) if (bytes[start + index] !== expected[index]) return false
  return true
}

const MOST_DIGITS = 15
const POWERS = Array.from({ length: 23 }, (_each, exponent) => 10 ** exponent)

const INFINITE = /^([+-]?)inf(inity)?$/i

/** Also `inf`, which Python writes and trec_eval, by C's strtod, reads. */
function numberOf(text: string): number {
  const sign = INFINITE.exec(text)?.[1]
  if (sign === undefined) return Number(text)
  return sign === '-' ? -Infinity : Infinity
}

/** A field as a number; NaN when it is none. */
export function numberAt(line: RunLine, field: number): number {
  const { bytes, places } = line
  const end = places[field * 2 + 1] as number
  let at = places[field * 2] as number
  const isNegative = bytes[at] === 45
  if (isNegative) at += 1
  let [value, digits, point] = [0, 0, -1]
  const start = at
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - 48
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digits += 1
    } else if (digit === -2 && point < 0) point = at
    else break
  }
  // Fifteen digits over a power of ten up to 22 are exact by one division; all else is read by the language itself.
  if (at < end || digits === 0 || digits > MOST_DIGITS || start === end) return numberOf(textAt(line, field))
  const scaled = point < 0 ? value : value / (POWERS[end - point - 1] as number)
  return isNegative ? -scaled : scaled
}
