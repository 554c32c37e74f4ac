// A made-up world that offers something to learn: queries name two concepts with words of their own, documents with others.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Topic = readonly [number, number]

const NOISE = 300

/** Returns functions that draw from a world, one item after another. */
export function worldOf(random: () => number, concepts: number) {
  const pick = (count: number) => Math.floor(random() * count)
  const noise = (count: number) => Array.from({ length: count }, () => `noise${pick(NOISE)}`).join(' ')
  return {
    pick,
    topic: (): Topic => [pick(concepts), pick(concepts)],
    query: ([one, other]: Topic) => `asked${one} ${noise(2)} asked${other}`,
    text: ([one, other]: Topic) => `told${one} told${other} ${noise(5)} told${one} told${other} told${pick(concepts)}`,
  }
}

export type World = ReturnType<typeof worldOf>

export const lineOf = (value: object) => `${JSON.stringify(value)}\n`

/** Writes queries with their relevant documents, and no other documents. @returns the folder */
export function writeCollection(folder: string, world: World, queries: number, relevant: number): string {
  const files = { corpus: '', queries: '', qrels: 'query-id\tcorpus-id\tscore\n' }
  for (let number = 0; number < queries; number++) {
    const about = world.topic()
    files.queries += lineOf({ _id: `q${number}`, text: world.query(about) })
    for (let document = 0; document < relevant; document++) {
      files.corpus += lineOf({ _id: `d${number}-${document}`, text: world.text(about) })
      files.qrels += `q${number}\td${number}-${document}\t1\n`
    }
  }
  const collection = join(folder, 'set')
  mkdirSync(join(collection, 'qrels'), { recursive: true })
  writeFileSync(join(collection, 'corpus.jsonl'), files.corpus)
  writeFileSync(join(collection, 'queries.jsonl'), files.queries)
  writeFileSync(join(collection, 'qrels', 'test.tsv'), files.qrels)
  return collection
}
