// The columns of Parquet files as a card lists them (`dataset_info.features`), and what the files hold.
import { stat } from 'node:fs/promises'
import type { SchemaElement, SchemaTree } from 'hyparquet'
import { parquetCounts, parquetSchema } from '../../rows/containers/parquet.ts'

/** One column: a type, a list of a type, or fields of their own. */
interface Feature {
  name?: string
  dtype?: string
  list?: string | Feature[] | Feature
  struct?: Feature[]
}

/** The files of one configuration. */
export interface ConfigInfo {
  name: string
  /** Their pattern in the repository. */
  pattern: string
  rows: number
  /** Uncompressed. */
  bytes: number
  /** As they are. */
  fileBytes: number
  /** Undefined if a column has a type that cards have no word for. */
  features: Feature[] | undefined
}

/** @param paths the files on this machine */
export async function configInfo(name: string, pattern: string, paths: readonly string[]): Promise<ConfigInfo> {
  const info: ConfigInfo = { name, pattern, rows: 0, bytes: 0, fileBytes: 0, features: undefined }
  for (const path of paths) {
    const { rows, bytes } = await parquetCounts(path)
    info.rows += rows
    info.bytes += bytes
    info.fileBytes += (await stat(path)).size
  }
  const [first] = paths
  if (first !== undefined) info.features = featuresOf(await parquetSchema(first))
  return info
}

function featuresOf({ children }: SchemaTree): Feature[] | undefined {
  const features = children.map((child) => named(child))
  return features.every((feature) => feature !== undefined) ? features : undefined
}

function named(tree: SchemaTree): Feature | undefined {
  const feature = featureOf(tree)
  return feature && { name: tree.element.name, ...feature }
}

function featureOf(tree: SchemaTree): Feature | undefined {
  const { element, children } = tree
  if (element.converted_type === 'LIST' || element.logical_type?.type === 'LIST') return listOf(tree)
  if (element.converted_type === 'MAP') return undefined
  if (children.length > 0) {
    const struct = featuresOf(tree)
    return struct && { struct }
  }
  const dtype = dtypeOf(element)
  return dtype === undefined ? undefined : { dtype }
}

function listOf({ children: [repeated] }: SchemaTree): Feature | undefined {
  const [item] = repeated?.children ?? []
  const of = item && featureOf(item)
  if (of === undefined) return undefined
  if (of.dtype !== undefined) return { list: of.dtype }
  return { list: of.struct ?? of }
}

function dtypeOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): string | undefined {
  if (type === 'BYTE_ARRAY') return converted === 'UTF8' || logical?.type === 'STRING' ? 'string' : 'binary'
  if (type === 'BOOLEAN') return 'bool'
  if (type === 'DOUBLE') return 'float64'
  if (type === 'FLOAT') return 'float32'
  const isPlain =
    (converted === undefined || /^INT_(32|64)$/.test(converted)) &&
    (logical === undefined || logical.type === 'INTEGER')
  if (!isPlain) return undefined
  return type === 'INT64' ? 'int64' : type === 'INT32' ? 'int32' : undefined
}
