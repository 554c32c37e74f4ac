// Texts of a file as a terminal can show them: one line, no control characters, cut or wrapped to a width in columns.
import stringWidth from 'string-width'

/** Not the joiners U+200C and U+200D: they move nothing, and a family of emoji or a word of Persian falls apart without them. */
const UNPRINTABLE = /[\s\p{Cc}\p{Zl}\p{Zp}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu

/** No text worth showing has more characters in a column: an emoji of a family with skin tones has ten. */
const MOST_IN_COLUMN = 12

const segmenter = new Intl.Segmenter()

/** A text on one line: white space and whatever could move the cursor or turn the direction becomes a space. */
export function oneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim()
}

/** How many columns a text takes; styles of a terminal take none. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** What a reader takes for one character each, such as a letter with its accents, or an emoji of several people. */
export function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** The one line of a text, cut with `…` to at most `width` columns. */
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

/** Takes graphemes off the end until `columns` columns are free. */
function withoutLast(graphemes: string[], columns: number): string {
  let free = 0
  while (free < columns && graphemes.length > 0) free += widthOf(graphemes.pop() as string)
  return graphemes.join('').trimEnd()
}

/** A sentence in lines of at most `width` columns, broken at spaces. A word longer than that has a line of its own. */
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

/** A text with spaces behind it, or before it, to fill `width` columns. */
export const padEnd = (text: string, width: number): string => `${text}${spaces(width - widthOf(text))}`
export const padStart = (text: string, width: number): string => `${spaces(width - widthOf(text))}${text}`

const spaces = (count: number) => ' '.repeat(Math.max(0, count))
