// Prepares texts of a file for a terminal: one line, no control characters, cut or wrapped to a width in columns.
import stringWidth from 'string-width'

/** Excludes the joiners U+200C and U+200D: they move nothing, and a family emoji or a Persian word falls apart without them. */
const UNPRINTABLE = /[\s\p{Cc}\p{Zl}\p{Zp}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu

/** The most characters per column in any text worth showing: a family emoji with skin tones has ten. */
const MOST_IN_COLUMN = 12

const segmenter = new Intl.Segmenter()

/** Puts a text on one line: white space, and anything that could move the cursor or change the direction, becomes a space. */
export function oneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim()
}

/** Returns how many columns a text takes; terminal styles take none. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** Splits a text into what a reader sees as characters, such as a letter with its accents or an emoji of several people. */
export function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Puts a text on one line, cut with `…` to at most `width` columns. */
export function cut(text: string, width: number): string {
  const kept: string[] = []
  let used = 0
  for (const grapheme of graphemesOf(oneLine(text.slice(0, width * MOST_IN_COLUMN)))) {
    const columns = widthOf(grapheme)
    if (used + columns > width) return `${withoutLast(kept, used + 1 - width)}…`
    used += columns
    kept.push(grapheme)
  }
  return kept.join('')
}

/** Removes graphemes from the end until `columns` columns are free. */
function withoutLast(graphemes: string[], columns: number): string {
  let free = 0
  while (free < columns && graphemes.length > 0) free += widthOf(graphemes.pop() as string)
  return graphemes.join('').trimEnd()
}

/** Wraps a sentence into lines of at most `width` columns, at spaces. A longer word gets its own line. */
export function wrap(sentence: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of sentence.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** Pads a text with spaces after it, or before it, to `width` columns. */
export const padEnd = (text: string, width: number): string => `${text}${spaces(width - widthOf(text))}`
export const padStart = (text: string, width: number): string => `${spaces(width - widthOf(text))}${text}`

const spaces = (count: number) => ' '.repeat(Math.max(0, count))
