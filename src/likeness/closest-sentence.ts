// Finds the sentence of a passage that says most of what a judge's reason and a positive say, to be marked where no model quoted the words
// behind its verdict.

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
/** The least number of words that a sentence must share. */
const FEWEST = 2
/** Words by which every sentence is held to be longer: a short one has few words to share, and little to show. */
const PATIENCE = 6
/** The least length of a word of letters with spaces between words; shorter ones are mostly grammar. Numbers count at any length. */
const SHORTEST = 4
const SHORT = new RegExp(String.raw`^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}'’]{1,${SHORTEST - 1}}$`, 'u')

/** What a sentence is compared with. */
interface Answering {
  query: string
  /** Why the passage was found relevant, in a model's words; empty if nothing was said. */
  reason: string
  positives: readonly string[]
  /** All passages of the row, the positives included. */
  row: readonly string[]
}

/**
 * Returns the sentence of a text that shares most words with the reason why it was found relevant, and with one of the positives. Words of
 * the query do not count, as every negative that was mined has them; a word counts the less, the more of the row's passages have it.
 * @returns undefined where the text is a single sentence, or none shares two words with either
 */
export function closestSentence(text: string, { query, reason, positives, row }: Answering): Stretch | undefined {
  if (text.length > LONGEST) return undefined
  const sentences = [...SENTENCES.segment(text)].filter(({ segment }) => segment.trim() !== '')
  if (sentences.length < 2) return undefined
  const asked = wordsOf(query)
  const weight = weightsIn(row.map(wordsOf))
  const said = wordsOf(reason).difference(asked)
  const answers = positives.map((positive) => wordsOf(positive).difference(asked))
  const scored = sentences.map(({ segment, index }) => {
    const score = scoreOf(wordsOf(segment), said, answers, weight)
    return { segment, index, score }
  })
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one))
  if (best.score === 0) return undefined
  const words = best.segment.trim()
  const start = codePointsIn(text.slice(0, best.index + best.segment.indexOf(words)))
  return { start, end: start + codePointsIn(words), text: words }
}

/** Returns the weight of the words that a sentence shares, those of the reason twice, for its length; 0 if it shares fewer than two. */
function scoreOf(
  words: Set<string>,
  said: Set<string>,
  answers: readonly Set<string>[],
  weight: (word: string) => number,
): number {
  const explained = words.intersection(said)
  const scores = [new Set<string>(), ...answers].map((answer) => {
    const shared = words.intersection(answer)
    if (shared.union(explained).size < FEWEST) return 0
    return (2 * sumOf(explained, weight) + sumOf(shared, weight)) / Math.sqrt(words.size + PATIENCE)
  })
  return Math.max(...scores)
}

const sumOf = (words: Set<string>, weight: (word: string) => number) =>
  [...words].reduce((sum, word) => sum + weight(word), 0)

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
