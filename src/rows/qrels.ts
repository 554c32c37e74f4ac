// The relevant pairs of a qrels file as a set for lookups: a few dozen bytes per pair.
import { HashTable } from '../base/hash-table.ts'
import { readJudgements, type OnWarning } from './judgements.ts'

export class Qrels {
  readonly path: string
  #queries = new HashTable()
  #relevant = new HashTable()

  constructor(path: string) {
    this.path = path
  }

  add(query: string, document: string): void {
    this.#queries.setIfNew(query, 1)
    this.#relevant.setIfNew(`${query}\t${document}`, 1)
  }

  hasQuery(query: string): boolean {
    return this.#queries.get(query) > 0
  }

  isRelevant(query: string, document: string): boolean {
    return this.#relevant.get(`${query}\t${document}`) > 0
  }
}

/**
 * Reads qrels in any format known to `readJudgements`; grades of 1 or more count as relevant.
 * @throws UsageError naming file, line and value of what is not a judgement
 */
export async function readQrels(path: string, onWarning?: OnWarning): Promise<Qrels> {
  const qrels = new Qrels(path)
  for await (const judgements of readJudgements(path, onWarning)) {
    for (const { query, document, grade } of judgements) if (grade >= 1) qrels.add(query, document)
  }
  return qrels
}
