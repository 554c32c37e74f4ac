// A server of embeddings whose vectors are sums of random word vectors: a map over them can learn which words mean the same.
import { mix, codeOf } from '../../src/base/hash.ts'
import { randomFrom } from '../../src/base/random.ts'
import { startModelServer } from './model-server.ts'

const WORD_DIMENSIONS = 64

/** Returns the vector of a text, of length 1. */
export function wordVector(text: string): number[] {
  const sum = Array.from({ length: WORD_DIMENSIONS }, () => 0)
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const random = randomFrom(mix(...codeOf(word)))
    for (let at = 0; at < WORD_DIMENSIONS; at++) sum[at]! += random() - 0.5
  }
  const length = Math.hypot(...sum)
  return sum.map((value) => value / length)
}

/** Starts the server. @returns its model's name as users write it, and the texts that it was asked about */
export async function startWordServer() {
  const texts: string[] = []
  const server = await startModelServer(({ body }) => {
    const asked = body['input'] as string[]
    texts.push(...asked)
    const data = asked.map((text, index) => ({ object: 'embedding', index, embedding: wordVector(text) }))
    return { json: { object: 'list', model: body['model'], data, usage: { prompt_tokens: 1, total_tokens: 1 } } }
  })
  return { name: `words@${server.url}/v1`, texts }
}
