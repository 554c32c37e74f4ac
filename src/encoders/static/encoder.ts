// The static encoder: the vector of a text is the mean of its tokens' vectors, normalised to length 1. No neural network, no server.
import { UsageError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import type { Encoder, TextKind } from '../encoder.ts'
import { normalizeRows } from '../vectors.ts'
import type { RetrievalTask } from '../prompts.ts'
import { readStaticFolder, type StaticModel } from './folder.ts'
import { openTokenizer, type TextTokenizer } from './tokenizer.ts'

/**
 * Opens a folder written by `winnow train`, a StaticEmbedding of sentence-transformers or a Model2Vec model.
 * @throws UsageError if it is none of these
 */
export function openStaticEncoder(folder: string, settings: Prefixes = {}, task?: RetrievalTask): Encoder {
  const { digest, ...model } = readStaticFolder(folder, task)
  const prompts = {
    query: settings.queryPrefix ?? model.prompts.query,
    passage: settings.passagePrefix ?? model.prompts.passage,
  }
  const identity = `static:${sha256(JSON.stringify([digest, prompts]))}`
  return staticEncoder({ ...model, prompts }, { name: `static:${folder}`, identity })
}

/** Prefixes that replace those in the folder. */
interface Prefixes {
  queryPrefix?: string
  passagePrefix?: string
}

/** Creates an encoder from a loaded model. Texts without a known token get zeros. */
export function staticEncoder(model: StaticModel, { name, identity }: { name: string; identity: string }): Encoder {
  const { vectors, dimensions, prompts } = model
  const tokenizer = tokenizerFor(model, name)
  return {
    name,
    identity,
    dimensions,
    encode: async (texts: readonly string[], kind: TextKind, signal) => {
      const encoded = new Float32Array(texts.length * dimensions)
      texts.forEach((text, at) => {
        if (at % 256 === 0) signal?.throwIfAborted()
        const into = encoded.subarray(at * dimensions, (at + 1) * dimensions)
        addRows(vectors, tokenizer.encode(prompts[kind] + text), into)
      })
      normalizeRows(encoded, dimensions)
      return encoded
    },
    close: () => Promise.resolve(),
  }
}

/** Opens a model's tokenizer. @throws UsageError if it has more tokens than the table has rows */
export function tokenizerFor({ tokenizer, vectors, dimensions }: StaticModel, name: string): TextTokenizer {
  const opened = openTokenizer(tokenizer, `tokenizer.json of ${name}`)
  const rows = vectors.length / dimensions
  if (opened.size > rows) {
    throw new UsageError(`${name}: the tokenizer has ${opened.size} tokens, the table of vectors ${rows} rows`)
  }
  return opened
}

const { fround } = Math

/** Adds rows of a table, in order. Four go at once, rounded as if each were stored: three times as fast as one by one. */
function addRows(table: Float32Array, rows: readonly number[], sum: Float32Array): void {
  const { length } = sum
  const startOf = (at: number) => (rows[at] as number) * length
  const value = (at: number) => table[at] as number
  let next = 0
  for (; next + 4 <= rows.length; next += 4) {
    const [a, b, c, d] = [startOf(next), startOf(next + 1), startOf(next + 2), startOf(next + 3)] as const
    for (let at = 0; at < length; at++) {
      const three = fround(fround(fround((sum[at] as number) + value(a + at)) + value(b + at)) + value(c + at))
      sum[at] = three + value(d + at)
    }
  }
  for (; next < rows.length; next++) {
    const start = startOf(next)
    for (let at = 0; at < length; at++) sum[at] = (sum[at] as number) + value(start + at)
  }
}
