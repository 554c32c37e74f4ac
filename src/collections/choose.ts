// Chooses files of a collection: the judgements of one split of one subset, and the corpus and queries that belong to them.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../base/errors.ts'
import { collectionFiles, qrelsFile, type CollectionFile, type Role } from './files.ts'

/** The part of a folder to use. */
export interface Choice {
  /** The queries: `test`, `dev`, …. If undefined, the usual split, or the only one. */
  split?: string | undefined
  /** `test` if undefined; for `train`, test queries have to be named. */
  usualSplit?: 'test' | 'train' | undefined
  /** One of several languages, versions or datasets in the folder. */
  subset?: string | undefined
  /** A file or folder of judgements to use instead of those in the folder. */
  qrels?: string | undefined
}

/** The hint for a folder that is not a collection. */
export const LAYOUTS =
  'A collection is a folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv, or one in the layout of AIR-Bench or MTEB: docs/collections.md.'

/**
 * Returns the files of judgements: the named ones, those in the folder, or those in a folder beside it, such as the hub's `scifact-qrels`.
 */
export async function qrelsFiles(
  path: string,
  files: CollectionFile[],
  named: string | undefined,
): Promise<CollectionFile[]> {
  if (named !== undefined) {
    if (!existsSync(named)) throw new UsageError(`no such file or folder of judgements: ${named}`)
    return statSync(named).isDirectory() ? onlyQrels(await collectionFiles(named)) : [qrelsFile(named)]
  }
  const here = onlyQrels(files)
  if (here.length > 0) return here
  const beside = await Promise.all(foldersBeside(path).map(collectionFiles))
  return onlyQrels(beside.flat())
}

const onlyQrels = (files: CollectionFile[]) => files.filter(({ role }) => role === 'qrels')

export function foldersBeside(path: string): string[] {
  const [parent, name] = [dirname(resolve(path)), basename(resolve(path))]
  return readdirSync(parent)
    .toSorted()
    .filter((each) => each === `${name}-qrels` || each === `qrels-${name}` || each.startsWith(`qrels-${name}-`))
    .map((each) => join(parent, each))
    .filter((each) => statSync(each).isDirectory())
}

/** The files of one split of one subset; several if it has shards. */
export interface ChosenQrels {
  files: [CollectionFile, ...CollectionFile[]]
  split: string
}

export async function chooseQrels(path: string, all: CollectionFile[], options: Choice): Promise<ChosenQrels> {
  const files = await qrelsFiles(path, all, options.qrels)
  if (files.length === 0) throw new UsageError(`${path}: no judgements found (qrels/SPLIT.tsv)`, { hint: LAYOUTS })
  const ofSubset = chooseSubset(path, files, options.subset)
  const [only] = ofSubset
  // A named file is used whatever its name says.
  if (options.qrels !== undefined && only !== undefined && ofSubset.length === 1) {
    return { files: [only], split: options.split ?? only.split }
  }
  return chooseSplit(path, ofSubset, options)
}

function chooseSplit(
  path: string,
  files: CollectionFile[],
  { split: wanted, usualSplit = 'test' }: Choice,
): ChosenQrels {
  const splits = [...new Set(files.map(({ split }) => split))]
  const [only] = splits.length === 1 && (usualSplit === 'test' || splits[0] !== 'test') ? splits : []
  const split = wanted ?? (splits.includes(usualSplit) ? usualSplit : only)
  const chosen = oneKind(files.filter((file) => file.split === split))
  if (split !== undefined && chosen.length > 0) return { files: chosen as ChosenQrels['files'], split }
  throw noSplit(path, splits, wanted)
}

function noSplit(path: string, splits: readonly string[], wanted: string | undefined): UsageError {
  if (wanted === undefined && splits.length === 1)
    return new UsageError(`${path}: only test queries, which are not trained on`, {
      hint: 'To use them all the same, add --split test. Then evaluate no model that is trained on them on this collection.',
    })
  const problem = wanted === undefined ? 'several splits' : `no judgements for split ${JSON.stringify(wanted)}`
  const names = splits.map((each) => each || '"" (its file names no split)')
  return new UsageError(`${path}: ${problem}; available: ${names.join(', ')}`, { hint: 'Choose one with --split.' })
}

export function chooseSubset(path: string, files: CollectionFile[], subset: string | undefined): CollectionFile[] {
  const subsets = [...new Set(files.map((file) => file.subset))].toSorted()
  const wanted = subset ?? (subsets.includes('') ? '' : subsets.length === 1 ? subsets[0] : undefined)
  const chosen = files.filter((file) => file.subset === wanted)
  if (chosen.length > 0) return chosen
  const problem = subset === undefined ? 'it holds several datasets' : `no dataset ${JSON.stringify(subset)}`
  const names = subsets.filter((each) => each !== '')
  throw new UsageError(`${path}: ${problem}; available: ${names.join(', ') || 'none with a name'}`, {
    hint: 'Choose one with --subset.',
  })
}

/** Returns the corpus or the queries of a split and a subset; files that name neither serve all of them. */
export function chooseFiles(
  path: string,
  role: Role,
  all: CollectionFile[],
  split: string,
  subset: string,
): CollectionFile[] {
  const files = all.filter((file) => file.role === role)
  const ofSubset = preferred(files, (file) => file.subset, subset)
  // A folder of several collections, as NanoBEIR-en, has a file for each in `corpus`, `queries` and `qrels`.
  const namesake = ofSubset.filter(({ folder, stem }) => folder !== undefined && stem === split)
  const chosen = namesake.length > 0 ? namesake : preferred(ofSubset, (file) => file.split, split)
  if (chosen.length > 0) return oneKind(chosen)
  const seen = files.map((file) => file.path).join(', ')
  const problem = files.length === 0 ? `no ${role} found (${role}.jsonl)` : `no ${role} for this split among ${seen}`
  throw new UsageError(`${path}: ${problem}`, { hint: LAYOUTS })
}

/** Returns the files with the wanted value, else those without any, else all if they agree on one value. */
function preferred(
  files: CollectionFile[],
  valueOf: (file: CollectionFile) => string,
  wanted: string,
): CollectionFile[] {
  for (const value of [wanted, '']) {
    const chosen = files.filter((file) => valueOf(file) === value)
    if (chosen.length > 0) return chosen
  }
  return new Set(files.map(valueOf)).size === 1 ? files : []
}

const KINDS = ['.jsonl', '.ndjson', '.json', '.tsv', '.txt', '.qrels', '.gz', '.parquet']
const kindOf = ({ path }: CollectionFile) => KINDS.findIndex((kind) => path.toLowerCase().endsWith(kind))

/**
 * Chooses one kind if a part exists both as JSON lines and Parquet, or both plain and compressed: the first kind, with all its shards.
 * @throws UsageError if several files are possible
 */
function oneKind(files: CollectionFile[]): CollectionFile[] {
  const best = Math.min(...files.map(kindOf))
  const chosen = files.filter((file) => kindOf(file) === best)
  const [first] = chosen
  const others = chosen.filter(
    ({ stem, folder }) => stem !== first?.stem && (folder === undefined || folder !== first?.folder),
  )
  if (first === undefined || others.length === 0) return chosen
  throw new UsageError(`several files match ${first.role}: ${chosen.map(({ path }) => path).join(', ')}`, {
    hint: 'Keep one of them in the folder, or move the parts of one into a folder of that name.',
  })
}
