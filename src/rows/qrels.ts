// The relevant pairs of a qrels file as a set to look pairs up in: some tens of bytes a pair.
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
 * Reads qrels of any form that `readJudgements` knows; a grade of 1 or more counts as relevant.
 * @throws UsageError naming file, line and value of what is no judgement.
 */
export async function readQrels(path: string, onWarning?: OnWarning): Promise<Qrels> {
  const qrels = new Qrels(path)
  for await (const judgements of readJudgements(path, onWarning)) {
    for (const { query, document, grade } of judgements) if (grade >= 1) qrels.add(query, document)
  }
  return qrels
}
