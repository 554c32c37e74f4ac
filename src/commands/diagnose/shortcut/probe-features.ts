// Turns a text into features that may show its style: words, pairs of neighbouring words and symbols, length and appearance.

/** Features are numbered from 0 and below this; two may share a number. */
export const FEATURES = 2 ** 18
/** Number of measured features, which come last: of length and appearance. */
export const MEASURES = 4

/** In scripts without spaces between words, each character is a word. */
const TOKEN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]|[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu
/** Parts of a long text that are read, at the beginning and at the end, in UTF-16 code units. */
const [BEGINNING, END] = [1500, 500]
/** Maximum number of code units read. */
export const LONGEST = BEGINNING + END
/** Marks of the beginning and end of a text among its words. */
export const EDGES = { start: '\x02', end: '\x03' } as const

/**
 * Returns the numbers of the features of a text, each once: words and symbols in lower case, pairs of neighbours (including the edges of
 * the text), and last what is measured, in steps of a quarter of an octave: its length in characters and in words, capital letters per
 * thousand characters, and line breaks.
 */
export function featuresOf(text: string): Uint32Array {
  const seen = new Set<number>()
  for (const words of wordsAndPairs(text)) seen.add(numberOf(words))
  const part = partsOf(text)
  const measures = [
    text.length,
    text.split(/\s+/).length,
    (1000 * countOf(part, /\p{Lu}/gu)) / Math.max(1, part.length),
    countOf(part.trim(), /\r?\n/g),
  ]
  return Uint32Array.from([...seen, ...measures.map((value, kind) => numberOf(`\x04${kind} ${stepOf(value)}`))])
}

/** Splits into words and symbols in lower case. */
export const tokensOf = (text: string): string[] => partsOf(text).toLowerCase().match(TOKEN) ?? []

/** Yields words and symbols in lower case, and pairs of neighbours separated by a space, including repeats. */
export function* wordsAndPairs(text: string): Generator<string> {
  let before: string = EDGES.start
  yield before
  for (const token of tokensOf(text)) {
    yield `${before} ${token}`
    yield token
    before = token
  }
  yield `${before} ${EDGES.end}`
  yield EDGES.end
}

const partsOf = (text: string) => (text.length <= LONGEST ? text : `${text.slice(0, BEGINNING)} ${text.slice(-END)}`)

const countOf = (text: string, wanted: RegExp) => text.match(wanted)?.length ?? 0

const stepOf = (value: number) => Math.round(4 * Math.log2(value + 1))

/** Returns the number of a word or pair: FNV-1a over code units, then mixed. */
export function numberOf(words: string): number {
  let bits = 0x811c9dc5
  for (let at = 0; at < words.length; at++) bits = Math.imul(bits ^ words.charCodeAt(at), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  return ((bits ^ (bits >>> 13)) >>> 0) % FEATURES
}
