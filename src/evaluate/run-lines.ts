// Cuts the lines of a TREC run into fields as bytes: a run has millions of lines, and a string for each field of each would cost most of the time.
import { readChunks } from '../rows/lines.ts'

/** One line at a time; the same object is used for all of them. */
export interface RunLine {
  /** The bytes that the fields stand in. */
  bytes: Buffer
  /** 1-based; blank lines and comments count. */
  number: number
  /** Where each field starts and ends: [start, end, start, end, …], of at most MOST_FIELDS. */
  places: Int32Array
  /** How many fields the line has; MOST_FIELDS for that many and more. */
  fields: number
}

export const RUN_FIELDS = 6
const MOST_FIELDS = RUN_FIELDS + 1
const [NEWLINE, SPACE, HASH] = [10, 32, 35]
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** Goes through the lines of a run, plain or gzip. Blank lines, and comments that begin with `#`, are passed over. */
export async function* readRunLines(path: string): AsyncGenerator<Iterable<RunLine>> {
  let [rest, number]: [Buffer, number] = [Buffer.alloc(0), 0]
  for await (const chunk of readChunks(path)) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (number === 0 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(3)
    const end = bytes.lastIndexOf(NEWLINE) + 1
    rest = Buffer.from(bytes.subarray(end))
    const line: RunLine = { bytes, number, places: new Int32Array(MOST_FIELDS * 2), fields: 0 }
    yield linesIn(line, end)
    number = line.number
  }
  if (rest.length === 0) return
  const bytes = Buffer.concat([rest, Buffer.from('\n')])
  yield linesIn({ bytes, number, places: new Int32Array(MOST_FIELDS * 2), fields: 0 }, bytes.length)
}

function* linesIn(line: RunLine, end: number): Generator<RunLine> {
  const { bytes } = line
  let position = 0
  while (position < end) {
    line.number += 1
    position = cut(line, position)
    if (line.fields > 0 && bytes[line.places[0] as number] !== HASH) yield line
  }
}

/** Finds the fields of the line that starts at `position`. Returns where the next one starts. */
function cut(line: RunLine, position: number): number {
  const { bytes, places } = line
  let [at, fields] = [position, 0]
  for (;;) {
    let byte = bytes[at] as number
    while (byte <= SPACE && byte !== NEWLINE) byte = bytes[++at] as number
    if (byte === NEWLINE) break
    const start = at
    while (byte > SPACE) byte = bytes[++at] as number
    if (fields < MOST_FIELDS) {
      places[fields * 2] = start
      places[fields * 2 + 1] = at
      fields += 1
    }
  }
  line.fields = fields
  return at + 1
}

/** A field as text. */
export function textAt({ bytes, places }: RunLine, field: number): string {
  const [start, end] = [places[field * 2] as number, places[field * 2 + 1] as number]
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) > 127) return bytes.toString('utf8', start, end)
  }
  return bytes.toString('latin1', start, end)
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
  if (at < end || digits === 0 || digits > MOST_DIGITS || start === end) return Number(textAt(line, field))
  const scaled = point < 0 ? value : value / (POWERS[end - point - 1] as number)
  return isNegative ? -scaled : scaled
}
