// Texts of a file as a terminal can show them: one line, no control characters, cut or wrapped to a width in columns.

const UNPRINTABLE = /[\s\p{Cc}\p{Zl}\p{Zp}\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const NO_WIDTH = /\p{Mn}/u

/** A text on one line: white space and whatever could move the cursor or turn the direction becomes a space. */
export function oneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim()
}

/** The one line of a text, cut with `…` to at most `width` columns. */
export function cut(text: string, width: number): string {
  const line = oneLine(text.slice(0, width * 8))
  let used = 0
  let kept = ''
  for (const character of line) {
    const columns = columnsOf(character)
    if (used + columns > width) return `${withoutLast(kept, used + 1 - width)}…`
    used += columns
    kept += character
  }
  return kept
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

/** How many columns a text takes. */
export function widthOf(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}

function columnsOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** Takes characters off the end until `columns` columns are free. */
function withoutLast(text: string, columns: number): string {
  const characters = [...text]
  let free = 0
  while (free < columns && characters.length > 0) free += columnsOf(characters.pop() as string)
  return characters.join('').trimEnd()
}
