// Reads the documents of a corpus: one file or its shards, as a stream of batches.
import { UsageError } from '../base/errors.ts'
import { FaultList } from '../base/fault-list.ts'
import { HashTable } from '../base/hash-table.ts'
import type { JsonObject } from '../base/json.ts'
import { readRecords, shown, textIn } from '../rows/containers/records.ts'
import type { Corpus, Document } from './collection.ts'

const ID_COLUMNS = ['_id', 'id', 'docid', 'doc_id', 'doc-id', 'corpus-id', 'pid'] as const
const TEXT_COLUMNS = ['text', 'contents', 'content', 'document', 'passage', 'body'] as const
const TABS = { 2: ['id', 'text'], 3: ['id', 'title', 'text'] }

/** @param paths shards of one corpus, in order */
export function openCorpus(paths: readonly [string, ...string[]]): Corpus {
  return { path: paths[0], files: paths, documents: (onBytes) => documentsIn(paths, onBytes) }
}

async function* documentsIn(
  paths: readonly string[],
  onBytes: ((bytes: Buffer) => void) | undefined,
): AsyncGenerator<Document[]> {
  const faults = new FaultList()
  const lines = new HashTable()
  // Lines are numbered across all shards, so that one number tells where an id first occurred.
  let before = 0
  let documents = 0
  const starts: number[] = []
  for (const path of paths) {
    starts.push(before)
    let last = 0
    const options = { wanted: [...ID_COLUMNS, 'title', ...TEXT_COLUMNS], tabs: TABS, isHeader, onBytes }
    for await (const records of readRecords(path, options)) {
      const batch: Document[] = []
      for (const record of records) {
        last = record.line
        const place = `${path}:${record.line}`
        const document = 'fault' in record ? record.fault : documentOf(record.columns)
        if (typeof document === 'string') {
          faults.add(place, document)
          continue
        }
        const first = lines.setIfNew(document.id, before + record.line)
        if (first > 0) {
          const shard = starts.findLastIndex((start) => start < first)
          const place1 = `${paths[shard]}:${first - (starts[shard] ?? 0)}`
          faults.add(place, `duplicate document id ${shown(document.id)}, first at ${place1}`)
        } else batch.push(document)
      }
      documents += batch.length
      if (faults.count === 0 && batch.length > 0) yield batch
    }
    before += last
  }
  faults.throwIfAny()
  if (documents === 0) throw new UsageError(`no documents in ${paths.join(', ')}`)
}

const isHeader = ({ id, text }: JsonObject) => isOneOf(ID_COLUMNS, id) && isOneOf(TEXT_COLUMNS, text)

const isOneOf = (names: readonly string[], value: unknown) =>
  typeof value === 'string' && names.includes(value.trim().toLowerCase())

/** Returns the document in a record's columns, or what is wrong with it. A document may lack a text. */
function documentOf(columns: JsonObject): Document | string {
  const id = textIn(columns, ID_COLUMNS)
  if (id === undefined || id === '') return `no document id; allowed: a string or a number in ${ID_COLUMNS.join(', ')}`
  const wrong = ['title', ...TEXT_COLUMNS].find((name) => {
    const value = columns[name]
    return value !== undefined && value !== null && typeof value !== 'string'
  })
  if (wrong !== undefined) return `"${wrong}" of document ${shown(id)} must be a string`
  const title = columns['title'] as string | null | undefined
  const text = TEXT_COLUMNS.map((name) => columns[name]).find((value) => typeof value === 'string') as
    | string
    | undefined
  return title === undefined || title === null || title === ''
    ? { id, text: text ?? '' }
    : { id, title, text: text ?? '' }
}
