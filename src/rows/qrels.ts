// Relevance judgements from a qrels file, TREC ("q1 0 d1 1") or BEIR (tab separated, with a header), as a set to look pairs up in.
import { UsageError } from '../errors.ts'
import { HashTable } from './hash-table.ts'
import { readLines, textOf } from './lines.ts'

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
 * Reads qrels; a grade of 1 or more counts as relevant.
 * @throws UsageError naming file, line and value when a line is neither TREC nor BEIR.
 */
export async function readQrels(path: string): Promise<Qrels> {
  const qrels = new Qrels(path)
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const text = textOf(line).trim()
      if (text === '' || (line.number === 1 && /^query-id\s/.test(text))) continue
      const fields = text.split(/\s+/)
      const [query, document, grade] = fields.length === 4 ? [fields[0], fields[2], fields[3]] : fields
      if ((fields.length !== 3 && fields.length !== 4) || !/^-?\d+$/.test(grade ?? '')) {
        throw new UsageError(
          `${path}:${line.number}: not a relevance judgement: ${JSON.stringify(text.slice(0, 80))}; ` +
            'allowed: "QUERY 0 DOCUMENT GRADE" or "QUERY<tab>DOCUMENT<tab>GRADE"',
        )
      }
      if (Number(grade) >= 1) qrels.add(query as string, document as string)
    }
  }
  return qrels
}
