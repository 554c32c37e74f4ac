// Prepares everything before the first step: reads the rows twice, opens the initial model, turns texts into
// tokens or vectors, and opens the development queries.
import type { Corpus } from '../collections/collection.ts'
import { openDocuments, type OpenedCollection } from '../collections/open.ts'
import type { Hooks } from '../base/hooks.ts'
import { UsageError } from '../base/errors.ts'
import type { Row } from '../rows/row.ts'
import type { TrainingHooks } from './trainer.ts'
import { TrainingSet } from './training-set.ts'
import type { Input } from '../rows/input.ts'
import { scan, type Scan } from '../rows/scan.ts'
import { developmentOfCollection, developmentOfRows, type DevelopmentSplit } from './development-set.ts'
import type { TrainingValues, TrainValues } from './options.ts'
import type { Places } from './places.ts'
import { readPassages, readSet, RowWords, UNDONE } from './reading.ts'
import type { InitialModel } from './start/model.ts'
import { needsWords, startOf } from './start/start.ts'

/** Adds each step and each epoch of the training. */
export interface TrainHooks extends Hooks, Pick<TrainingHooks, 'onStep' | 'onEpoch'> {}

/** Inputs opened before anything is read. */
interface OpenedTraining {
  rows: Input
  values: TrainValues
  places: Places
  hooks: TrainHooks
  /** The collection of --dev. */
  collection: OpenedCollection | undefined
  /** The corpus of --corpus. */
  corpus: Corpus | undefined
}

export interface PreparedTraining extends OpenedTraining {
  scanned: Scan
  start: InitialModel
  set: TrainingSet
  chosen: DevelopmentSplit
  /** Numbers of the texts of --corpus. */
  pool: Uint32Array | undefined
}

/** Reads the rows twice: first for faults, hash and words, then for texts as tokens. */
export async function prepare(opened: OpenedTraining): Promise<PreparedTraining> {
  const { rows, values, places, hooks, collection, corpus } = opened
  const { scanned, start } = await readWords(rows, values, hooks)
  const texts = start.openTexts({ maxTokens: values.maxTokens, file: places.bags })
  try {
    const set = await readSet(rows, new TrainingSet(texts), hooks)
    const chosen =
      collection === undefined ? developmentOfRows(set) : await developmentOfCollection(collection, set, hooks)
    const pool = corpus && (await readPassages(corpus, set, hooks))
    noticeUnused(set, chosen, scanned, hooks)
    await rows.assertUnchanged()
    return { ...opened, scanned, start, set, chosen, pool }
  } catch (error) {
    texts.close()
    await start.close()
    throw error
  }
}

/** Runs the first pass: every fault of the file, its hash, and the words of its texts. */
async function readWords(
  rows: Input,
  values: TrainValues,
  hooks: TrainHooks,
): Promise<{ scanned: Scan; start: InitialModel }> {
  const words = new RowWords(values.vocabulary)
  let read = 0
  const onRow = (row: Row) => {
    hooks.onProgress?.({ what: 'reading rows', done: ++read, total: 0 })
    if (needsWords(values)) words.add(row)
  }
  const scanned = await scan(rows, { ...values, onRow, undone: UNDONE }, hooks.signal)
  return { scanned, start: await startOf(words.counter, values, hooks) }
}

/** @throws UsageError when only one of --corpus and --refresh-negatives is given, or the corpus cannot be found */
export async function openCorpusOf({
  corpus,
  refreshNegatives,
  negatives,
}: TrainingValues): Promise<Corpus | undefined> {
  if ((corpus === undefined) !== (refreshNegatives === undefined)) {
    throw new UsageError('--corpus and --refresh-negatives need each other')
  }
  if (refreshNegatives !== undefined && negatives === 0) {
    throw new UsageError('--refresh-negatives has no effect with --negatives 0')
  }
  return corpus === undefined ? undefined : openDocuments(corpus)
}

/** Tells of rows that are not trained on, and of development queries that are. */
export function noticeUnused(
  set: TrainingSet,
  { development, report }: DevelopmentSplit,
  { badRows, problems }: Scan,
  { onNotice }: TrainHooks,
): void {
  const byCode = Object.entries(problems).map(([code, count]) => `${count} ${code}`)
  if (badRows > 0) onNotice?.(`skipping ${badRows} bad rows (${byCode.join(', ')})`)
  const { withoutPositive, withoutQuery } = set.skipped
  const notTrained = (count: number, why: string) =>
    count > 0 && onNotice?.(`${count === 1 ? '1 row is' : `${count} rows are`} not trained on: ${why}`)
  notTrained(withoutPositive, 'no positive with a word in it')
  notTrained(withoutQuery, 'no word in the query')
  if (report !== null && report.trainedOn > 0) {
    onNotice?.(
      `${report.trainedOn} of the ${report.queries} queries of --dev are also in the rows, so the epoch is partly chosen on training data`,
    )
  }
  if (development === undefined) onNotice?.('too few queries to hold out ten of them: using the last epoch')
}
