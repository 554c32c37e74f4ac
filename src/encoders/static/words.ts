// Defines what a word is, twice: as the configuration that every reader of tokenizer.json runs, and as a fast equivalent here.

/**
 * Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, Japanese kana, Chinese characters. Written as character ranges, because
 * JavaScript and Oniguruma name scripts differently.
 */
const SPACELESS =
  '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3134f}'
const LETTER = '[\\p{L}\\p{M}]'
/** Longer runs are cut, so that no text takes more than linear time. */
const [LONGEST_RUN, LONGEST_WORD, LONGEST_NUMBER] = [24, 48, 24]

/** A run of a script without spaces, a word, a number, or one emoji or other symbol. */
const WORD = [
  `(?:(?=[${SPACELESS}])${LETTER}){1,${LONGEST_RUN}}`,
  `(?:(?![${SPACELESS}])${LETTER}){1,${LONGEST_WORD}}`,
  `\\p{N}{1,${LONGEST_NUMBER}}`,
  '\\p{So}',
].join('|')

/** Folds compatibility forms and letter case; a final sigma equals any other. */
export const NORMALIZER = {
  type: 'Sequence',
  normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }, { type: 'Replace', pattern: { String: 'ς' }, content: 'σ' }],
}

/** Splits into words, then into their bytes as printable characters, so that no word is unknown. */
export const PRE_TOKENIZER = {
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: WORD }, behavior: 'Removed', invert: true },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
  ],
}

const ASCII = /^[\0-\x7f]*$/
const ASCII_WORDS = new RegExp(`[a-z]{1,${LONGEST_WORD}}|[0-9]{1,${LONGEST_NUMBER}}`, 'g')
const WORDS = new RegExp(WORD, 'gu')
const HAS_SPACELESS = new RegExp(`[${SPACELESS}]`, 'u')

/** Returns the words of a text, folded, in order. */
export function wordsOf(text: string): string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORDS) ?? []
  return text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').match(WORDS) ?? []
}

/** Returns whether a word is a run of a script without spaces. */
export const isSpaceless = (word: string) => HAS_SPACELESS.test(word)

/** The characters for the 256 bytes, as in GPT-2: printable ones are themselves, the others start at U+0100. */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters()

function byteCharacters(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++))
}

/** Writes a word the way the tokenizer's model sees it. */
export function asBytes(word: string): string {
  let text = ''
  for (const byte of Buffer.from(word)) text += BYTE_CHARACTERS[byte]
  return text
}
