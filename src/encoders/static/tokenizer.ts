// Runs any tokenizer.json: our own on a fast path, others with Hugging Face's library, with the pieces of each word cached.
import { Tokenizer } from '@huggingface/tokenizers'
import { UsageError, messageOf } from '../../base/errors.ts'
import { ownCopy } from '../../base/strings.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import { asBytes, NORMALIZER, PRE_TOKENIZER, wordsOf } from './words.ts'

export interface TextTokenizer {
  /** Token ids are 0 to size - 1. */
  size: number
  /** Returns the token ids of a text in order, without special tokens, at most `limit`. */
  encode(text: string, limit?: number): number[]
}

/** The part of the library's model that is used here. */
interface Model {
  (words: string[]): string[]
  tokens_to_ids: Map<string, number>
  unk_token_id?: number
  fuse_unk: boolean
}

/** How many words have their pieces cached at least, twice as many at most, and the longest such word. */
const REMEMBERED = 1 << 16
const LONGEST = 64

/**
 * @param json the contents of a tokenizer.json
 * @param name the file's name, for messages
 * @throws UsageError if it is not a tokenizer.json, or has an unknown part
 */
export function openTokenizer(json: unknown, name: string): TextTokenizer {
  if (!isObject(json) || !isObject(json['model'])) {
    throw new UsageError(`${name} is not a tokenizer.json: it has no "model"`)
  }
  const tokenizer = load(json, name)
  const model = tokenizer.model as unknown as Model
  const idOf = (token: string) => model.tokens_to_ids.get(token) ?? model.unk_token_id
  const size = Math.max(-1, ...idsOf(json)) + 1
  const cut = (word: string) => model([word]).flatMap((token) => idOf(token) ?? [])
  const most = truncationOf(json)
  const encode = isOurs(json)
    ? fromWords(
        wordsOf,
        remembering((word) => cut(asBytes(word))),
      )
    : generalEncode(tokenizer, json, remembering(cut))
  return { size, encode: (text, limit = Infinity) => encode(text, Math.min(limit, most)) }
}

type Encode = (text: string, limit: number) => number[]
type WordCutter = (word: string) => readonly number[]

function load(json: JsonObject, name: string): Tokenizer {
  try {
    // The library requires every part to be present, even if it is null.
    const parts = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null }
    return new Tokenizer({ ...parts, ...json }, {})
  } catch (error) {
    throw new UsageError(`${name}: unsupported tokenizer: ${messageOf(error)}`, { cause: error })
  }
}

function* idsOf({ model, added_tokens: added }: JsonObject): Generator<number> {
  const vocabulary = isObject(model) ? model['vocab'] : undefined
  if (Array.isArray(vocabulary)) yield vocabulary.length - 1
  else if (isObject(vocabulary)) {
    let last = -1
    for (const id of Object.values(vocabulary)) if (typeof id === 'number' && id > last) last = id
    yield last
  }
  if (!Array.isArray(added)) return
  for (const token of added) if (isObject(token) && typeof token['id'] === 'number') yield token['id']
}

/** Returns the length at which the file asks to truncate ids, as Python does too. */
function truncationOf({ truncation }: JsonObject): number {
  const length = isObject(truncation) ? truncation['max_length'] : undefined
  return typeof length === 'number' ? length : Infinity
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

function isOurs(json: JsonObject): boolean {
  const noneAdded = Array.isArray(json['added_tokens']) && json['added_tokens'].length === 0
  return noneAdded && isSame(json['normalizer'], NORMALIZER) && isSame(json['pre_tokenizer'], PRE_TOKENIZER)
}

/** Remembers the pieces of the words that were used last. */
function remembering(cut: WordCutter): WordCutter {
  let [recent, before] = [new Map<string, readonly number[]>(), new Map<string, readonly number[]>()]
  return (word) => {
    const known = recent.get(word)
    if (known !== undefined) return known
    const pieces = before.get(word) ?? cut(word)
    if (word.length > LONGEST) return pieces
    if (recent.size >= REMEMBERED) [recent, before] = [new Map(), recent]
    recent.set(ownCopy(word), pieces)
    return pieces
  }
}

function fromWords(words: (text: string) => string[], piecesOf: WordCutter): Encode {
  return (text, limit) => {
    const ids: number[] = []
    for (const word of words(text)) {
      for (const id of piecesOf(word)) ids.push(id)
      if (ids.length >= limit) return ids.slice(0, limit)
    }
    return ids
  }
}

/** Follows the library's own steps, word by word if words are independent of each other and the text holds no added token. */
function generalEncode(tokenizer: Tokenizer, json: JsonObject, piecesOf: WordCutter): Encode {
  const whole: Encode = (text, limit) => {
    // The library returns undefined for an unknown token if there is no token for unknown ones.
    const { ids } = tokenizer.encode(text, { add_special_tokens: false }) as { ids: (number | undefined)[] }
    return ids.filter((id) => id !== undefined).slice(0, limit)
  }
  const { normalizer, pre_tokenizer: preTokenizer } = tokenizer
  if (preTokenizer === null || (tokenizer.model as unknown as Model).fuse_unk) return whole
  const normalize = (text: string): string => (normalizer === null ? text : normalizer.normalize(text))
  const cut = (text: string): string[] => preTokenizer.pre_tokenize(normalize(text), { section_index: 0 })
  const byWords = fromWords(cut, piecesOf)
  const added = Array.isArray(json['added_tokens']) ? json['added_tokens'].filter(isObject) : []
  const contents = added.flatMap(({ content }) => (typeof content === 'string' ? [content, normalize(content)] : []))
  const hasAdded = (text: string) => {
    const normal = normalize(text)
    return contents.some((content) => text.includes(content) || normal.includes(content))
  }
  return (text, limit) => (contents.length > 0 && hasAdded(text) ? whole(text, limit) : byWords(text, limit))
}
