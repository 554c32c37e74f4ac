// A text as what its style might show in: its words, pairs of neighbouring words and signs, its length and its looks.

/** Features are numbered from 0 to below this; two may share a number. */
export const FEATURES = 2 ** 18
/** How many of a text's features, the last ones, are of its length and its looks. */
export const MEASURES = 4

/** Scripts that put no space between words: each character is a word. */
const TOKEN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]|[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu
/** Of a long text the beginning and the end are read: UTF-16 code units. */
const [BEGINNING, END] = [1500, 500]
/** So many code units are read at most. */
export const LONGEST = BEGINNING + END
/** What stands for the ends of a text among its words. */
export const EDGES = { start: '\x02', end: '\x03' } as const

/**
 * Numbers of the features of a text, each once: words and signs in lower case, pairs of neighbours (the beginning and the end of the text
 * are neighbours too), and last what is measured of it, by steps of a quarter of an octave: its length in characters and in words, capital
 * letters in a thousand characters, and line breaks.
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

/** Words and signs in lower case. */
export const tokensOf = (text: string): string[] => partsOf(text).toLowerCase().match(TOKEN) ?? []

/** Words and signs in lower case, and pairs of neighbours with a space between, repeats included. */
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

/** The number of a word or a pair: FNV-1a over code units, then mixed. */
export function numberOf(words: string): number {
  let bits = 0x811c9dc5
  for (let at = 0; at < words.length; at++) bits = Math.imul(bits ^ words.charCodeAt(at), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  return ((bits ^ (bits >>> 13)) >>> 0) % FEATURES
}
