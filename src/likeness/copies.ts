// Finds copies: texts that repeat another text, exactly or nearly, and texts that repeat the query.
import { fold, foldedFinder } from './fold.ts'
import { nearDuplicateFinder } from './min-hash.ts'

/** Creates a predicate for near copies of a text: Jaccard similarity of shingles of at least .8. Caches the last text. */
export function likenessMaker(): (text: string) => (other: string) => boolean {
  let last: { text: string; isLike: (other: string) => boolean } | undefined
  return (text) => {
    if (last?.text !== text) {
      const find = nearDuplicateFinder([text])
      last = { text, isLike: (other) => find(other) !== -1 }
    }
    return last.isLike
  }
}

/** Returns a function that finds the first text of which another is a copy or, according to `likenessTo`, a near copy. */
export function copyFinder(
  texts: string[],
  likenessTo: ReturnType<typeof likenessMaker>,
): (text: string) => { index: number; isNear: boolean } | undefined {
  const same = foldedFinder(texts)
  return (text) => {
    const exact = same(text)
    if (exact !== -1) return { index: exact, isNear: false }
    const index = texts.length === 0 ? -1 : texts.findIndex(likenessTo(text))
    return index === -1 ? undefined : { index, isNear: true }
  }
}

/** The least length of a query that counts as copied when a passage contains it: in words, or in characters for scripts without spaces. */
const WORDS = 4
const CHARACTERS = 10
const SPACELESS = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]/u

/**
 * Returns a predicate for texts that equal or contain the query word for word, ignoring letter case and punctuation. A query of few words,
 * such as a name, is copied only by a text that consists of nothing else. If passages of the row do the same, it is not a fault.
 */
export function queryCopyFinder(query: string, passages: string[]): (text: string) => boolean {
  const wanted = plain(query)
  if (wanted === '') return () => false
  const isSpaceless = SPACELESS.test(wanted)
  const isLong = isSpaceless ? [...wanted].length >= CHARACTERS : wanted.split(' ').length >= WORDS
  const holds = (text: string) => {
    if (!isLong) return plain(text) === wanted
    return isSpaceless ? plain(text).includes(wanted) : ` ${plain(text)} `.includes(` ${wanted} `)
  }
  return (text) => holds(text) && !passages.some(holds)
}

/** Reduces a text to its words. */
const plain = (text: string) =>
  fold(text)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
