// When two texts count as the same: equal after folding compatibility forms, letter case, quote marks, dashes and white space.

const QUOTES = /[\u2018\u2019\u201a\u201b\u2032\u0060\u00b4]/g
const DOUBLE_QUOTES = /[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g
const DASHES = /[\u2010-\u2015\u2212]/g
/** What has to be folded besides letter case and white space at the ends: anything but plain ASCII, or two spaces. */
const UNUSUAL = /[^ -_a-~]| {2}/
/** White space, and ASCII without controls and the backtick: nothing of the above. */
const PLAIN = /^[\s -_a-~]*$/
/** All white space but a single space, which is what it is to become. */
const SPACES = /[\s\u200b\ufeff]{2,}|[^\S ]|[\u200b\ufeff]/g

/** The folded form of a text. Two texts are the same text exactly when their folded forms are equal. */
export function fold(text: string): string {
  if (!UNUSUAL.test(text)) return text.trim().toLowerCase()
  let folded = text.normalize('NFKC').toLowerCase()
  if (!PLAIN.test(folded)) folded = folded.replace(QUOTES, "'").replace(DOUBLE_QUOTES, '"').replace(DASHES, '-')
  return folded.replace(SPACES, ' ').trim()
}

const PREFIX = 40
const SAFE = 16

/**
 * A cheap signature: two texts that fold alike have equal signatures, or one of them is ''.
 * It folds a prefix only, so that comparing 25 passages with a positive costs microseconds.
 */
export function signature(text: string): string {
  const head = fold(text.slice(0, PREFIX))
  return head.length >= SAFE + 4 ? head.slice(0, SAFE) : ''
}

/** The first letter of a text that begins with a plain one, whatever its case; 0 for any other text. */
function initial(text: string): number {
  const code = text.charCodeAt(0) | 0x20
  return code >= 0x61 && code <= 0x7a && text.charCodeAt(0) < 0x80 ? code : 0
}

/** A predicate that tells whether a text folds to the same as one of `texts`; returns the index of the first such, or -1. */
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
