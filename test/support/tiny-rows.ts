// Rows of words that the tiny models of tests know, and a collection of some of them.
import { randomFrom } from './random.ts'
import { writeCollection } from './small-collection.ts'
import { WORDS } from './torch.ts'

/** Rows that can be learned: a query shares its two words with its positives. */
export function tinyRows(count: number) {
  const random = randomFrom(5)
  const words = (most: number) =>
    Array.from({ length: most }, () => WORDS[Math.floor(random() * WORDS.length)] as string)
  return Array.from({ length: count }, (_, at) => {
    const topic = words(4)
    const passage = (id: string, own: string[]) => ({
      docid: id,
      title: '',
      text: [...own, ...words(8 - own.length)].join(' '),
    })
    return {
      query_id: `q${at}`,
      query: topic.slice(0, 2).join(' '),
      positive_passages: Array.from({ length: 1 + (at % 2) }, (_p, each) => passage(`p${at}-${each}`, topic)),
      negative_passages: Array.from({ length: 4 }, (_n, each) => passage(`n${at}-${each}`, [])),
    }
  })
}

/** A collection of the positives of a few rows. */
export function collectionIn(folder: string): string {
  const rows = tinyRows(5)
  return writeCollection(folder, {
    documents: rows.flatMap(({ positive_passages }) =>
      positive_passages.map(({ docid, text }) => ({ _id: docid, text })),
    ),
    queries: rows.map(({ query_id, query }) => ({ _id: query_id, text: query })),
    judgements: rows.flatMap(({ query_id, positive_passages }) =>
      positive_passages.map(({ docid }): [string, string, number] => [query_id, docid, 1]),
    ),
  })
}
