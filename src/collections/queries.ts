// Reads the queries of a collection that have judgements.
import { UsageError } from '../base/errors.ts'
import { FaultList } from '../base/fault-list.ts'
import type { OnWarning } from '../rows/judgements.ts'
import type { JsonObject } from '../base/json.ts'
import { readRecords, shown, textIn } from '../rows/containers/records.ts'
import type { Query } from './collection.ts'

const ID_COLUMNS = ['_id', 'id', 'qid', 'query_id', 'query-id'] as const
const TEXT_COLUMNS = ['text', 'query', 'title', 'question'] as const
const isHeader = ({ id }: JsonObject) =>
  typeof id === 'string' && ID_COLUMNS.some((name) => name === id.trim().toLowerCase())

const OPTIONS = { wanted: [...ID_COLUMNS, ...TEXT_COLUMNS], tabs: { 2: ['id', 'text'] }, isHeader }

/**
 * Returns the judged queries of some files, in order. An empty query is kept, with a warning: it finds nothing but counts.
 * @throws UsageError naming file and line of lines that are not queries, and of ids with two texts
 */
export async function readQueries(
  paths: readonly string[],
  isJudged: (id: string) => boolean,
  onWarning?: OnWarning,
): Promise<Query[]> {
  const faults = new FaultList()
  const places = new Map<string, string>()
  const texts = new Map<string, string | undefined>()
  const repeats: string[] = []
  const queries: Query[] = []
  let isAny = false
  for (const path of paths) {
    for await (const records of readRecords(path, OPTIONS)) {
      for (const record of records) {
        const place = `${path}:${record.line}`
        if ('fault' in record) {
          faults.add(place, record.fault)
          continue
        }
        const query = queryOf(record.columns)
        if (typeof query === 'string') {
          faults.add(place, query)
          continue
        }
        isAny = true
        const { id, text } = query
        if (!isJudged(id)) continue
        const first = places.get(id)
        if (first !== undefined) {
          if (texts.get(id) === text) repeats.push(place)
          else faults.add(place, `query id ${shown(id)} has another text at ${first}`)
          continue
        }
        places.set(id, place)
        texts.set(id, text)
        if (typeof text !== 'string') faults.add(place, `query ${shown(id)} has no text`)
        else queries.push({ id, text })
      }
    }
  }
  faults.throwIfAny()
  if (!isAny) throw new UsageError(`no queries in ${paths.join(', ')}`)
  if (repeats.length > 0) onWarning?.(`${repeats[0]}: repeats an earlier query; ${repeatsTaken(repeats.length)}`)
  for (const { id, text } of queries) {
    if (text.trim() === '')
      onWarning?.(`${places.get(id)}: query ${shown(id)} is empty: it retrieves nothing but counts in the mean`)
  }
  return queries
}

/** Says that repeats count once. */
export const repeatsTaken = (count: number) => (count === 1 ? 'taken once' : `${count} such repeats, each taken once`)

/**
 * Yields all queries of a file, judged or not.
 * @throws UsageError as readQueries does, at the end
 */
export async function* queriesIn(path: string): AsyncGenerator<Query> {
  const faults = new FaultList()
  for await (const records of readRecords(path, OPTIONS)) {
    for (const record of records) {
      const query = 'fault' in record ? record.fault : queryOf(record.columns)
      if (typeof query === 'string') faults.add(`${path}:${record.line}`, query)
      else if (typeof query.text === 'string') yield { ...query, text: query.text }
    }
  }
  faults.throwIfAny()
}

/** Returns the query in a record, or what is wrong with it. */
function queryOf(columns: JsonObject): { id: string; text: string | undefined } | string {
  const id = textIn(columns, ID_COLUMNS)
  if (id === undefined || id === '') return `no query id; allowed: a string or a number in ${ID_COLUMNS.join(', ')}`
  const text = TEXT_COLUMNS.map((name) => columns[name]).find((value) => typeof value === 'string')
  return { id, text: text as string | undefined }
}
