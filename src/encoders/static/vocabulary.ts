// Builds a tokenizer from the words of training rows: whole words, beginnings of words for unseen ones, and groups of characters for
// scripts without spaces. Any reader of tokenizer.json can run it.
import { ownCopy } from '../../base/strings.ts'
import { asBytes, BYTE_CHARACTERS, isSpaceless, NORMALIZER, PRE_TOKENIZER, wordsOf } from './words.ts'

/** Marks a piece that continues a word. */
const INNER = '##'
/** Characters in a beginning. Korean characters are syllables: two of them carry the meaning, and particles follow. */
const [SHORTEST_BEGINNING, SHORTEST_OF_SYLLABLES] = [3, 2]
const SYLLABLES = /^[\uac00-\ud7a3]+$/
const LONGEST_GROUP = 3
/** Beyond this many different words, or this many for each word of the vocabulary, those seen least are forgotten. */
const [MOST_COUNTED, MOST_FOR_EACH] = [1_000_000, 4]

export interface Piece {
  /** The word, beginning of words or group of characters, folded; '' for a single byte. */
  word: string
  /** How many texts contain it. */
  texts: number
}

export interface Vocabulary {
  /** The contents of tokenizer.json. */
  tokenizer: object
  /** By token id. */
  pieces: Piece[]
  /** How many texts were counted. */
  texts: number
}

/** Counts in how many texts each word occurs. */
export class WordCounter {
  texts = 0
  readonly #words = new Map<string, number>()
  readonly #mostCounted: number

  constructor(mostCounted: number) {
    this.#mostCounted = mostCounted
  }

  /** @param limit words that the vocabulary will have at most */
  static for(limit: number): WordCounter {
    return new WordCounter(Math.max(MOST_COUNTED, MOST_FOR_EACH * limit))
  }

  add(text: string): void {
    this.texts += 1
    for (const word of new Set(wordsOf(text).flatMap((each) => (isSpaceless(each) ? groupsOf(each) : [each])))) {
      const before = this.#words.get(word)
      this.#words.set(before === undefined ? ownCopy(word) : word, (before ?? 0) + 1)
    }
    if (this.#words.size > this.#mostCounted) this.#forget()
  }

  /** Returns words and groups of characters, those in most texts first, ties by code units, and forgets them. */
  drain(): Piece[] {
    const pieces = Array.from(this.#words, ([word, texts]) => ({ word, texts }))
    this.#words.clear()
    return pieces.sort(byTexts)
  }

  #forget(): void {
    for (let least = 1; this.#words.size > this.#mostCounted / 2; least++) {
      for (const [word, texts] of this.#words) if (texts <= least) this.#words.delete(word)
    }
  }
}

const byTexts = (one: Piece, other: Piece) => other.texts - one.texts || (one.word < other.word ? -1 : 1)

/** Returns the groups of one to three neighbouring characters. */
function groupsOf(run: string): string[] {
  const characters = [...run]
  return characters.flatMap((_, at) =>
    Array.from({ length: Math.min(LONGEST_GROUP, characters.length - at) }, (_each, more) =>
      characters.slice(at, at + more + 1).join(''),
    ),
  )
}

/**
 * @param counter is empty afterwards
 * @param limit of words and groups; up to as many beginnings and 512 single bytes are added
 */
export function buildVocabulary(counter: WordCounter, limit: number): Vocabulary {
  const ranked = counter.drain()
  const words = ranked.slice(0, limit)
  const known = new Set(words.map(({ word }) => word))
  const beginnings = beginningsOf(ranked)
    .filter(({ word }) => !known.has(word))
    .slice(0, limit)
  const ids: Record<string, number> = Object.create(null)
  const pieces: Piece[] = []
  const add = (token: string, piece: Piece) => {
    if (token in ids) return
    ids[token] = pieces.length
    pieces.push(piece)
  }
  for (const piece of [...words, ...beginnings]) {
    const token = asBytes(piece.word)
    add(token, piece)
    if (isSpaceless(piece.word)) add(INNER + token, piece)
  }
  // Bytes that are words or groups themselves, such as digits, keep their entries.
  for (const byte of BYTE_CHARACTERS) for (const token of [byte, INNER + byte]) add(token, { word: '', texts: 0 })
  return { tokenizer: tokenizerJson(ids), pieces, texts: counter.texts }
}

/** Returns beginnings that two or more words share, each as frequent as these words together. */
function beginningsOf(words: readonly Piece[]): Piece[] {
  const found = new Map<string, { texts: number; words: number }>()
  for (const { word, texts } of words) {
    if (isSpaceless(word)) continue
    const characters = [...word]
    const shortest = SYLLABLES.test(word) ? SHORTEST_OF_SYLLABLES : SHORTEST_BEGINNING
    for (let length = shortest; length < characters.length; length++) {
      const beginning = characters.slice(0, length).join('')
      const before = found.get(beginning)
      if (before === undefined) found.set(beginning, { texts, words: 1 })
      else {
        before.texts += texts
        before.words += 1
      }
    }
  }
  return Array.from(found, ([word, counts]) => ({ word, ...counts }))
    .filter((each) => each.words > 1)
    .map(({ word, texts }) => ({ word, texts }))
    .sort(byTexts)
}

function tokenizerJson(vocab: Record<string, number>): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: NORMALIZER,
    pre_tokenizer: PRE_TOKENIZER,
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      // Never used, because every byte is a token.
      unk_token: BYTE_CHARACTERS[0],
      continuing_subword_prefix: INNER,
      max_input_chars_per_word: 1000,
      vocab,
    },
  }
}
