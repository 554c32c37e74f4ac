// Finds the queries of rows that are most like a test query, by their words, which needs no model.

const WORD = /[\p{L}\p{N}]+/gu

const wordsOf = (text: string) => new Set(text.toLowerCase().match(WORD))

/**
 * Returns for each query the places of the texts that share words with it, best first: by the cosine of their sets of words, each weighted
 * by its inverse document frequency among the texts.
 */
export function alikeByWords(queries: readonly string[], texts: readonly string[], most: number): number[][] {
  const bags = texts.map(wordsOf)
  const counts = new Map<string, number>()
  for (const word of bags.flatMap((bag) => [...bag])) counts.set(word, (counts.get(word) ?? 0) + 1)
  const weightOf = (word: string) => Math.log(1 + texts.length / (counts.get(word) ?? 1)) ** 2
  const sumOf = (words: Iterable<string>) => [...words].reduce((sum, word) => sum + weightOf(word), 0)
  const lengths = bags.map((bag) => Math.sqrt(sumOf(bag)))
  return queries.map((query) => {
    const words = wordsOf(query)
    return bags
      .map((bag, place) => ({ place, score: sumOf(words.intersection(bag)) / (lengths[place] || 1) }))
      .filter(({ score }) => score > 0)
      .toSorted((one, other) => other.score - one.score || one.place - other.place)
      .slice(0, most)
      .map(({ place }) => place)
  })
}
