// Reads the documents of a corpus: one file or its shards, as a stream of batches.
import { crc32 } from 'node:zlib'
import { UsageError } from '../base/errors.ts'
import { FaultList } from '../base/fault-list.ts'
import { HashTable } from '../base/hash-table.ts'
import type { JsonObject } from '../base/json.ts'
import { readRecords, shown, textIn, type BadRecord, type FileRecord } from '../rows/containers/records.ts'
import type { OnWarning } from '../rows/judgements.ts'
import type { Corpus, Document } from './collection.ts'
import { repeatsTaken } from './queries.ts'

const ID_COLUMNS = ['_id', 'id', 'docid', 'doc_id', 'doc-id', 'corpus-id', 'pid'] as const
const TEXT_COLUMNS = ['text', 'contents', 'content', 'document', 'passage', 'body'] as const
const TABS = { 2: ['id', 'text'], 3: ['id', 'title', 'text'] }

/**
 * @param paths shards of one corpus, in order
 * @param onWarning is told once of documents that are there several times
 */
export function openCorpus(paths: readonly [string, ...string[]], onWarning?: OnWarning): Corpus {
  let isTold = false
  const warn: OnWarning = (warning) => {
    if (!isTold) onWarning?.(warning)
    isTold = true
  }
  return { path: paths[0], files: paths, documents: (onBytes) => documentsIn(paths, onBytes, warn) }
}

/** A document that has the id of an earlier one, and another title or text. */
interface Conflict {
  id: string
  place: string
}

async function* documentsIn(
  paths: readonly string[],
  onBytes: ((bytes: Buffer) => void) | undefined,
  onWarning: OnWarning,
): AsyncGenerator<Document[]> {
  const faults = new FaultList()
  const sums = new HashTable()
  const conflicts: Conflict[] = []
  let documents = 0
  let repeats = 0
  let firstRepeat = ''
  for await (const { place, records } of recordsIn(paths, onBytes)) {
    const batch: Document[] = []
    for (const record of records) {
      const document = 'fault' in record ? record.fault : documentOf(record.columns)
      if (typeof document === 'string') {
        faults.add(place(record), document)
        continue
      }
      const sum = sumOf(document)
      const before = sums.setIfNew(document.id, sum)
      if (before === 0) batch.push(document)
      else if (before !== sum) conflicts.push({ id: document.id, place: place(record) })
      else if (repeats++ === 0) firstRepeat = place(record)
    }
    documents += batch.length
    if (faults.count + conflicts.length === 0 && batch.length > 0) yield batch
  }
  if (conflicts.length > 0) await complain(paths, conflicts, faults)
  faults.throwIfAny()
  if (documents === 0) throw new UsageError(`no documents in ${paths.join(', ')}`)
  if (repeats > 0) onWarning(`${firstRepeat}: repeats an earlier document; ${repeatsTaken(repeats)}`)
}

async function* recordsIn(paths: readonly string[], onBytes?: (bytes: Buffer) => void) {
  for (const path of paths) {
    const options = { wanted: [...ID_COLUMNS, 'title', ...TEXT_COLUMNS], tabs: TABS, isHeader, onBytes }
    for await (const records of readRecords(path, options)) {
      yield { records, place: ({ line }: FileRecord | BadRecord) => `${path}:${line}` }
    }
  }
}

/** A checksum of what a document says, from 1. */
const sumOf = ({ title = '', text }: Document) => crc32(`${title}\n${text}`) || 1

/** Adds the conflicts to the faults; a second reading finds where each id first occurred. */
async function complain(paths: readonly string[], conflicts: readonly Conflict[], faults: FaultList): Promise<void> {
  const ids = new Set(conflicts.map(({ id }) => id))
  const first = new Map<string, string>()
  for await (const { place, records } of recordsIn(paths)) {
    for (const record of records) {
      const document = 'fault' in record ? record.fault : documentOf(record.columns)
      if (typeof document !== 'string' && ids.has(document.id) && !first.has(document.id)) {
        first.set(document.id, place(record))
      }
    }
  }
  for (const { id, place } of conflicts) {
    faults.add(place, `document id ${shown(id)} has another text at ${first.get(id)}`)
  }
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
