// A mining job ready to run: options are checked, the collection or rows read, indexes built and models opened.
import type { Hooks } from '../../base/hooks.ts'
import { readdirSync, statSync } from 'node:fs'
import { cacheFolder } from '../../base/cache.ts'
import { filesOfEverySplit, openCollection, openDocuments } from '../../collections/open.ts'
import { readGrades, warnOfMissing } from '../../collections/grades.ts'
import type { Grades } from '../../collections/collection.ts'
import { UsageError } from '../../base/errors.ts'
import { readOptions } from '../../options/options.ts'
import type { MiningRules } from '../../mining/rules.ts'
import type { DocumentStore } from '../../search/retriever.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import { describe } from '../../rows/formats/format.ts'
import { formatNamed } from '../../rows/formats/index.ts'
import { unreadMiners, type Miner } from '../../rows/miners.ts'
import { detectFormat } from '../../rows/read.ts'
import type { Row } from '../../rows/row.ts'
import { isOnHub } from '../../hub/names.ts'
import { openInput, type Input } from '../../rows/input.ts'
import { scan, type Refusal } from '../../rows/scan.ts'
import type { MineSource } from '../../mining/entry.ts'
import { openFinder, type Finder } from '../../mining/finder.ts'
import { fromCollection } from './from-collection.ts'
import { fromRows } from './from-rows.ts'
import { judgedEverywhere } from './judged.ts'
import { openMiner, type Closers } from '../../mining/miner.ts'
import { assertTogether, MINE_OPTIONS, rulesOf, type MineOptions, type MineValues } from '../../mining/options.ts'
import { openSpool } from '../../mining/spool.ts'

export interface MineJob {
  values: MineValues
  rules: MiningRules
  source: MineSource
  store: DocumentStore
  /** The path of the documents. */
  corpus: string
  finder: Finder
  miners: Miner[]
  hooks: Hooks
}

/** A request that is checked before any file except the input is looked at. */
export interface MineRequest {
  input: string
  isCollection: boolean
  values: MineValues
}

/**
 * @param willWrite whether an output must be named
 * @throws UsageError with all options that cannot be read or combined
 */
export function mineRequest(input: string, given: MineOptions, willWrite: boolean): MineRequest {
  const values = readOptions(MINE_OPTIONS, given)
  const isElsewhere = input === '-' || isOnHub(input)
  const stat = isElsewhere ? undefined : statSync(input, { throwIfNoEntry: false })
  if (!isElsewhere && stat === undefined && !/[*?[{]/.test(input))
    throw new UsageError(`no such file or folder: ${input}`)
  const isCollection = stat?.isDirectory() === true && !(values.corpus !== undefined && isOfRows(input))
  assertTogether(values, given, isCollection, willWrite)
  return { input, isCollection, values }
}

/** Returns whether a folder holds nothing that a collection would have. */
const isOfRows = (folder: string) =>
  readdirSync(folder).every((name) => !/^(corpus|queries|qrels|collection)\b/.test(name))

/**
 * Opens a job, runs the work and closes everything.
 * @throws UsageError if a model, the collection or the rows cannot be used
 */
export async function withMineJob<T>(
  { input, isCollection, values }: MineRequest,
  hooks: Hooks,
  work: (job: MineJob) => Promise<T>,
): Promise<T> {
  const closers: Closers = []
  try {
    const place = isCollection ? await openFolder(input, values, hooks) : await openRows(input, values, hooks, closers)
    closers.push(() => place.store.close())
    const miner = await openMiner(values, place.store, hooks, closers)
    const spool = openSpool(place.store.folder)
    closers.push(() => spool.close())
    const finder = openFinder({ ...miner, store: place.store, spool, depth: values.depth, signal: hooks.signal })
    const { miners } = miner
    return await work({ ...place, values, rules: rulesOf(values), finder, miners, hooks })
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

const indexFolder = ({ index }: MineValues, { env }: Hooks) => index ?? cacheFolder('indexes', env)

type Place = Pick<MineJob, 'source' | 'store' | 'corpus'>

async function openFolder(folder: string, values: MineValues, hooks: Hooks): Promise<Place> {
  const { split, subset, relevance = 1, limit = Infinity, format = 'tevatron' } = values
  const chosen = { split, usualSplit: 'train', subset, onWarning: hooks.onNotice } as const
  const collection = await openCollection(folder, chosen)
  if (collection.split === 'test')
    hooks.onNotice?.(`${folder}: these are test queries; what these rows train must not be evaluated on them`)
  const store = await openDocumentStore(collection.corpus, indexFolder(values, hooks), hooks)
  const isThere = (id: string) => store.ordinalOf(id) !== undefined
  if (hooks.onNotice) await warnOfMissing(collection, 'document', isThere, hooks.onNotice)
  const files = await filesOfEverySplit(folder, { subset })
  const judgedFor = await judgedEverywhere(collection, files)
  const row = { format: formatNamed(format), relevance, limit }
  const source = fromCollection(collection, store, { ...row, judgedFor, judgements: files.qrels })
  return { source, store, corpus: collection.corpus.path }
}

/** @throws UsageError if rows of one format are to be written in another, which would lose columns that it does not know */
async function assertFormat({ name, path }: Input, format: string | undefined): Promise<void> {
  if (format === undefined) return
  const found = await detectFormat(path, true).catch(() => undefined)
  if (found === undefined || found.name === format) return
  throw new UsageError(`${name} has rows in ${found.name} format; --format ${format} does not apply`, {
    hint: 'Rows keep their format: omit --format.',
  })
}

/** Refuses rows with a miners column of another meaning, because it would be overwritten. */
function refusal(row: Row): Refusal | undefined {
  const unread = unreadMiners(row)
  if (unread === undefined) return undefined
  return {
    reason: `"miners" must be a name, a list of names, or a list of objects with a name; found ${describe(unread)}`,
    hint: 'Rename that column: winnow mine writes its own.',
  }
}

async function openRows(name: string, values: MineValues, hooks: Hooks, closers: Closers): Promise<Place> {
  const { format, known, add, limit = Infinity, onBadRow } = values
  const input = await openInput(name, format, hooks, true)
  closers.push(() => input.close())
  await assertFormat(input, format)
  const grades: Grades = known === undefined ? new Map() : await readGrades([known], hooks.onNotice)
  const scanned = await scan(input, { onBadRow, known, refusal, undone: 'nothing was mined' }, hooks.signal)
  if (known !== undefined && scanned.known.judgedRows === 0) {
    hooks.onNotice?.(`--known ${known}: no row of ${name} has the id of a query in it, so it has no effect`)
  }
  const corpus = await openDocuments(values.corpus as string, hooks.onNotice)
  const store = await openDocumentStore(corpus, indexFolder(values, hooks), hooks)
  const source = await fromRows({ input, scan: scanned, store, grades, add, limit, hooks, closers })
  return { source, store, corpus: corpus.path }
}
