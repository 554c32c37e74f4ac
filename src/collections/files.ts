// Finds the files of a collection in its folder by their names, or by their columns if the names say nothing. Supports BEIR, AIR-Bench,
// MTEB and Hugging Face layouts.
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DOCUMENT_COLUMNS, QUERY_COLUMNS } from '../rows/judgements.ts'
import { readLines, textOf } from '../base/lines.ts'
import { isParquet, parquetColumns } from '../rows/containers/parquet.ts'

export type Role = 'corpus' | 'queries' | 'qrels'

export interface CollectionFile {
  path: string
  role: Role
  /** The split in its name: `test`, `dev`; '' if there is none. */
  split: string
  /** A language, a version or one of several datasets in a folder; '' if there is none. */
  subset: string
  /** The name without folders, extensions and shard numbers. */
  stem: string
  /** The folder whose name gives the role of all its files; undefined if the file's own name gives it. */
  folder: string | undefined
}

const ROLE_WORDS: Record<string, Role> = {
  corpus: 'corpus',
  collection: 'corpus',
  documents: 'corpus',
  passages: 'corpus',
  queries: 'queries',
  topics: 'queries',
  qrels: 'qrels',
}
const SPLIT_WORDS = ['train', 'dev', 'test', 'validation', 'valid', 'val', 'eval']
/** The hub's words for a part that needs no name. */
const PLAIN_WORDS = ['default', 'data']
const ENDING = /\.(jsonl|ndjson|json|tsv|txt|qrels|parquet)(\.gz)?$/i
const SHARD = /-\d{5}-of-\d{5}(-[0-9a-f]+)?$/
const DEPTH = 4

/** Returns all files under a folder that belong to a collection, in the order of their paths. */
export async function collectionFiles(folder: string): Promise<CollectionFile[]> {
  const found: CollectionFile[] = []
  for (const parts of dataFiles(folder, [])) {
    const path = join(folder, ...parts)
    const file = byName(path, parts) ?? ((await holdsJudgements(path)) ? unnamedQrels(path, parts) : undefined)
    if (file) found.push(file)
  }
  return found
}

/** Describes a file of judgements that the user named. */
export function qrelsFile(path: string): CollectionFile {
  const stem = stemOf(path.split(/[\\/]/).at(-1) ?? path)
  return { path, role: 'qrels', split: splitIn(stem), subset: '', stem, folder: undefined }
}

function dataFiles(folder: string, parents: string[]): string[][] {
  return readdirSync(join(folder, ...parents))
    .toSorted()
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const parts = [...parents, name]
      // Follows links, because the hub's cache is full of them.
      const stat = statSync(join(folder, ...parts), { throwIfNoEntry: false })
      if (stat?.isDirectory()) return parts.length < DEPTH ? dataFiles(folder, parts) : []
      return stat?.isFile() && ENDING.test(name) ? [parts] : []
    })
}

const stemOf = (name: string) => name.replace(ENDING, '').replace(SHARD, '')
const wordsOf = (part: string) => part.split(/[-_.]/)

/** Classifies a file by its innermost folder or file name with a word for a part of a collection. */
function byName(path: string, parts: string[]): CollectionFile | undefined {
  const stem = stemOf(parts.at(-1) ?? '')
  const names = [...parts.slice(0, -1), stem]
  for (let index = names.length - 1; index >= 0; index--) {
    const words = wordsOf(names[index] as string)
    const at = words.findIndex((word) => word.toLowerCase() in ROLE_WORDS)
    if (at < 0) continue
    const role = ROLE_WORDS[(words[at] as string).toLowerCase()] as Role
    const rest = words.toSpliced(at, 1)
    const isStem = index === names.length - 1
    // In `qrels/test.tsv` the whole stem names the split; in `test_qrels.jsonl` and `queries_default_dev.jsonl`, one of its words.
    const split = isStem ? splitIn(rest.join('_')) : role === 'qrels' || SPLIT_WORDS.includes(stem) ? stem : ''
    const others = isStem ? rest.filter((word) => word !== split) : rest
    // A folder below, as in `qrels/en/test.tsv`, names the subset.
    const subset = subsetOf([...names.slice(0, index), ...names.slice(index + 1, -1)], others)
    return { path, role, split, subset, stem, folder: isStem ? undefined : dirname(path) }
  }
  return undefined
}

function unnamedQrels(path: string, parts: string[]): CollectionFile {
  const stem = stemOf(parts.at(-1) ?? '')
  return { path, role: 'qrels', split: stem, subset: subsetOf(parts.slice(0, -1), []), stem, folder: undefined }
}

function splitIn(stem: string): string {
  return wordsOf(stem).findLast((word) => SPLIT_WORDS.includes(word)) ?? ''
}

function subsetOf(folders: string[], words: string[]): string {
  return [...folders, words.filter((word) => !PLAIN_WORDS.includes(word)).join('-')]
    .filter((part) => part !== '' && !PLAIN_WORDS.includes(part))
    .join('/')
}

/** Returns whether the first record of a file has the columns of a judgement, as in MTEB's `default/test-00000-of-00001.parquet`. */
async function holdsJudgements(path: string): Promise<boolean> {
  const columns = await columnsOf(path)
  return [QUERY_COLUMNS, DOCUMENT_COLUMNS].every((names) => names.some((name) => columns.includes(name)))
}

async function columnsOf(path: string): Promise<string[]> {
  if (await isParquet(path)) return parquetColumns(path)
  for await (const lines of readLines(path)) {
    const first = textOf(lines[0] as (typeof lines)[0])
    if (!first.startsWith('{')) return first.split('\t')
    try {
      return Object.keys(JSON.parse(first) as object)
    } catch {
      return []
    }
  }
  return []
}
