// Text generated from a seed, with the statistics that matter for searching: word frequencies by Zipf's law, endings that can be stemmed,
// varying lengths.
import type { Corpus, Document, Query } from '../src/collections/collection.ts'
import { randomFrom } from '../test/support/random.ts'

const WORDS = 100_000
const SYLLABLES =
  'ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti to'.split(
    ' ',
  )
const ENDINGS = ['', 's', 'ing', 'ed', 'ation']
const LEAST_LENGTH = 60
const MOST_LENGTH = 180
const QUERY_LENGTH = 10
const BATCH = 256

function wordOf(rank: number): string {
  let word = ''
  for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length]
  return word + (ENDINGS[rank % ENDINGS.length] as string)
}

/** Draws ranks of words: the probability of a rank falls with its number (Zipf and Mandelbrot, 2.7 as in English). */
function zipf(random: () => number, count: number): () => number {
  const sums = new Float64Array(count)
  let total = 0
  for (let rank = 0; rank < count; rank++) sums[rank] = total += 1 / (rank + 2.7)
  return () => {
    const wanted = random() * total
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

const words = Array.from({ length: WORDS }, (_each, rank) => wordOf(rank))

/** Draws texts from the first `count` words. */
export function madeUpTexts(seed: number, count = WORDS) {
  const random = randomFrom(seed)
  const draw = zipf(random, count)
  return (least: number, most: number) => {
    const length = least + Math.floor(random() * (most - least + 1))
    return Array.from({ length }, () => words[draw()]).join(' ')
  }
}

/** Returns a corpus that is generated as it is read: 120 words per document on average. */
export function madeUpCorpus(size: number): Corpus {
  return {
    path: `made up, ${size} documents`,
    async *documents(onBytes) {
      const text = madeUpTexts(1)
      for (let start = 0; start < size; start += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, size - start) }, (_each, at): Document => ({
          id: `d${start + at}`,
          text: text(LEAST_LENGTH, MOST_LENGTH),
        }))
        onBytes?.(Buffer.from(batch.map(({ text: each }) => each).join('\n')))
        yield batch
      }
    },
  }
}

/** Returns queries of ten words, including common ones. */
export function madeUpQueries(count: number): Query[] {
  const text = madeUpTexts(2)
  return Array.from({ length: count }, (_each, at) => ({ id: `q${at}`, text: text(QUERY_LENGTH, QUERY_LENGTH) }))
}
