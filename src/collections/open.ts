// Opens a test collection from a folder: finds its files, reads its judgements and judged queries; the corpus is read when it is needed.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import type { OnWarning } from '../rows/judgements.ts'
import type { Collection, Corpus, Grades } from './collection.ts'
import { openCorpus } from './corpus.ts'
import { collectionFiles, qrelsFile, type CollectionFile, type Role } from './files.ts'
import { readGrades, warnOfMissing } from './grades.ts'
import { readQueries } from './queries.ts'

/** Whether a document that has the id of its query is passed over: `auto` as the benchmark does. */
export const IDENTICAL_IDS = ['auto', 'ignore', 'keep'] as const
export type IdenticalIds = (typeof IDENTICAL_IDS)[number]

export interface CollectionOptions {
  /** Which queries: `test`, `dev`, …; when undefined `test`, or the only one there is. */
  split?: string | undefined
  /** Which of several languages, versions or datasets in the folder. */
  subset?: string | undefined
  /** A file, or a folder, of judgements to take instead of those in the folder. */
  qrels?: string | undefined
  /** Default `auto`. */
  identicalIds?: IdenticalIds | undefined
  onWarning?: OnWarning | undefined
}

/** Judgements alone: what a run needs to be evaluated. */
export interface Judgements {
  /** As in `scifact`: the name of the folder, or of the file. */
  name: string
  /** '' where neither the file nor the user names one. */
  split: string
  /** The files that they were read from. */
  qrels: string[]
  grades: Grades
  ignoresIdenticalIds: boolean
}

export interface OpenedCollection extends Collection, Judgements {
  /** The files that the queries were read from. */
  queryFiles: string[]
}

/**
 * Opens a collection in one of the layouts that docs/collections.md lists.
 * @throws UsageError saying what is missing, which splits or subsets there are, or which lines cannot be read
 */
export async function openCollection(path: string, options: CollectionOptions = {}): Promise<OpenedCollection> {
  const { onWarning } = options
  const files = await filesIn(path)
  const chosen = await chooseQrels(path, files, options)
  const [{ subset }] = chosen.files
  const corpus = chooseFiles(path, 'corpus', files, chosen.split, subset)
  const queries = chooseFiles(path, 'queries', files, chosen.split, subset)
  const judgements = await readJudgementsOf(path, files, chosen, options)
  const { grades, qrels } = judgements
  const queryFiles = pathsOf(queries)
  const judged = await readQueries(queryFiles, (id) => grades.has(id), onWarning)
  if (judged.length === 0) throw noJudgedQuery(qrels, queries)
  if (judged.length < grades.size && onWarning !== undefined) {
    const ids = new Set(judged.map(({ id }) => id))
    await warnOfMissing(judgements, 'query', (id) => ids.has(id), onWarning)
  }
  return { ...judgements, corpus: openCorpus(pathsOf(corpus) as [string, ...string[]]), queries: judged, queryFiles }
}

/**
 * The documents of a file, or of a folder in one of the layouts of collections.
 * @throws UsageError when there is no such file, or no corpus in the folder
 */
export async function openDocuments(path: string): Promise<Corpus> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`there is no file or folder of documents ${path}`)
  if (!stat.isDirectory()) return openCorpus([path])
  const files = chooseFiles(path, 'corpus', await collectionFiles(path), '', '')
  return openCorpus(files.map((file) => file.path) as [string, ...string[]])
}

/**
 * Opens the judgements of a collection, or those of a file or a folder of judgements; neither corpus nor queries need to be there.
 * @throws UsageError as openCollection does
 */
export async function openJudgements(path: string, options: CollectionOptions = {}): Promise<Judgements> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`there is no file or folder of judgements ${path}`)
  if (!stat.isDirectory()) {
    return readJudgementsOf(path, [], await chooseQrels(path, [], { ...options, qrels: path }), options)
  }
  const files = await filesIn(path)
  return readJudgementsOf(path, files, await chooseQrels(path, files, options), options)
}

/** The files of all splits of one subset. */
export interface FilesOfEverySplit {
  qrels: string[]
  queries: string[]
}

/**
 * The files of judgements and of queries of every split of a collection: what is judged in one is known in all.
 * @throws UsageError as openCollection does
 */
export async function filesOfEverySplit(
  path: string,
  { subset, qrels }: Pick<CollectionOptions, 'subset' | 'qrels'> = {},
): Promise<FilesOfEverySplit> {
  const files = await filesIn(path)
  const ofSubset = chooseSubset(path, await qrelsFiles(path, files, qrels), subset)
  const [first] = ofSubset
  const serves = (file: CollectionFile) => file.role === 'queries' && ['', first?.subset].includes(file.subset)
  return { qrels: pathsOf(ofSubset), queries: pathsOf(files.filter(serves)) }
}

async function readJudgementsOf(
  path: string,
  files: CollectionFile[],
  { files: chosen, split }: ChosenQrels,
  { onWarning, identicalIds = 'auto' }: CollectionOptions,
): Promise<Judgements> {
  const qrels = pathsOf(chosen)
  const ignores = identicalIds === 'auto' ? passesOverIdenticalIds(path, files) : identicalIds === 'ignore'
  return { name: nameOf(path), split, qrels, grades: await readGrades(qrels, onWarning), ignoresIdenticalIds: ignores }
}

const pathsOf = (files: CollectionFile[]) => files.map(({ path }) => path)

async function filesIn(path: string): Promise<CollectionFile[]> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`there is no folder ${path}`, { hint: LAYOUTS })
  if (!stat.isDirectory()) throw new UsageError(`${path} is a file, and a collection is a folder`, { hint: LAYOUTS })
  return collectionFiles(path)
}

const LAYOUTS =
  'A collection is a folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv, or one in the layout of AIR-Bench or MTEB: docs/collections.md.'

/** All files under a folder that have a part in a collection, and those of folders beside it that hold its judgements. */
export async function filesOfCollection(path: string): Promise<CollectionFile[]> {
  return (await Promise.all([path, ...foldersBeside(path)].map(collectionFiles))).flat()
}

/** Those in the folder; or those that were named; or those of a folder beside it, as `scifact-qrels` of the hub is. */
async function qrelsFiles(path: string, files: CollectionFile[], named: string | undefined): Promise<CollectionFile[]> {
  if (named !== undefined) {
    if (!existsSync(named)) throw new UsageError(`there is no file or folder of judgements ${named}`)
    return statSync(named).isDirectory() ? onlyQrels(await collectionFiles(named)) : [qrelsFile(named)]
  }
  const here = onlyQrels(files)
  if (here.length > 0) return here
  const beside = await Promise.all(foldersBeside(path).map(collectionFiles))
  return onlyQrels(beside.flat())
}

const onlyQrels = (files: CollectionFile[]) => files.filter(({ role }) => role === 'qrels')

function foldersBeside(path: string): string[] {
  const [parent, name] = [dirname(resolve(path)), basename(resolve(path))]
  return readdirSync(parent)
    .toSorted()
    .filter((each) => each === `${name}-qrels` || each === `qrels-${name}` || each.startsWith(`qrels-${name}-`))
    .map((each) => join(parent, each))
    .filter((each) => statSync(each).isDirectory())
}

/** The files of one split of one subset: several when they are shards. */
interface ChosenQrels {
  files: [CollectionFile, ...CollectionFile[]]
  split: string
}

async function chooseQrels(path: string, all: CollectionFile[], options: CollectionOptions): Promise<ChosenQrels> {
  const files = await qrelsFiles(path, all, options.qrels)
  if (files.length === 0) throw new UsageError(`${path}: no judgements in it (qrels/SPLIT.tsv)`, { hint: LAYOUTS })
  const ofSubset = chooseSubset(path, files, options.subset)
  const [only] = ofSubset
  // A file that was named is what is meant, whatever it is called.
  if (options.qrels !== undefined && only !== undefined && ofSubset.length === 1) {
    return { files: [only], split: options.split ?? only.split }
  }
  return chooseSplit(path, ofSubset, options.split)
}

function chooseSplit(path: string, files: CollectionFile[], wanted: string | undefined): ChosenQrels {
  const splits = [...new Set(files.map(({ split }) => split))]
  const split = wanted ?? (splits.includes('test') ? 'test' : splits.length === 1 ? splits[0] : undefined)
  const chosen = oneKind(files.filter((file) => file.split === split))
  if (split !== undefined && chosen.length > 0) return { files: chosen as ChosenQrels['files'], split }
  const problem =
    wanted === undefined ? 'say which split is meant' : `no judgements of a split ${JSON.stringify(wanted)}`
  const names = splits.map((each) => each || '"" (its file names none)')
  throw new UsageError(`${path}: ${problem}; there are: ${names.join(', ')}`, { hint: 'Choose one with --split.' })
}

function chooseSubset(path: string, files: CollectionFile[], subset: string | undefined): CollectionFile[] {
  const subsets = [...new Set(files.map((file) => file.subset))].toSorted()
  const wanted = subset ?? (subsets.includes('') ? '' : subsets.length === 1 ? subsets[0] : undefined)
  const chosen = files.filter((file) => file.subset === wanted)
  if (chosen.length > 0) return chosen
  const problem = subset === undefined ? 'it holds several datasets' : `no dataset ${JSON.stringify(subset)} in it`
  const names = subsets.filter((each) => each !== '')
  throw new UsageError(`${path}: ${problem}; there are: ${names.join(', ') || 'none that is named'}`, {
    hint: 'Choose one with --subset.',
  })
}

/** The corpus or the queries that belong to a split and a subset: what names neither serves all of them. */
function chooseFiles(path: string, role: Role, all: CollectionFile[], split: string, subset: string): CollectionFile[] {
  const files = all.filter((file) => file.role === role)
  const ofSubset = preferred(files, (file) => file.subset, subset)
  const chosen = preferred(ofSubset, (file) => file.split, split)
  if (chosen.length > 0) return oneKind(chosen)
  const seen = files.map((file) => file.path).join(', ')
  const problem = files.length === 0 ? `no ${role} in it (${role}.jsonl)` : `no ${role} for this split among ${seen}`
  throw new UsageError(`${path}: ${problem}`, { hint: LAYOUTS })
}

/** Those with the value that is wanted, else those without any, else all when they agree in one. */
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
 * The same part as JSON lines and as Parquet, or plain and zipped, is there once: the first kind counts, with all its shards.
 * @throws UsageError when several files could be it
 */
function oneKind(files: CollectionFile[]): CollectionFile[] {
  const best = Math.min(...files.map(kindOf))
  const chosen = files.filter((file) => kindOf(file) === best)
  const [first] = chosen
  const others = chosen.filter(
    ({ stem, folder }) => stem !== first?.stem && (folder === undefined || folder !== first?.folder),
  )
  if (first === undefined || others.length === 0) return chosen
  throw new UsageError(`several files could be the ${first.role}: ${chosen.map(({ path }) => path).join(', ')}`, {
    hint: 'Leave one of them in the folder, or put the parts of one into a folder of that name.',
  })
}

function noJudgedQuery(qrels: string[], queries: CollectionFile[]): UsageError {
  const [judgements, texts] = [qrels.join(', '), queries.map((file) => file.path).join(', ')]
  return new UsageError(`none of the queries that ${judgements} judges is in ${texts}`, {
    hint: 'Ids are compared as texts: see whether the two files are of the same dataset and write their ids alike.',
  })
}

/** AIR-Bench always, ArguAna and Quora by their names: there documents are their own queries. */
function passesOverIdenticalIds(path: string, files: CollectionFile[]): boolean {
  const named = (role: Role, pattern: RegExp) => {
    const ofRole = files.filter((file) => file.role === role)
    return ofRole.length > 0 && ofRole.every(({ stem }) => pattern.test(stem))
  }
  const isAirBench = named('corpus', /^corpus_./) && named('queries', /^queries_.+_(dev|test)$/)
  return isAirBench || /arguana|quora/i.test(nameOf(path))
}

/** The name of a folder; in the hub's cache that of the dataset. */
function nameOf(path: string): string {
  const parts = resolve(path).split(/[\\/]/)
  const cached = parts.findLast((part) => part.startsWith('datasets--'))
  return cached?.split('--').at(-1) ?? parts.at(-1) ?? path
}
