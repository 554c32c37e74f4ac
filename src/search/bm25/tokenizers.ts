// Defines what counts as a term. SQLite's FTS5 splits all texts, of documents and of queries, so no text is ever parsed as query syntax.
import { DatabaseSync } from 'node:sqlite'

export const TOKENIZERS = ['english', 'words', 'characters', 'trigram'] as const
export type TokenizerName = (typeof TOKENIZERS)[number]

interface Tokenizer {
  /** The value of FTS5's option `tokenize`. */
  fts5: string
  /** Prepares a text for FTS5. */
  prepare(text: string, side: 'document' | 'query'): string
}

const asItIs = (text: string) => text
/** Marks belong to words: without them, the vowels of Thai and of Indian scripts would split words. */
const WORDS = `unicode61 remove_diacritics 2 categories 'L* N* Co M*'`

const TOKENIZER: Record<TokenizerName, Tokenizer> = {
  /** Porter's stems, as used for the published figures of BM25. */
  english: { fts5: 'porter unicode61', prepare: asItIs },
  /** Words as they are, without case and diacritics. */
  words: { fts5: WORDS, prepare: asItIs },
  /** As `words`, plus pairs of letters for scripts without spaces (or with many forms of a word, as Korean). */
  characters: { fts5: WORDS, prepare: pairs },
  /** Every three letters in a row. */
  trigram: { fts5: 'trigram', prepare: asItIs },
}

/** A letter with its marks. */
const LETTER =
  /[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{N}]]\p{M}*/gv

/** Replaces each run of such letters by its pairs. Documents also keep the single letters, for queries of one letter. */
function pairs(text: string, side: 'document' | 'query'): string {
  const normal = text.normalize('NFKC')
  const parts: string[] = []
  let end = 0
  let run: string[] = []
  const flush = () => {
    const terms = run.flatMap((letter, at) => {
      const pair = at + 1 < run.length ? [letter + run[at + 1]] : []
      return side === 'document' || run.length === 1 ? [letter, ...pair] : pair
    })
    if (terms.length > 0) parts.push(` ${terms.join(' ')} `)
    run = []
  }
  for (const { 0: letter, index } of normal.matchAll(LETTER)) {
    if (index > end || run.length === 0) {
      flush()
      parts.push(normal.slice(end, index))
    }
    run.push(letter)
    end = index + letter.length
  }
  flush()
  return parts.join('') + normal.slice(end)
}

/**
 * Returns the SQL for an FTS5 table `words` that stores no text; `terms`, with a row (term, doc, …) for each place of each term; and
 * `totals`, with the number of documents and places of each term (term, doc, cnt).
 */
export function wordTables(name: TokenizerName): string {
  const tokenize = TOKENIZER[name].fts5.replaceAll("'", "''")
  return `
    CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='${tokenize}');
    CREATE VIRTUAL TABLE terms USING fts5vocab('words', 'instance');
    CREATE VIRTUAL TABLE totals USING fts5vocab('words', 'row');`
}

export function prepareDocument(name: TokenizerName, text: string): string {
  return TOKENIZER[name].prepare(text, 'document')
}

/** Splits queries into terms. Texts of punctuation alone have none. */
export function queryCutter(name: TokenizerName) {
  const db = new DatabaseSync(':memory:')
  db.exec(wordTables(name))
  const insert = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
  const select = db.prepare('SELECT DISTINCT term, doc FROM terms')
  select.setReturnArrays(true)
  return {
    /** Returns the distinct terms of each query, always in the same order. */
    cut(queries: readonly string[]): string[][] {
      const found: string[][] = queries.map(() => [])
      db.exec('BEGIN')
      queries.forEach((query, at) => insert.run(at, TOKENIZER[name].prepare(query, 'query')))
      db.exec('COMMIT')
      for (const row of select.iterate()) {
        const [term, at] = row as unknown as [string, number]
        found[at]?.push(term)
      }
      db.exec(`INSERT INTO words (words) VALUES ('delete-all')`)
      return found
    },
    close: () => db.close(),
  }
}
