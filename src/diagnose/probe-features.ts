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

/**
 * Numbers of the features of a text, each once: words and signs in lower case, pairs of neighbours (the beginning and the end of the text
 * are neighbours too), and last its length in characters and in words, by steps of a quarter of an octave.
 */
export function featuresOf(text: string): Uint32Array {
  const tokens = ['\x02', ...((partsOf(text).toLowerCase().match(TOKEN) as string[] | null) ?? []), '\x03']
  const seen = new Set<number>()
  tokens.forEach((token, at) => {
    if (at > 0) seen.add(numberOf(`${tokens[at - 1]} ${token}`))
    seen.add(numberOf(token))
  })
  const words = text.split(/\s+/).length
  const lengths = [numberOf(`\x04${stepOf(text.length)}`), numberOf(`\x05${stepOf(words)}`)]
  return Uint32Array.from([...seen, ...lengths])
}

const partsOf = (text: string) =>
  text.length <= BEGINNING + END ? text : `${text.slice(0, BEGINNING)} ${text.slice(-END)}`

const stepOf = (length: number) => Math.round(4 * Math.log2(length + 1))

/** FNV-1a over code units, then mixed. */
function numberOf(token: string): number {
  let bits = 0x811c9dc5
  for (let at = 0; at < token.length; at++) bits = Math.imul(bits ^ token.charCodeAt(at), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  return ((bits ^ (bits >>> 13)) >>> 0) % FEATURES
}
