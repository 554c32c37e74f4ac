// How the columns of a Parquet file make a row: lists, structs and maps, told by the levels of their entries as in the Dremel paper.
import type { SchemaElement, SchemaTree } from 'hyparquet'
import { bytesInJson, decimal } from '../../base/json.ts'
import type { JsonBytes } from './json-bytes.ts'
import type { Leaf, LeafKind } from './parquet-leaf.ts'

/** A part of a row. All its columns have the same number of entries in it. */
interface Part {
  leaves: readonly Leaf[]
  /** Writes the part at the current entries, and passes over them. */
  write(out: JsonBytes): void
}

/** The levels of entries at which a part is there. */
interface Levels {
  defined: number
  repeated: number
}

/** A column or group below the root: its path, and the levels at which it is there. */
interface Place {
  path: SchemaTree[]
  levels: Levels
}

/** Makes the column of a path. */
type LeafOf = (path: SchemaTree[], kind: LeafKind) => Leaf

interface Field {
  /** With its colon. */
  name: Buffer
  part: Part
}

/** Returns what writes one row as a line. @throws Error if a column has a type that cannot be read */
export function rowWriter(root: SchemaTree, leafOf: LeafOf): (out: JsonBytes) => void {
  const fields = fieldsOf(root, { path: [root], levels: { defined: 0, repeated: 0 } }, leafOf)
  return (out) => {
    writeFields(out, fields)
    out.raw(NEWLINE)
  }
}

const fieldsOf = (tree: SchemaTree, place: Place, leafOf: LeafOf): Field[] =>
  tree.children.map((child) => ({ name: nameOf(child), part: partOf(child, place, leafOf) }))

const nameOf = ({ element }: SchemaTree) => Buffer.from(`${JSON.stringify(element.name)}:`)

/** @param above the place of the parent */
function partOf(tree: SchemaTree, { path, levels }: Place, leafOf: LeafOf): Part {
  const place = { path: [...path, tree], levels }
  const { repetition_type: repetition } = tree.element
  // A column that is repeated without being in a list is one.
  if (repetition === 'REPEATED') return listOf(presentPart(tree, within(place), leafOf), levels)
  if (repetition !== 'OPTIONAL') return presentPart(tree, place, leafOf)
  return presentPart(tree, { ...place, levels: { ...levels, defined: levels.defined + 1 } }, leafOf)
}

/** The place of the items of a list. */
const within = ({ path, levels: { defined, repeated } }: Place): Place => ({
  path,
  levels: { defined: defined + 1, repeated: repeated + 1 },
})

/** @param place where the part is, if it is not null */
function presentPart(tree: SchemaTree, place: Place, leafOf: LeafOf): Part {
  const { children, element } = tree
  if (element.logical_type?.type === 'VARIANT') throw new Error(`the column ${element.name} has the type VARIANT`)
  if (children.length === 0) return leafPart(leafOf(place.path, kindOf(element)))
  if (isList(tree)) return listOf(itemOf(tree, place, leafOf), place.levels)
  if (isMap(tree)) return mapOf(children[0] as SchemaTree, place, leafOf)
  if (isStructOfLists(tree)) return listOfStructs(tree, place, leafOf)
  const fields = fieldsOf(tree, place, leafOf)
  const leaves = fields.flatMap(({ part }) => part.leaves)
  return orNull(leaves, place.levels, (out) => writeFields(out, fields))
}

const leafPart = (leaf: Leaf): Part => ({ leaves: [leaf], write: (out) => leaf.write(out) })

const NULL = Buffer.from('null')
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COMMA, COLON, NEWLINE] = [...'{}[],:\n'].map((each) =>
  Buffer.from(each),
) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]

function writeFields(out: JsonBytes, fields: readonly Field[]): void {
  for (let at = 0; at < fields.length; at++) {
    const { name, part } = fields[at] as Field
    out.raw(at === 0 ? OPEN : COMMA)
    out.raw(name)
    part.write(out)
  }
  out.raw(CLOSE)
}

/** Writes null where the parent is there and the part is not. */
function orNull(leaves: readonly Leaf[], { defined }: Levels, write: (out: JsonBytes) => void): Part {
  const [first] = leaves as [Leaf]
  return {
    leaves,
    write(out) {
      if (first.level >= defined) return write(out)
      out.raw(NULL)
      skip(leaves)
    },
  }
}

function skip(leaves: readonly Leaf[]): void {
  for (const leaf of leaves) leaf.skip()
}

const isMarked = ({ element, children: [repeated] }: SchemaTree, type: 'LIST' | 'MAP') =>
  (element.converted_type === type || element.logical_type?.type === type) &&
  repeated?.element.repetition_type === 'REPEATED'
const isList = (tree: SchemaTree) => isMarked(tree, 'LIST')
const isMap = (tree: SchemaTree) => isMarked(tree, 'MAP') && tree.children[0]?.children.length === 2

/** Returns the item of a list. Three levels are the rule, whose middle one has no value of its own; old files have two. */
function itemOf({ children: [group] }: SchemaTree, place: Place, leafOf: LeafOf): Part {
  const repeated = group as SchemaTree
  const inside = within({ ...place, path: [...place.path, repeated] })
  const [item] = repeated.children
  return item !== undefined && repeated.children.length === 1
    ? partOf(item, inside, leafOf)
    : presentPart(repeated, inside, leafOf)
}

const listOf = (item: Part, levels: Levels): Part =>
  orNull(item.leaves, levels, (out) => writeItems(out, item, levels, OPEN_LIST, CLOSE_LIST))

function mapOf(pairs: SchemaTree, place: Place, leafOf: LeafOf): Part {
  const inside = within({ ...place, path: [...place.path, pairs] })
  const [keys, values] = pairs.children as [SchemaTree, SchemaTree]
  if (keys.children.length > 0) throw new Error(`the column ${keys.path.join('.')} is a key that is not one value`)
  const [key, value] = [partOf(keys, inside, leafOf), partOf(values, inside, leafOf)]
  const pair: Part = {
    leaves: [...key.leaves, ...value.leaves],
    write(out) {
      key.leaves[0]?.writeName(out)
      out.raw(COLON)
      value.write(out)
    },
  }
  return orNull(pair.leaves, place.levels, (out) => writeItems(out, pair, place.levels, OPEN, CLOSE))
}

function writeItems(out: JsonBytes, item: Part, { defined, repeated }: Levels, open: Buffer, close: Buffer): void {
  const [first] = item.leaves as [Leaf]
  out.raw(open)
  if (first.level === defined) skip(item.leaves)
  else {
    item.write(out)
    while (first.repetition > repeated) {
      out.raw(COMMA)
      item.write(out)
    }
  }
  out.raw(close)
}

/** The columns of passages: `datasets` once wrote a list of structs there as a struct of lists. */
const PASSAGES = /^((positive|negative)_passages|(positive|negative|hard_negative)_ctxs|candidates|(pos|neg)_doc)$/

/** Returns whether a column is a struct of lists where a list of structs is meant. */
export const isStructOfLists = (tree: SchemaTree): boolean =>
  PASSAGES.test(tree.element.name) && tree.children.length > 0 && tree.children.every(isList)

/** Writes the first items of all lists as a struct, then the second ones; null where a list has ended. */
function listOfStructs(tree: SchemaTree, place: Place, leafOf: LeafOf): Part {
  const lists = tree.children.map((child) => {
    const isOptional = child.element.repetition_type === 'OPTIONAL'
    const levels = { ...place.levels, defined: place.levels.defined + (isOptional ? 1 : 0) }
    const item = itemOf(child, { path: [...place.path, child], levels }, leafOf)
    return { name: nameOf(child), item, levels, first: item.leaves[0] as Leaf, hasMore: false }
  })
  const leaves = lists.flatMap(({ item }) => item.leaves)
  return orNull(leaves, place.levels, (out) => {
    for (const list of lists) {
      list.hasMore = list.first.level > list.levels.defined
      if (!list.hasMore) skip(list.item.leaves)
    }
    out.raw(OPEN_LIST)
    for (let at = 0; lists.some(({ hasMore }) => hasMore); at++) {
      if (at > 0) out.raw(COMMA)
      for (const [index, list] of lists.entries()) {
        out.raw(index === 0 ? OPEN : COMMA)
        out.raw(list.name)
        if (list.hasMore) list.item.write(out)
        else out.raw(NULL)
        list.hasMore &&= list.first.repetition > list.levels.repeated
      }
      out.raw(CLOSE)
    }
    out.raw(CLOSE_LIST)
  })
}

/** Returns how the values of a column are written in JSON. */
function kindOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): LeafKind {
  if (type === 'DOUBLE' || type === 'FLOAT' || logical?.type === 'FLOAT16' || converted === 'DECIMAL') return decimal
  const isText = converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM'
  return type === 'BYTE_ARRAY' && isText ? 'text' : scalarJson
}

function scalarJson(value: unknown): unknown {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value))
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return bytesInJson(value)
  return value ?? null
}
