// Texts as token ids, cut to the length that a model reads. The library would also cut off the closing special tokens, which models were
// never trained without. So texts are tokenised without special tokens, cut, and then framed by them as the tokenizer itself does.
import type { Tokenizer } from './library.ts'

export interface TokenSequence {
  ids: number[]
  /** The segment of each token: 0 for the first text, 1 for the second. */
  types: number[]
  /** Whether something was cut off. */
  isCut: boolean
}

interface Segment {
  ids: number[]
  types: number[]
}

/** The special tokens before, between and after texts. */
interface Frame {
  parts: Segment[]
  /** The segment of each text's tokens. */
  textTypes: number[]
}

const [FIRST, SECOND] = ['one', 'two']

export class TokenCutter {
  readonly #tokenizer: Tokenizer
  readonly #maxTokens: number
  #single: Frame | undefined
  #pair: Frame | undefined

  constructor(tokenizer: Tokenizer, maxTokens: number) {
    this.#tokenizer = tokenizer
    this.#maxTokens = maxTokens
  }

  single(text: string): TokenSequence {
    this.#single ??= frameOf(this.#tokenizer, [FIRST])
    const ids = plainIds(this.#tokenizer, text)
    return framed(this.#single, [ids], [Math.min(ids.length, this.#room(this.#single))])
  }

  /** Joins two texts. The longer one is cut first, as in Hugging Face's `longest_first`. */
  pair(query: string, passage: string): TokenSequence {
    this.#pair ??= frameOf(this.#tokenizer, [FIRST, SECOND])
    const texts = [plainIds(this.#tokenizer, query), plainIds(this.#tokenizer, passage)] as const
    return framed(this.#pair, texts, longestFirst(texts[0].length, texts[1].length, this.#room(this.#pair)))
  }

  #room({ parts }: Frame): number {
    return Math.max(0, this.#maxTokens - parts.reduce((sum, { ids }) => sum + ids.length, 0))
  }
}

/** Returns how many tokens of two texts are kept, at most `room` together. */
export function longestFirst(one: number, other: number, room: number): [number, number] {
  if (one + other <= room) return [one, other]
  const [short, long] = [Math.min(one, other), Math.max(one, other)]
  const keptShort = Math.min(short, Math.floor(room / 2))
  const keptLong = Math.min(long, room - keptShort)
  return one <= other ? [keptShort, keptLong] : [keptLong, keptShort]
}

function framed({ parts, textTypes }: Frame, texts: readonly number[][], kept: readonly number[]): TokenSequence {
  const { ids, types } = copyOf(parts[0] as Segment)
  texts.forEach((text, at) => {
    for (const id of text.slice(0, kept[at])) {
      ids.push(id)
      types.push(textTypes[at] as number)
    }
    const next = parts[at + 1] as Segment
    ids.push(...next.ids)
    types.push(...next.types)
  })
  return { ids, types, isCut: texts.some((text, at) => text.length > (kept[at] as number)) }
}

const copyOf = ({ ids, types }: Segment): Segment => ({ ids: [...ids], types: [...types] })

function plainIds(tokenizer: Tokenizer, text: string): number[] {
  return tokenizer(text, { add_special_tokens: false, return_tensor: false }).input_ids
}

/** Finds the special tokens by tokenising known texts with and without them. */
function frameOf(tokenizer: Tokenizer, texts: readonly string[]): Frame {
  const [text = '', pair] = texts
  const all = tokenizer(text, {
    ...(pair !== undefined && { text_pair: pair }),
    add_special_tokens: true,
    return_tensor: false,
  })
  const ids = all.input_ids
  const types = all.token_type_ids ?? ids.map(() => 0)
  const frame: Frame = { parts: [], textTypes: [] }
  let from = 0
  for (const each of texts) {
    const plain = plainIds(tokenizer, each)
    const at = indexOfRun(ids, plain, from)
    if (at === -1) throw new Error(`its tokenizer does not keep the tokens of ${JSON.stringify(each)} together`)
    frame.parts.push({ ids: ids.slice(from, at), types: types.slice(from, at) })
    frame.textTypes.push(types[at] ?? 0)
    from = at + plain.length
  }
  frame.parts.push({ ids: ids.slice(from), types: types.slice(from) })
  return frame
}

function indexOfRun(all: readonly number[], run: readonly number[], from: number): number {
  for (let at = from; at + run.length <= all.length; at++) {
    if (run.every((id, offset) => all[at + offset] === id)) return at
  }
  return -1
}
