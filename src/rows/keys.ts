// Counts the keys in the source text of a JSON line: if the parsed value has fewer, some stand twice, and parsing kept the last of each.
import { isUtf8 } from 'node:buffer'
import { isObject } from '../base/json.ts'

/** How deep values may be nested; deeper ones are no data of rows, and would exhaust the stack. */
export const MOST_DEEP = 500

/** What the text of a line tells that its parsed value does not. */
interface Outline {
  /** Keys of all objects, repeated ones too. */
  keys: number
  depth: number
}

const [QUOTE, COLON, BACKSLASH, BRACKET, BRACKET_END, BRACE, BRACE_END] = [34, 58, 92, 91, 93, 123, 125]

/** Returns the outline of valid JSON; texts are leapt over. */
export function outlineOf(text: string): Outline {
  let [keys, depth, deepest] = [0, 0, 0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfText(text, at)
    else if (code === COLON) keys += 1
    else if (code === BRACKET || code === BRACE) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (code === BRACKET_END || code === BRACE_END) depth -= 1
  }
  return { keys, depth: deepest }
}

/** Returns the position of the quote that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = at
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes -= 1
    if ((at - escapes) % 2 === 0) return at
  }
  return text.length
}

/** Returns the number of keys of all objects in a parsed value. */
export function keysOf(value: unknown): number {
  if (Array.isArray(value)) {
    let keys = 0
    for (const each of value) if (typeof each === 'object') keys += keysOf(each)
    return keys
  }
  if (!isObject(value)) return 0
  let keys = 0
  for (const name in value) {
    keys += 1
    if (typeof value[name] === 'object') keys += keysOf(value[name])
  }
  return keys
}

/** Returns whether a line's parsed value has all that the line has: its bytes are UTF-8, and no key stands twice. False if it is too deep. */
export function isWhole(bytes: Uint8Array, text: string, value: unknown): boolean {
  const { keys, depth } = outlineOf(text)
  return isUtf8(bytes) && depth <= MOST_DEEP && keys === keysOf(value)
}

/** Returns a key that stands twice in one object of a line whose keys do not add up. */
export function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = []
  let repeated: string | undefined
  let last = ''
  for (let at = 0; at < text.length && repeated === undefined; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfText(text, at)
      last = text.slice(at, end + 1)
      at = end
    } else if (code === BRACE) open.push(new Set())
    else if (code === BRACE_END) open.pop()
    else if (code === COLON) {
      const key = JSON.parse(last) as string
      if (open.at(-1)?.has(key)) repeated = key
      open.at(-1)?.add(key)
    }
  }
  return repeated
}
