// Pages for a terminal: their width, their styles, and paragraphs that fit in the width.
import { graphemesOf, widthOf, wrap } from '../base/text.ts'
import { OUTPUT, styleOf } from './door.ts'

export interface PageStyle {
  /** In columns. */
  width: number
  heading(text: string): string
  faint(text: string): string
  /** Highlights words: in colour, or between « and » without colours. */
  marked(text: string): string
}

const [NARROWEST, USUAL, WIDEST] = [60, 100, 140]

/** Describes the terminal of a stream. Styles are used only if the terminal supports them, and never with NO_COLOR. */
export function terminal(narrowest = NARROWEST, stream: NodeJS.WriteStream = OUTPUT): PageStyle {
  const columns = Number(process.env['COLUMNS']) || stream.columns || USUAL
  const bold = styleOf('bold', stream)
  const isStyled = bold('x') !== 'x'
  return {
    width: Math.min(WIDEST, Math.max(narrowest, columns)),
    heading: bold,
    faint: styleOf('dim', stream),
    marked: isStyled ? styleOf(['bold', 'yellow'], stream) : (text) => `«${text}»`,
  }
}

/** Precedes the lines about one passage. */
export const INDENT = '    '

/** Returns the mark before a piece of evidence, which names its kind. */
export const marginOf = (name: string) => `${INDENT}${name.padEnd(9)} `

/** Formats a paragraph after a mark; further lines are aligned with its first word. */
export function hanging(mark: string, text: string, width: number): string[] {
  const room = Math.max(1, width - widthOf(mark))
  return wrap(broken(text, room), room).map((line, index) => `${index === 0 ? mark : ' '.repeat(widthOf(mark))}${line}`)
}

/** Breaks words that are longer than a line, as in scripts without spaces. */
function broken(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  return text
    .split(' ')
    .map((word) => (widthOf(word) <= width ? word : inPieces(word, width).join(' ')))
    .join(' ')
}

function inPieces(word: string, width: number): string[] {
  const pieces = ['']
  for (const grapheme of graphemesOf(word)) {
    const longer = `${pieces.at(-1)}${grapheme}`
    if (pieces.at(-1) !== '' && widthOf(longer) > width) pieces.push(grapheme)
    else pieces[pieces.length - 1] = longer
  }
  return pieces
}
