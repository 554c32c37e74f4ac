// Small sets of training rows that are written out in a test.
import { join } from 'node:path'
import type { Row } from '../../src/rows/row.ts'
import { TokenTexts } from '../../src/train/token-texts.ts'
import { textOf, TrainingSet } from '../../src/train/training-set.ts'
import { tempDir } from './files.ts'

export interface PlainRow {
  id: string
  query?: string
  positives: string[]
  negatives: string[]
  /** Negatives that a model wrote. */
  generated?: string[]
}

const NO_PROMPTS = { query: '', passage: '' }

/** Builds sets over the same texts, whose words are their tokens. */
export function setsOf(...files: PlainRow[][]): TrainingSet[] {
  const words = new Map<string, number>()
  const encode = (text: string) =>
    text.split(' ').map((word) => words.get(word) ?? words.set(word, words.size).get(word) ?? 0)
  const texts = new TokenTexts({ size: 1000, encode }, NO_PROMPTS, { maxTokens: 100, file: join(tempDir(), 'bags') })
  return files.map((rows) => {
    const set = new TrainingSet(texts)
    for (const { id, query = `query ${id}`, positives, negatives, generated = [] } of rows) {
      const originOf = (text: string) => (generated.includes(text) ? ('generated' as const) : ('given' as const))
      const passages = (list: string[], label: 'positive' | 'negative') =>
        list.map((text) => ({ id: text, text, label, origin: originOf(text) }))
      set.add({
        id,
        query,
        passages: [...passages(positives, 'positive'), ...passages(negatives, 'negative')],
      } satisfies Row)
    }
    return set.seal()
  })
}

/** Returns everything that a set contains. */
export const contents = (set: TrainingSet) =>
  Array.from({ length: set.size }, (_, row) => [
    set.codeOf(row).join(),
    [...set.positivesOf(row)],
    [...set.negativesOf(row)].map(textOf),
  ])
