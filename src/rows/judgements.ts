// Reads relevance judgements in all their formats: TREC lines, BEIR's tab-separated lines, and JSON lines and Parquet from AIR-Bench and
// MTEB.
import { FaultList } from '../base/fault-list.ts'
import { isParquet, parquetColumns } from './containers/parquet.ts'
import { readLines, textOf } from '../base/lines.ts'
import { readRecords, shown, textIn } from './containers/records.ts'

export interface Judgement {
  query: string
  document: string
  /** 1 or more means relevant; 0 and below means judged not relevant. */
  grade: number
  /** From 1; for Parquet, the row. */
  line: number
}

export type OnWarning = (message: string) => void

export const QUERY_COLUMNS = ['query-id', 'query_id', 'qid', 'queryid', 'query', 'topic'] as const
export const DOCUMENT_COLUMNS = ['corpus-id', 'corpus_id', 'docid', 'doc_id', 'doc-id', 'docno', 'document_id'] as const
const GRADE_COLUMNS = ['score', 'relevance', 'rel', 'grade', 'label'] as const
const isGradeColumn = (name: string) => GRADE_COLUMNS.some((known) => known === name)
const WANTED = [...QUERY_COLUMNS, ...DOCUMENT_COLUMNS, ...GRADE_COLUMNS]

/**
 * Yields the judgements of a file in order, in batches. A file of `query<tab>document<tab>grade` without a header is read from its first
 * line, with a warning.
 * @throws UsageError naming file, line and value of the first ten lines that are not judgements
 */
export async function* readJudgements(path: string, onWarning?: OnWarning): AsyncGenerator<Judgement[]> {
  const faults = new FaultList()
  const isOfRecords = await isJson(path)
  const batches = isOfRecords ? fromRecords(path, faults) : fromText(path, faults, onWarning)
  for await (const batch of batches) if (faults.count === 0) yield batch
  faults.throwIfAny(`Allowed: ${isOfRecords ? ALLOWED.records : ALLOWED.text}; the grade is a whole number.`)
}

const ALLOWED = {
  text: '"QUERY 0 DOCUMENT GRADE" or "QUERY<tab>DOCUMENT<tab>GRADE"',
  records: 'the columns query-id (or qid), corpus-id (or docid) and score (or relevance)',
}

async function isJson(path: string): Promise<boolean> {
  if (await isParquet(path)) return true
  for await (const lines of readLines(path)) {
    const first = lines.map(textOf).find((text) => text.trim() !== '')
    if (first !== undefined) return first.trimStart().startsWith('{')
  }
  return false
}

async function* fromRecords(path: string, faults: FaultList): AsyncGenerator<Judgement[]> {
  // NanoBEIR lists only what is relevant, without a column of grades.
  const isUngraded = (await isParquet(path)) && !(await parquetColumns(path)).some((name) => isGradeColumn(name))
  for await (const records of readRecords(path, { wanted: WANTED })) {
    const batch: Judgement[] = []
    for (const record of records) {
      const place = `${path}:${record.line}`
      if ('fault' in record) {
        faults.add(place, record.fault)
        continue
      }
      const [query, document, grade] = [QUERY_COLUMNS, DOCUMENT_COLUMNS, GRADE_COLUMNS].map((names) =>
        textIn(record.columns, names),
      )
      const number = isUngraded ? 1 : gradeOf(grade)
      if (query === undefined || document === undefined || number === undefined) {
        faults.add(place, `not a relevance judgement: ${shown(JSON.stringify(record.columns, withLongNumbers))}`)
      } else batch.push({ query, document, grade: number, line: record.line })
    }
    yield batch
  }
}

/** Converts bigints, which Parquet has and JSON lacks. */
const withLongNumbers = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)

/** The positions of the three fields in a line. */
interface Columns {
  query: number
  document: number
  grade: number
}
const TREC: Columns = { query: 0, document: 2, grade: 3 }
const BEIR: Columns = { query: 0, document: 1, grade: 2 }

async function* fromText(path: string, faults: FaultList, onWarning?: OnWarning): AsyncGenerator<Judgement[]> {
  let isFirst = true
  let named: Columns | undefined
  for await (const lines of readLines(path)) {
    const batch: Judgement[] = []
    for (const line of lines) {
      const text = textOf(line).trim()
      // Comments, as in trec_eval 10.
      if (text === '' || text.startsWith('#')) continue
      const fields = fieldsOf(text)
      if (isFirst) {
        isFirst = false
        named = headerOf(fields)
        if (named !== undefined) continue
        if (fields.length === 3) warnOfNoHeader(`${path}:${line.number}`, text, onWarning)
      }
      const { query, document, grade } = named ?? (fields.length === 4 ? TREC : BEIR)
      const number = gradeOf(fields[grade])
      const isWhole = named === undefined ? fields.length === 3 || fields.length === 4 : fields.length > grade
      if (!isWhole || number === undefined || fields[query] === '' || fields[document] === '') {
        faults.add(`${path}:${line.number}`, `not a relevance judgement: ${shown(text)}`)
      } else {
        batch.push({
          query: fields[query] as string,
          document: fields[document] as string,
          grade: number,
          line: line.number,
        })
      }
    }
    yield batch
  }
}

/** Splits at tabs if there are two or three, so that ids may contain spaces; otherwise at any white space. */
function fieldsOf(text: string): string[] {
  const fields = text.split('\t')
  return fields.length === 3 || fields.length === 4 ? fields.map((field) => field.trim()) : text.split(/\s+/)
}

function headerOf(fields: string[]): Columns | undefined {
  const names = fields.map((field) => field.toLowerCase())
  const columnOf = (known: readonly string[]) => names.findIndex((name) => known.includes(name))
  if (!QUERY_COLUMNS.some((known) => known === names[0]) || gradeOf(fields.at(-1)) !== undefined) return undefined
  const [query, document, grade] = [QUERY_COLUMNS, DOCUMENT_COLUMNS, GRADE_COLUMNS].map(columnOf) as [
    number,
    number,
    number,
  ]
  const usual = fields.length === 4 ? TREC : BEIR
  return { query, document: document < 0 ? usual.document : document, grade: grade < 0 ? usual.grade : grade }
}

function warnOfNoHeader(place: string, text: string, onWarning?: OnWarning): void {
  onWarning?.(`${place}: no header line (query-id, corpus-id, score); reading it as a judgement: ${shown(text)}`)
}

/** Reads `1`, or `1.0` as in tables of floats; undefined if it is not a whole number. */
function gradeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,9}(\.0+)?$/.test(text) ? Number(text) : undefined
}
