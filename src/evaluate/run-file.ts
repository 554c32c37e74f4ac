// Reads a TREC run with lines like "q1 Q0 d1 1 12.3 tag", query by query. The rank is ignored: the score decides.
import { FaultList } from '../base/fault-list.ts'
import { shown } from '../rows/containers/records.ts'
import type { QueryResults } from './ranked.ts'
import { isAt, numberAt, readRunLines, RUN_FIELDS, textAt, type RunLine } from './run-lines.ts'

interface QueryLines extends QueryResults {
  documents: string[]
  scores: number[]
  /** The line of each document. */
  lines: number[]
  known: Set<string>
}

/**
 * Yields the results of each query, in the order of its first occurrence. The whole run is held in memory only if the lines of its queries
 * are mixed.
 * @throws UsageError naming file, line and value of lines that are not results, scores that are not numbers, and repeated documents of a
 * query
 */
export async function* readRun(path: string): AsyncGenerator<QueryResults> {
  const faults = new FaultList()
  if (await standTogether(path)) {
    for await (const results of resultsOneByOne(path, faults)) if (faults.count === 0) yield results
  } else {
    const all = new Map<string, QueryLines>()
    for await (const results of resultsOneByOne(path, faults, all)) all.set(results.query, results)
    if (faults.count === 0) yield* all.values()
  }
  faults.throwIfAny()
}

/** Returns whether the lines of each query follow one another. */
async function standTogether(path: string): Promise<boolean> {
  const seen = new Set<string>()
  let current: Uint8Array = Buffer.alloc(0)
  for await (const { line, next } of readRunLines(path, 1)) {
    while (next()) {
      if (isAt(line, 0, current)) continue
      const query = textAt(line, 0)
      if (seen.has(query)) return false
      seen.add(query)
      current = Buffer.from(query)
    }
  }
  return true
}

/** Yields the results of consecutive lines. Queries in `known` are continued. */
async function* resultsOneByOne(
  path: string,
  faults: FaultList,
  known?: ReadonlyMap<string, QueryLines>,
): AsyncGenerator<QueryLines> {
  let results: QueryLines | undefined
  let current: Uint8Array = Buffer.alloc(0)
  for await (const { line, next } of readRunLines(path)) {
    while (next()) {
      if (results === undefined || !isAt(line, 0, current)) {
        if (results !== undefined) yield results
        const query = textAt(line, 0)
        current = Buffer.from(query)
        results = known?.get(query) ?? { query, documents: [], scores: [], lines: [], known: new Set() }
      }
      addResult(results, line, path, faults)
    }
  }
  if (results !== undefined) yield results
}

function addResult(results: QueryLines, line: RunLine, path: string, faults: FaultList): void {
  if (line.fields !== RUN_FIELDS) {
    faults.add(
      `${path}:${line.number}`,
      `${line.fields > RUN_FIELDS ? 'more than 6' : line.fields} columns, expected QUERY Q0 DOCUMENT RANK SCORE TAG: ${wholeLine(line)}`,
    )
    return
  }
  const score = numberAt(line, 4)
  if (Number.isNaN(score)) {
    faults.add(`${path}:${line.number}`, `the score ${shown(textAt(line, 4))} is not a number: ${wholeLine(line)}`)
    return
  }
  const document = textAt(line, 2)
  if (results.known.has(document)) {
    const first = results.lines[results.documents.indexOf(document)]
    const what = `duplicate document ${shown(document)}, first at ${path}:${first}`
    faults.add(`${path}:${line.number}`, `query ${shown(results.query)}: ${what}`)
    return
  }
  results.known.add(document)
  results.documents.push(document)
  results.scores.push(score)
  results.lines.push(line.number)
}

function wholeLine({ bytes, places, fields }: RunLine): string {
  return shown(bytes.toString('utf8', places[0], places[fields * 2 - 1]))
}
