// Splits the lines of a TREC run into fields as bytes. A run has millions of lines, and creating a string for every field would take most
// of the time.
import { isAscii } from 'node:buffer'
import { readChunks } from '../base/lines.ts'

/** One line at a time, in one object that is reused. */
export interface RunLine {
  /** The bytes that contain the fields. */
  bytes: Buffer
  /** The bytes as text, if they are all ASCII and several fields are read: extracting fields from text is many times faster. */
  text: string | undefined
  /** From 1; blank lines and comments count. */
  number: number
  /** Where each field starts and ends: [start, end, start, end, …], at most MOST_FIELDS fields. */
  places: Int32Array
  /** How many fields were found, up to the number looked for. */
  fields: number
}

export const RUN_FIELDS = 6
const MOST_FIELDS = RUN_FIELDS + 1
const [NEWLINE, SPACE, HASH] = [10, 32, 35]
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** The lines of one part of a file: `next` advances `line` and returns whether there is one. */
export interface RunLines {
  line: RunLine
  next(): boolean
}

/**
 * Reads the lines of a run, plain or gzip. Blank lines and comments that begin with `#` are skipped.
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

/** Finds the first fields of the line that starts at `position`. Returns where the next line starts. */
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

/** Returns a field as text. */
export function textAt({ bytes, text, places }: RunLine, field: number): string {
  const [start, end] = [places[field * 2] as number, places[field * 2 + 1] as number]
  return text === undefined ? bytes.toString('utf8', start, end) : text.slice(start, end)
}

/** Returns whether a field holds exactly these bytes. */
export function isAt({ bytes, places }: RunLine, field: number, expected: Uint8Array): boolean {
  const start = places[field * 2] as number
  if ((places[field * 2 + 1] as number) - start !== expected.length) return false
  for (let index = 0; index < expected.length; index++) if (bytes[start + index] !== expected[index]) return false
  return true
}

const MOST_DIGITS = 15
const POWERS = Array.from({ length: 23 }, (_each, exponent) => 10 ** exponent)

const INFINITE = /^([+-]?)inf(inity)?$/i

/** Reads a number, including `inf`, which Python writes and trec_eval reads through C's strtod. */
function numberOf(text: string): number {
  const sign = INFINITE.exec(text)?.[1]
  if (sign === undefined) return Number(text)
  return sign === '-' ? -Infinity : Infinity
}

/** Returns a field as a number; NaN if it is not one. */
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
  // Up to fifteen digits divided by a power of ten up to 22 are exact; all other numbers are parsed by the language itself.
  if (at < end || digits === 0 || digits > MOST_DIGITS || start === end) return numberOf(textAt(line, field))
  const scaled = point < 0 ? value : value / (POWERS[end - point - 1] as number)
  return isNegative ? -scaled : scaled
}
