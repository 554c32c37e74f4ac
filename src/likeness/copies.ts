// Gates: nothing that stands in the row already, word for word or nearly, and nothing that repeats the query.
import { fold, foldedFinder } from './fold.ts'
import { nearDuplicateFinder } from './min-hash.ts'

/** A predicate for texts that are a near copy of one: Jaccard similarity of shingles of .8 or more. Remembers the last text that it was made for. */
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

/** A function that finds the first of these texts that a text is a copy or, by `likenessTo`, a near copy of. */
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

/** Words, or in scripts without spaces characters, from which on a query that stands in a passage as a whole is copied. */
const WORDS = 4
const CHARACTERS = 10
const SPACELESS = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]/u

/**
 * A predicate for texts that are the query or hold all of it, word for word, letter case and punctuation aside. A query of few words, a
 * name say, is copied by a text that consists of nothing else. What passages of the row do themselves is no fault.
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

/** A text as the words that it consists of. */
const plain = (text: string) =>
  fold(text)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
