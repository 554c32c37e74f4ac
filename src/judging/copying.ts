// Whether what a model says about a document is a copy of the document.

/** Words in a row that must be the same, and how many words are needed to tell. */
const PIECE = 4
const FEWEST_WORDS = 8
/** The share of the pieces of a text that stand in the document when it is a copy. */
const COPY = 0.7

/** A word; in scripts without spaces, a character. */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]|[\p{L}\p{M}\p{N}]+/gu

/** Returns whether most of a text, in pieces of four words, stands in a document; undefined when it is too short to tell. */
export function isCopyOf(text: string, document: string): boolean | undefined {
  const said = wordsIn(text)
  if (said.length < FEWEST_WORDS) return undefined
  const known = new Set(piecesOf(wordsIn(document)))
  const pieces = piecesOf(said)
  return pieces.filter((piece) => known.has(piece)).length / pieces.length >= COPY
}

const wordsIn = (text: string): string[] => text.toLowerCase().match(WORD) ?? []

const piecesOf = (words: readonly string[]): string[] =>
  words.slice(PIECE - 1).map((_word, at) => words.slice(at, at + PIECE).join(' '))
