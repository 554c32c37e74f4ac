// The relevant pairs of a qrels file as a set for lookups: a few dozen bytes per pair.
import { HashTable } from '../base/hash-table.ts'
import { isJudgementFile, readGrades } from './audit-lines.ts'
import { isParquet } from './containers/parquet.ts'
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
 * Reads qrels in any format known to `readJudgements`; grades of 1 or more count as relevant. In the judgements of an audit, the query is
 * the row and the document the passage, and what most assessors call relevant is.
 * @throws UsageError naming file, line and value of what is not a judgement
 */
export async function readQrels(path: string, onWarning?: OnWarning): Promise<Qrels> {
  const qrels = new Qrels(path)
  if (!(await isParquet(path)) && (await isJudgementFile(path))) {
    for (const { row, passage } of await relevantIn(path, onWarning)) qrels.add(row, passage)
    return qrels
  }
  for await (const judgements of readJudgements(path, onWarning)) {
    for (const { query, document, grade } of judgements) if (grade >= 1) qrels.add(query, document)
  }
  return qrels
}

/** Returns the pairs that most assessors of an audit call relevant. */
async function relevantIn(path: string, onWarning?: OnWarning): Promise<{ row: string; passage: string }[]> {
  const graded = await readGrades(path, onWarning)
  const groups = [...Map.groupBy(graded, ({ row, passage }) => JSON.stringify([row, passage])).values()]
  return groups.flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const all = [first, ...others]
    return 2 * all.filter(({ relevant }) => relevant).length > all.length ? [first] : []
  })
}
