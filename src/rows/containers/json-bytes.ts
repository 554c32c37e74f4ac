// Lines of JSON as bytes, written without making a text of each value.

/** Bytes that a line of JSON is written into. They are taken out when there are enough. */
export class JsonBytes {
  #bytes = Buffer.allocUnsafe(INITIAL)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Writes bytes that are JSON already. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes
    this.#reserve(length)
    if (length < SHORT) for (let at = 0; at < length; at++) this.#bytes[this.#length + at] = bytes[at] as number
    else this.#bytes.set(bytes, this.#length)
    this.#length += length
  }

  /** Writes a value by `JSON.stringify`. */
  value(value: unknown): void {
    this.raw(Buffer.from(JSON.stringify(value)))
  }

  /** Writes a text of UTF-8 in quotes, escaped as by `JSON.stringify`. */
  text(source: Uint8Array): void {
    const { length } = source
    this.#reserve(length * LONGEST_ESCAPE + 2)
    const bytes = this.#bytes
    let to = this.#length
    bytes[to++] = QUOTE
    for (let at = 0; at < length; at++) {
      const byte = source[at] as number
      const escape = byte > LAST_ESCAPED ? undefined : ESCAPES[byte]
      if (escape === undefined) bytes[to++] = byte
      else for (const each of escape) bytes[to++] = each
    }
    bytes[to++] = QUOTE
    this.#length = to
  }

  /** Returns what was written, and starts anew. */
  taken(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

const INITIAL = 1 << 20
/** Fewer bytes are copied faster one by one. */
const SHORT = 24
/** `\u0000`. */
const LONGEST_ESCAPE = 6
const QUOTE = 0x22
/** The backslash. */
const LAST_ESCAPED = 0x5c

const ESCAPES = Array.from({ length: LAST_ESCAPED + 1 }, (_none, code) => {
  const character = String.fromCharCode(code)
  const escaped = JSON.stringify(character).slice(1, -1)
  return escaped === character ? undefined : Buffer.from(escaped)
})
