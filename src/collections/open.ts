// Opens a test collection from a folder: finds its files and reads its judgements and judged queries. The corpus is read when it is needed.
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../base/errors.ts'
import type { OnWarning } from '../rows/judgements.ts'
import {
  chooseFiles,
  chooseQrels,
  chooseSubset,
  foldersBeside,
  LAYOUTS,
  qrelsFiles,
  type Choice,
  type ChosenQrels,
} from './choose.ts'
import type { Collection, Corpus, Grades } from './collection.ts'
import { openCorpus } from './corpus.ts'
import { collectionFiles, type CollectionFile, type Role } from './files.ts'
import { readGrades, warnOfMissing } from './grades.ts'
import { readQueries } from './queries.ts'

/** Whether to skip a document with the same id as its query; `auto` follows the benchmark. */
export const IDENTICAL_IDS = ['auto', 'ignore', 'keep'] as const
type IdenticalIds = (typeof IDENTICAL_IDS)[number]

export interface CollectionOptions extends Choice {
  /** Default `auto`. */
  identicalIds?: IdenticalIds | undefined
  onWarning?: OnWarning | undefined
}

/** Judgements alone: enough to evaluate a run. */
export interface Judgements {
  /** The name of the folder, such as `scifact`, or of the file. */
  name: string
  /** '' if neither the file nor the user names one. */
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
 * Opens a collection in one of the layouts listed in docs/collections.md.
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
  return {
    ...judgements,
    corpus: openCorpus(pathsOf(corpus) as [string, ...string[]], onWarning),
    queries: judged,
    queryFiles,
  }
}

/**
 * Opens the documents in a file, or in a folder with the layout of a collection.
 * @throws UsageError if the file does not exist, or the folder has no corpus
 */
export async function openDocuments(path: string, onWarning?: OnWarning): Promise<Corpus> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`no such file or folder of documents: ${path}`)
  if (!stat.isDirectory()) return openCorpus([path], onWarning)
  const files = chooseFiles(path, 'corpus', await collectionFiles(path), '', '')
  return openCorpus(files.map((file) => file.path) as [string, ...string[]], onWarning)
}

/**
 * Opens the judgements of a collection, or of a file or folder of judgements; corpus and queries may be missing.
 * @throws UsageError as openCollection does
 */
export async function openJudgements(path: string, options: CollectionOptions = {}): Promise<Judgements> {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`no such file or folder of judgements: ${path}`)
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
 * Returns the files of judgements and queries of every split of a collection, so that judgements of one split are known in all.
 * @throws UsageError as openCollection does
 */
export async function filesOfEverySplit(
  path: string,
  { subset, qrels }: Pick<Choice, 'subset' | 'qrels'> = {},
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
  if (stat === undefined) throw new UsageError(`no such folder: ${path}`, { hint: LAYOUTS })
  if (!stat.isDirectory()) throw new UsageError(`${path} is a file; a collection is a folder`, { hint: LAYOUTS })
  return collectionFiles(path)
}

/** Returns all files of a collection under a folder, and those of folders beside it with its judgements. */
export async function filesOfCollection(path: string): Promise<CollectionFile[]> {
  return (await Promise.all([path, ...foldersBeside(path)].map(collectionFiles))).flat()
}

function noJudgedQuery(qrels: string[], queries: CollectionFile[]): UsageError {
  const [judgements, texts] = [qrels.join(', '), queries.map((file) => file.path).join(', ')]
  return new UsageError(`no query judged in ${judgements} is in ${texts}`, {
    hint: 'Ids are compared as strings: check that both files belong to the same dataset and use the same ids.',
  })
}

/** Returns whether documents serve as their own queries: always in AIR-Bench, and by name in ArguAna and Quora. */
function passesOverIdenticalIds(path: string, files: CollectionFile[]): boolean {
  const named = (role: Role, pattern: RegExp) => {
    const ofRole = files.filter((file) => file.role === role)
    return ofRole.length > 0 && ofRole.every(({ stem }) => pattern.test(stem))
  }
  const isAirBench = named('corpus', /^corpus_./) && named('queries', /^queries_.+_(dev|test)$/)
  return isAirBench || /arguana|quora/i.test(nameOf(path))
}

/** Returns the name of a folder; in the hub's cache, the name of the dataset. */
function nameOf(path: string): string {
  const parts = resolve(path).split(/[\\/]/)
  const cached = parts.findLast((part) => part.startsWith('datasets--'))
  return cached?.split('--').at(-1) ?? parts.at(-1) ?? path
}
