// Formats with one list of positives and one or more of negatives, whose passages are texts, objects, or ids of documents in a corpus.
import { isObject, textOfScalar, type JsonObject } from '../../base/json.ts'
import { labelled, type Label, type Passage, type Row } from '../row.ts'
import {
  checkShape,
  describe,
  listIn,
  NO_NEGATIVE,
  type CorpusForm,
  type Fault,
  type ParsedPassage,
  type ParsedRow,
  type RowFormat,
} from './format.ts'
import { originFields, ORIGIN_FIELDS, statedIn } from './origins.ts'

export type ReadNode = Omit<ParsedPassage, 'label' | 'origin' | 'generation'>

export interface PassageListsSpec extends Pick<
  RowFormat,
  'name' | 'title' | 'summary' | 'wanted' | 'takesFirstPositive' | 'scoreFields'
> {
  positives: string
  /** New negatives belong in the first list. */
  negatives: readonly [string, ...string[]]
  /** Columns that are not extra, besides the lists. */
  own: RegExp
  matches(columns: JsonObject): boolean
  query(columns: JsonObject): unknown
  id(columns: JsonObject, faults: Fault[]): string | undefined
  /** Reads a passage. Returns undefined, with a fault, if it is none. */
  read(node: unknown, columns: JsonObject, where: () => string, faults: Fault[]): ReadNode | undefined
  /** Returns a new passage as written, like another one of the row if there is one. */
  node(passage: Passage, like: unknown): unknown
  /** Returns the columns of a new row before its passages. */
  head(row: Row): JsonObject
  /** Whether passages are objects that may say where they came from. */
  tellsOrigins?: boolean
  /** How the documents behind the ids are written, if passages are ids. */
  corpus?: CorpusForm
  /** Keeps what the row needs beside its lists, such as the documents behind its ids. */
  tail?(columns: JsonObject, row: Row): JsonObject
  /** Returns a passage with its score; without it, the format has no place for scores. */
  scored?(node: unknown, score: number | undefined): unknown
}

export function passageLists(spec: PassageListsSpec): RowFormat {
  const { name, title, summary, wanted, positives, negatives, takesFirstPositive, scoreFields } = spec
  const lists = [positives, ...negatives]
  const tail = spec.tail ?? ((columns: JsonObject) => columns)
  return {
    name,
    title,
    summary,
    wanted,
    negativesColumn: negatives[0],
    ownColumns: spec.own,
    ...(takesFirstPositive !== undefined && { takesFirstPositive }),
    ...(scoreFields !== undefined && { scoreFields }),
    ...(spec.scored === undefined && { hasNoScores: true }),
    ...(spec.tellsOrigins !== true && { hasNoOrigins: true }),
    ...(spec.corpus && {
      corpus: spec.corpus,
      idsOf: (columns: JsonObject) =>
        lists.flatMap((list) =>
          nodesIn(columns, list).flatMap((node) => textOfScalar(isObject(node) ? node['id'] : node) ?? []),
        ),
    }),
    matches: spec.matches,
    read: (columns, faults) => read(columns, spec, faults),

    relabel(columns, before, after) {
      const places = placesIn(columns, before, spec)
      const moved: Record<string, unknown[]> = Object.fromEntries(lists.map((list) => [list, []]))
      const like = nodesIn(columns, positives)[0] ?? nodesIn(columns, negatives[0])[0]
      for (const passage of after.passages) {
        if (passage.label === 'ignored') continue
        const there = places.get(passage.id)
        const isSame = there?.text === passage.text
        const wasNegative = isSame && there.list !== positives
        const target = passage.label === 'positive' ? positives : wasNegative ? there.list : negatives[0]
        moved[target]?.push(isSame ? there.node : told(spec.node(passage, like), passage, like))
      }
      const kept = Object.entries(moved).filter(([list, nodes]) => list in columns || nodes.length > 0)
      return tail({ ...columns, ...Object.fromEntries(kept) }, after)
    },

    create(row) {
      const { extra, ...bare } = row
      const nodes = (label: Label) => labelled(row, label).map((passage) => spec.node(passage, undefined))
      const columns = { ...spec.head(bare), [positives]: nodes('positive'), [negatives[0]]: nodes('negative') }
      return { ...tail(columns, bare), ...extra }
    },

    withScores: (columns, row) =>
      spec.scored === undefined
        ? columns
        : eachNode(columns, row, lists, (node, { score }) => spec.scored?.(node, score)),
    withoutScores: (columns) =>
      spec.scored === undefined
        ? columns
        : eachNode(columns, undefined, lists, (node) => spec.scored?.(node, undefined)),
    withOrigins: (columns, row) =>
      spec.tellsOrigins === true
        ? eachNode(columns, row, lists, (node, passage) => ({
            ...(node as JsonObject),
            ...originFields(passage as Passage, node as JsonObject),
          }))
        : columns,
  }
}

/** Adds the origin of a new passage where others have theirs. */
function told(node: unknown, passage: Passage, like: unknown): unknown {
  const fields = isObject(like) ? ORIGIN_FIELDS.filter((field) => field in like) : []
  if (!isObject(node) || fields.length === 0) return node
  const stated = originFields(passage)
  return { ...node, ...Object.fromEntries(fields.map((field) => [field, stated[field]])) }
}

const nodesIn = (columns: JsonObject, list: string): unknown[] =>
  Array.isArray(columns[list]) ? (columns[list] as unknown[]) : []

/** Maps the passages of all lists; the row's passages are those of the columns, negatives in the order of their lists. */
function eachNode(
  columns: JsonObject,
  row: Row | undefined,
  [positives, ...negatives]: readonly string[],
  nodeOf: (node: unknown, passage: Partial<Passage>) => unknown,
): JsonObject {
  const mapped = { ...columns }
  for (const [label, lists] of [
    ['positive', [positives as string]],
    ['negative', negatives],
  ] as const) {
    const passages = row ? labelled(row, label) : []
    let at = 0
    for (const list of lists) {
      if (list in columns) mapped[list] = nodesIn(columns, list).map((node) => nodeOf(node, passages[at++] ?? {}))
    }
  }
  return mapped
}

interface Place {
  list: string
  node: unknown
  text: string
}

/** Returns where every passage of the row is, by its id. */
function placesIn(columns: JsonObject, before: Row, { positives, negatives }: PassageListsSpec): Map<string, Place> {
  const places = new Map<string, Place>()
  for (const [label, lists] of [
    ['positive', [positives]],
    ['negative', negatives],
  ] as const) {
    const passages = labelled(before, label)
    let at = 0
    for (const list of lists) {
      for (const node of nodesIn(columns, list)) {
        const passage = passages[at++]
        if (passage) places.set(passage.id, { list, node, text: passage.text })
      }
    }
  }
  return places
}

function read(columns: JsonObject, spec: PassageListsSpec, faults: Fault[]): ParsedRow | undefined {
  const { positives, negatives } = spec
  const query = spec.query(columns)
  const id = spec.id(columns, faults)
  const there = negatives.filter((list) => columns[list] !== undefined && columns[list] !== null)
  const lists = [positives, ...(there.length > 0 ? there : [negatives[0]])]
  const passages = lists.map((list) => {
    const nodes = listIn(columns, list, faults)
    const label = list === positives ? 'positive' : 'negative'
    return nodes?.flatMap(
      (node, at) => passageOf(node, columns, label, () => `"${list}" position ${at + 1}`, spec, faults) ?? [],
    )
  })
  if (passages.includes(undefined)) return undefined
  const [own = [], ...others] = passages as ParsedPassage[][]
  checkShape(query, nodesIn(columns, positives), others.flat(), faults)
  if (typeof query !== 'string' || faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
  const all = [positives, ...negatives]
  const extra = Object.fromEntries(
    Object.entries(columns).filter(([name]) => !all.includes(name) && !spec.own.test(name)),
  )
  const dataset = columns['dataset'] ?? columns['subset']
  return {
    id,
    query,
    dataset: typeof dataset === 'string' && dataset !== '' ? dataset : undefined,
    passages: [...own, ...others.flat()],
    extra,
  }
}

function passageOf(
  node: unknown,
  columns: JsonObject,
  label: Label,
  where: () => string,
  spec: PassageListsSpec,
  faults: Fault[],
): ParsedPassage | undefined {
  const passage = spec.read(node, columns, where, faults)
  if (passage === undefined) return undefined
  const stated = isObject(node) ? statedIn(node, (field) => `${where()}: "${field}"`, faults) : undefined
  return { ...passage, label, ...(stated ?? { origin: 'given' }) }
}

/** Adds the fault of a passage that has no text. */
export function notText(where: string, wanted: string, found: unknown, faults: Fault[]): undefined {
  faults.push({ code: 'wrong-type', message: `${where} must be ${wanted}, found ${describe(found)}` })
  return undefined
}
