// Formats with all passages of a row in one list: labelled lists of sentence-transformers, requests of RankLLM, and the scored lists from
// which Tevatron distils.
import { isObject, numberOf, type JsonObject } from '../../base/json.ts'
import { labelled, type Label, type Passage, type Row } from '../row.ts'
import {
  checkShape,
  describe,
  idIn,
  listIn,
  NO_NEGATIVE,
  scoreBeside,
  type Fault,
  type ParsedPassage,
  type ParsedRow,
  type RowFormat,
} from './format.ts'

export type Beside = JsonObject
type ReadPassage = Omit<ParsedPassage, 'origin'>

interface ListSpec extends Pick<RowFormat, 'name' | 'title' | 'summary' | 'wanted'> {
  isClosed?: boolean
  mostPositives?: number
  needsScores?: boolean
  /** Columns that are not extra. */
  own: RegExp
  matches(columns: JsonObject): boolean
  query(columns: JsonObject): unknown
  id(columns: JsonObject): unknown
  /** The column of the list. */
  list(columns: JsonObject): string
  /** Lists that are as long as the passages, if they are there. */
  parallel: readonly string[]
  /** Reads a passage. Returns undefined, with a fault, if it is none. */
  read(node: unknown, beside: Beside, at: number, where: () => string, faults: Fault[]): ReadPassage | undefined
  /** Returns a passage with its label and score as written. @param node as it is in the file; undefined if it is new */
  write(passage: Passage, node: unknown, beside: Beside): { node: unknown; beside: Beside }
  /** Returns the columns of a new row without its passages. */
  head(row: Row): JsonObject
}

/** A passage of a row, and what the file has for it. */
interface Entry {
  passage: Passage
  node?: unknown
  beside: Beside
}

export function labeledLists(spec: ListSpec): RowFormat {
  const { name, title, summary, wanted, isClosed = false, mostPositives } = spec
  return {
    name,
    title,
    summary,
    wanted,
    isClosed,
    hasNoOrigins: true,
    ...(mostPositives !== undefined && { mostPositives }),
    ...(spec.needsScores === true && { needsScores: true }),
    ownColumns: spec.own,
    scoreFields: 'scores',
    matches: spec.matches,
    read: (columns, faults) => read(columns, spec, faults),

    relabel(columns, before, after) {
      const entries = entriesIn(columns, spec)
      const was = new Map(
        rowOrder(before.passages).map((passage, at) => [passage.id, { passage, entry: entries[at] as Entry }]),
      )
      const written = after.passages.flatMap((passage): Entry[] => {
        if (passage.label === 'ignored') return []
        const there = was.get(passage.id)
        const isSame = there?.passage.text === passage.text
        const beside = isSame ? there.entry.beside : besideOf(passage, entries[0]?.beside ?? {})
        return [{ passage, node: isSame ? there.entry.node : undefined, beside }]
      })
      return withEntries(columns, written, spec)
    },

    create(row) {
      const { extra, ...bare } = row
      const passages = [...labelled(row, 'positive'), ...labelled(row, 'negative')]
      const entries = passages.map((passage) => ({ passage, beside: {} }))
      const columns = withEntries(spec.head(bare), entries, spec)
      return isClosed ? columns : { ...columns, ...extra }
    },

    withScores(columns, row) {
      const positives = labelled(row, 'positive').slice(0, mostPositives)
      const passages = [...positives, ...labelled(row, 'negative')]
      const entries = entriesIn(columns, spec).map((entry, at): Entry => {
        const { score } = passages[at] as Passage
        const { score: _score, ...bare } = entry.passage
        const beside = { ...entry.beside, scores: scoreBeside(entry.beside['scores'], score) }
        return { ...entry, passage: score === undefined ? bare : { ...bare, score }, beside }
      })
      return withEntries(columns, entries, spec)
    },
    withoutScores: (columns) => {
      if (spec.parallel.includes('scores')) return { ...columns, scores: null }
      const nodes = columns[spec.list(columns)] as unknown[]
      return {
        ...columns,
        [spec.list(columns)]: nodes.map((node) => (isObject(node) ? { ...node, score: null } : node)),
      }
    },
    // A list of origins would be read as a column of the training data.
    withOrigins: (columns) => columns,
  }
}

/** Returns the passages that are written, positives first, as a row read from these columns has them. */
const rowOrder = <T extends Pick<Passage, 'label'>>(passages: readonly T[]): T[] =>
  (['positive', 'negative'] as const).flatMap((label) => passages.filter((passage) => passage.label === label))

/** Returns the entries of a new passage in the lists that another one has. */
const besideOf = ({ score }: Passage, like: Beside): Beside =>
  Object.fromEntries(Object.keys(like).map((name) => [name, name === 'scores' ? (score ?? null) : null]))

function read(columns: JsonObject, spec: ListSpec, faults: Fault[]): ParsedRow | undefined {
  const query = spec.query(columns)
  const id = idIn(spec.id(columns), () => 'the id of the query', faults)
  const nodes = listIn(columns, spec.list(columns), faults)
  if (nodes === undefined) return undefined
  for (const name of spec.parallel) {
    const list = columns[name]
    if (list === undefined || list === null) continue
    const found = Array.isArray(list) ? `${list.length} for ${nodes.length}` : describe(list)
    if (Array.isArray(list) && list.length === nodes.length) continue
    faults.push({ code: 'wrong-length', message: `"${name}" must be as long as its passages: found ${found}` })
  }
  const passages = nodes.flatMap((node, at) => {
    const where = () => `"${spec.list(columns)}" position ${at + 1}`
    const passage = spec.read(node, besideAt(columns, at, spec), at, where, faults)
    return passage ? [{ ...passage, origin: 'given' as const }] : []
  })
  const positives = passages.filter(({ label }) => label === 'positive')
  const negatives = passages.filter(({ label }) => label === 'negative')
  if (faults.length === 0) checkShape(query, positives, negatives, faults)
  if (typeof query !== 'string' || faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
  const extra = Object.fromEntries(Object.entries(columns).filter(([name]) => !spec.own.test(name)))
  return { id, query, dataset: undefined, passages: [...positives, ...negatives], extra }
}

function besideAt(columns: JsonObject, at: number, { parallel }: ListSpec): Beside {
  const there = parallel.filter((name) => Array.isArray(columns[name]))
  return Object.fromEntries(there.map((name) => [name, (columns[name] as unknown[])[at]]))
}

/** Returns the passages of a row that could be read, positives first. */
function entriesIn(columns: JsonObject, spec: ListSpec): Entry[] {
  const entries = (columns[spec.list(columns)] as unknown[]).map((node, at): Entry => {
    const beside = besideAt(columns, at, spec)
    const passage = spec.read(node, beside, at, () => '', []) as ReadPassage
    return { node, beside, passage: { ...passage, id: passage.id ?? '', origin: 'given' } }
  })
  const order = rowOrder(entries.map((entry) => ({ entry, label: entry.passage.label })))
  return order.map(({ entry }) => entry)
}

/** Writes passages into their lists; positives beyond those that the format can hold are left out. */
function withEntries(columns: JsonObject, entries: readonly Entry[], spec: ListSpec): JsonObject {
  const positives = entries.filter(({ passage }) => passage.label === 'positive')
  const left = new Set(positives.slice(spec.mostPositives ?? positives.length))
  const written = entries
    .filter((entry) => !left.has(entry))
    .map((entry) => spec.write(entry.passage, entry.node, entry.beside))
  const names = spec.parallel.filter((name) => written.some(({ beside }) => name in beside))
  return {
    ...columns,
    [spec.list(columns)]: written.map(({ node }) => node),
    ...Object.fromEntries(names.map((name) => [name, written.map(({ beside }) => beside[name] ?? null)])),
  }
}

export const isPositive = ({ label }: Pick<Passage, 'label'>) => label === 'positive'
export const labelOf = (isRelevant: boolean): Label => (isRelevant ? 'positive' : 'negative')

export const scored = <T extends object>(passage: T, score: unknown) => {
  const number = numberOf(score)
  return number === undefined ? passage : { ...passage, score: number }
}
