// Decides when two texts count as the same: equal after folding compatibility forms, letter case, quote marks, dashes and white space.

const QUOTES = /[\u2018\u2019\u201a\u201b\u2032\u0060\u00b4]/g
const DOUBLE_QUOTES = /[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g
const DASHES = /[\u2010-\u2015\u2212]/g
/** Matches texts that need more folding than letter case and trimming: anything but plain ASCII, or two spaces. */
const UNUSUAL = /[^ -_a-~]| {2}/
/** Matches white space, and ASCII without control characters and the backtick: nothing that the patterns above replace. */
const PLAIN = /^[\s -_a-~]*$/
/** Matches all white space except a single space. */
const SPACES = /[\s\u200b\ufeff]{2,}|[^\S ]|[\u200b\ufeff]/g

/** Returns the folded form of a text. Two texts count as the same exactly if their folded forms are equal. */
export function fold(text: string): string {
  if (!UNUSUAL.test(text)) return text.trim().toLowerCase()
  let folded = text.normalize('NFKC').toLowerCase()
  if (!PLAIN.test(folded)) folded = folded.replace(QUOTES, "'").replace(DOUBLE_QUOTES, '"').replace(DASHES, '-')
  return folded.replace(SPACES, ' ').trim()
}

const PREFIX = 40
const SAFE = 16

/**
 * Returns a cheap signature: texts that fold alike have equal signatures, or one of them is ''. It folds only a prefix, so that comparing
 * 25 passages with a positive costs microseconds.
 */
export function signature(text: string): string {
  const head = fold(text.slice(0, PREFIX))
  return head.length >= SAFE + 4 ? head.slice(0, SAFE) : ''
}

/** Returns the lower-case first letter of a text if it is a plain letter; 0 for any other text. */
function initial(text: string): number {
  const code = text.charCodeAt(0) | 0x20
  return code >= 0x61 && code <= 0x7a && text.charCodeAt(0) < 0x80 ? code : 0
}

/** Returns a function that finds the first of `texts` with the same folded form as its argument; -1 if there is none. */
export function foldedFinder(texts: string[]): (text: string) => number {
  const initials = new Set(texts.map(initial))
  const signatures = new Set(texts.map(signature))
  let places: Map<string, number> | undefined
  return (text) => {
    // Texts that begin with different plain letters never fold alike.
    const letter = initial(text)
    if (letter !== 0 && !initials.has(letter) && !initials.has(0)) return -1
    const mine = signature(text)
    if (mine !== '' && !signatures.has(mine) && !signatures.has('')) return -1
    places ??= firstPlaces(texts.map(fold))
    return places.get(fold(text)) ?? -1
  }
}

const firstPlaces = (texts: string[]) => new Map(texts.map((text, index) => [text, index] as const).toReversed())
