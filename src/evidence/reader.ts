// Reads evidence files of either format in constant memory: the head, then the records of one row after another.
import { isObject } from '../base/json.ts'
import { readLines, textOf, type Line } from '../base/lines.ts'
import { isParquet } from '../rows/containers/parquet.ts'
import { notEvidence, placed, type EvidenceFile, type PlacedRecord } from './file.ts'
import { readHead, readRecord } from './record.ts'

/** Opens a file of evidence. @throws UsageError if it cannot be read or is not evidence */
export async function openEvidence(path: string): Promise<EvidenceFile> {
  if (!(await isParquet(path))) return openLines(path)
  const { readParquet } = await import('./parquet-reader.ts')
  return readParquet(path)
}

async function openLines(path: string): Promise<EvidenceFile> {
  for await (const lines of readLines(path)) {
    const [first] = lines as [Line]
    const head = placed(`${path}:1`, () => readHead(JSON.parse(textOf(first))))
    return { path, head, records: () => recordsIn(path) }
  }
  throw notEvidence(path, 'it is empty')
}

async function* recordsIn(path: string): AsyncGenerator<PlacedRecord> {
  let records = 0
  let end: number | undefined
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      if (line.number === 1) continue
      const place = `${path}:${line.number}`
      const value = placed(place, () => JSON.parse(textOf(line)) as unknown)
      if (end !== undefined) throw notEvidence(place, 'data after its end')
      if (isObject(value) && typeof value['records'] === 'number' && !('kind' in value)) {
        end = value['records']
        if (end !== records) throw notEvidence(place, `expected ${end} records, found ${records}`)
        continue
      }
      records += 1
      yield { record: placed(place, () => readRecord(value)), place }
    }
  }
  if (end === undefined) throw notEvidence(path, `truncated after ${records} records`)
}
