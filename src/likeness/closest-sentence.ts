// Finds the sentence of a passage that says most of what a positive says, to be marked where no model quoted the words behind its verdict.

/** The place of some words in a text, in code points, as in a snippet. */
export interface Stretch {
  start: number
  end: number
  text: string
}

const SENTENCES = new Intl.Segmenter(undefined, { granularity: 'sentence' })
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Texts beyond this many characters are not looked at. */
const LONGEST = 20_000
/** The least number of words that a sentence must share with a positive. */
const FEWEST = 2
/** The least length of a word of letters with spaces between words; shorter ones are mostly grammar. Numbers count at any length. */
const SHORTEST = 4
const SHORT = new RegExp(String.raw`^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}'’]{1,${SHORTEST - 1}}$`, 'u')

/**
 * Returns the sentence of a text that shares most words with one of the positives. Words of the query do not count, as every negative that
 * was mined has them; a word counts the less, the more of the row's passages have it.
 * @param row all passages of the row, the positives included
 * @returns undefined where the text is a single sentence, or none shares two words with a positive
 */
export function closestSentence(
  text: string,
  { query, positives, row }: { query: string; positives: readonly string[]; row: readonly string[] },
): Stretch | undefined {
  if (text.length > LONGEST) return undefined
  const sentences = [...SENTENCES.segment(text)].filter(({ segment }) => segment.trim() !== '')
  if (sentences.length < 2) return undefined
  const asked = wordsOf(query)
  const weight = weightsIn(row.map(wordsOf))
  const answers = positives.map((positive) => wordsOf(positive).difference(asked))
  const scored = sentences.map(({ segment, index }) => ({
    segment,
    index,
    score: scoreOf(wordsOf(segment), answers, weight),
  }))
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one))
  if (best.score === 0) return undefined
  const words = best.segment.trim()
  const start = codePointsIn(text.slice(0, best.index + best.segment.indexOf(words)))
  return { start, end: start + codePointsIn(words), text: words }
}

/** Returns the weight of the words that a sentence shares with the positive that shares most, for its length. */
function scoreOf(words: Set<string>, answers: readonly Set<string>[], weight: (word: string) => number): number {
  const scores = answers.map((answer) => {
    const shared = [...words.intersection(answer)]
    if (shared.length < FEWEST) return 0
    return shared.reduce((sum, word) => sum + weight(word), 0) / Math.sqrt(words.size)
  })
  return Math.max(0, ...scores)
}

/** Returns a word's inverse document frequency among the passages of the row. */
function weightsIn(passages: readonly Set<string>[]): (word: string) => number {
  const counts = new Map<string, number>()
  for (const words of passages) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return (word) => Math.log((passages.length + 1) / (counts.get(word) ?? 1))
}

function wordsOf(text: string): Set<string> {
  const folded = text.slice(0, LONGEST).normalize('NFKC').toLowerCase()
  const words = [...WORDS.segment(folded)].filter(
    ({ segment, isWordLike }) => isWordLike === true && !SHORT.test(segment),
  )
  return new Set(words.map(({ segment }) => segment))
}

/** Returns the number of code points of a text. */
export const codePointsIn = (text: string) => Array.from(text).length
