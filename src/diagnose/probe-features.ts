// A text as what its style might show in: its words, pairs of neighbouring words and signs, and its length.

/** Features are numbered from 0 to below this; two may share a number. */
export const FEATURES = 2 ** 18
/** How many of a text's features, the last ones, are of its length. */
export const LENGTHS = 2

/** Scripts that put no space between words: each character is a word. */
const TOKEN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]|[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu
/** Of a long text the beginning and the end are read: UTF-16 code units. */
const [BEGINNING, END] = [1500, 500]
/** What stands for the ends of a text among its words. */
export const EDGES = { start: '\x02', end: '\x03' } as const

/**
 * Numbers of the features of a text, each once: words and signs in lower case, pairs of neighbours (the beginning and the end of the text
 * are neighbours too), and last its length in characters and in words, by steps of a quarter of an octave.
 */
export function featuresOf(text: string): Uint32Array {
  const seen = new Set<number>()
  for (const words of wordsAndPairs(text)) seen.add(numberOf(words))
  const count = text.split(/\s+/).length
  const lengths = [numberOf(`\x04${stepOf(text.length)}`), numberOf(`\x05${stepOf(count)}`)]
  return Uint32Array.from([...seen, ...lengths])
}

/** Words and signs in lower case, and pairs of neighbours with a space between, repeats included. */
export function* wordsAndPairs(text: string): Generator<string> {
  let before: string = EDGES.start
  yield before
  for (const [token] of partsOf(text).toLowerCase().matchAll(TOKEN)) {
    yield `${before} ${token}`
    yield token
    before = token
  }
  yield `${before} ${EDGES.end}`
  yield EDGES.end
}

const partsOf = (text: string) =>
  text.length <= BEGINNING + END ? text : `${text.slice(0, BEGINNING)} ${text.slice(-END)}`

const stepOf = (length: number) => Math.round(4 * Math.log2(length + 1))

/** The number of a word or a pair: FNV-1a over code units, then mixed. */
export function numberOf(words: string): number {
  let bits = 0x811c9dc5
  for (let at = 0; at < words.length; at++) bits = Math.imul(bits ^ words.charCodeAt(at), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  return ((bits ^ (bits >>> 13)) >>> 0) % FEATURES
}
