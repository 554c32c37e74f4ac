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
        for (const token of tokenizer.encode(prompts[kind] + text)) addRow(vectors, token * dimensions, into)
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

function addRow(table: Float32Array, start: number, sum: Float32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (table[start + at] as number)
}
