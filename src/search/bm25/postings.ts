// The list of one term: in which documents it occurs and how often, as differences in as few bytes as possible.

/** Writes the lists of terms one after another; ordinals must be ascending. */
export function postingsWriter() {
  let bytes = new Uint8Array(1 << 16)
  let end = 0
  let documents = 0
  let next = 0
  const put = (value: number) => {
    if (end + 5 > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2)
      larger.set(bytes)
      bytes = larger
    }
    let rest = value
    while (rest > 0x7f) {
      bytes[end++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[end++] = rest
  }
  return {
    add(ordinal: number, count: number): void {
      const gap = ordinal - next
      // The lowest bit means "once", which is the most common count.
      put(((gap << 1) | (count === 1 ? 1 : 0)) >>> 0)
      if (count !== 1) put(count)
      next = ordinal + 1
      documents += 1
    },
    /** Returns the list and the number of its documents; valid until the next list is begun. */
    take(): { list: Uint8Array; documents: number } {
      const taken = { list: bytes.subarray(0, end), documents }
      end = 0
      documents = 0
      next = 0
      return taken
    },
  }
}

/** The ordinal after the last document of a list. */
export const END = 2 ** 31 - 1

/** A list being read. */
export interface Cursor {
  list: Uint8Array
  /** The term's weight: its inverse document frequency. */
  weight: number
  /** Where the next entry begins. */
  at: number
  /** The next document, or `END`. */
  ordinal: number
  /** How often the term occurs in it. */
  count: number
}

/** @param list of one document or more */
export function cursorOf(list: Uint8Array, weight: number): Cursor {
  const cursor = { list, weight, at: 0, ordinal: 0, count: 0 }
  const entry = readNumber(cursor)
  cursor.ordinal = entry >>> 1
  cursor.count = entry & 1 ? 1 : readNumber(cursor)
  return cursor
}

/**
 * Reads the documents before `end` and how often the term occurs in each; returns their number. A search spends its time here, so one-byte
 * numbers, which most are, are read inline.
 */
export function readUntil(cursor: Cursor, end: number, ordinals: Uint32Array, counts: Uint32Array): number {
  const { list } = cursor
  const { length } = list
  let { at, ordinal, count } = cursor
  let read = 0
  while (ordinal < end) {
    ordinals[read] = ordinal
    counts[read] = count
    read += 1
    if (at === length) {
      ordinal = END
      break
    }
    let entry = list[at] as number
    if (entry < 0x80) at += 1
    else {
      cursor.at = at
      entry = readNumber(cursor)
      at = cursor.at
    }
    ordinal += (entry >>> 1) + 1
    count = 1
    if ((entry & 1) === 0) {
      cursor.at = at
      count = readNumber(cursor)
      at = cursor.at
    }
  }
  cursor.at = at
  cursor.ordinal = ordinal
  cursor.count = count
  return read
}

function readNumber(cursor: Cursor): number {
  const { list } = cursor
  let byte = list[cursor.at++] as number
  let value = byte & 0x7f
  for (let shift = 7; byte > 0x7f; shift += 7) {
    byte = list[cursor.at++] as number
    value |= (byte & 0x7f) << shift
  }
  return value >>> 0
}
