// Counts queries that BM25's tokenizer splits too coarsely to find anything: in Chinese, Japanese or Thai a whole clause is one word.
import type { TokenizerName } from './tokenizers.ts'

const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u

/** Tokenizers that treat the text between spaces as a word. */
const CUT_AT_SPACES: readonly TokenizerName[] = ['english', 'words']

export interface UnspacedQueries {
  add(text: string): void
  /** Returns what the user should know about the queries so far; undefined if there is nothing to report. */
  notice(): string | undefined
}

/** @param spec the retriever's name, such as `bm25+hf:PATH` */
export function unspacedQueries(spec: string, tokenizer: TokenizerName): UnspacedQueries {
  const isConcerned = CUT_AT_SPACES.includes(tokenizer) && spec.split('+').some((part) => part.trim() === 'bm25')
  let [count, total] = [0, 0]
  return {
    add(text) {
      total += 1
      if (isConcerned && UNSPACED.test(text)) count += 1
    },
    notice: () =>
      count === 0
        ? undefined
        : `${count} of ${total} queries ${count === 1 ? 'is' : 'are'} in a script without spaces: use --tokenizer characters`,
  }
}
