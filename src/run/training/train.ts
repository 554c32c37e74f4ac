// winnow train, from the file of rows to the folder of the encoder.
import { rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { contentsOf, type Corpus } from '../../collections/collection.ts'
import { openDocuments } from '../../collections/open.ts'
import { UsageError } from '../../errors.ts'
import { sha256 } from '../../hash.ts'
import { readOptions } from '../../options/options.ts'
import { writeStaticFolder } from '../../retrieval/static/folder.ts'
import { WordCounter } from '../../retrieval/static/vocabulary.ts'
import { HashTable } from '../../rows/hash-table.ts'
import { readRows } from '../../rows/read.ts'
import type { Row } from '../../rows/row.ts'
import { restoreCheckpoint, saveCheckpoint, type Saved } from '../../train/checkpoint.ts'
import { Engine } from '../../train/engine/engine.ts'
import { slicesOf } from '../../train/engine/layout.ts'
import { Growing } from '../../train/growing.ts'
import { MinedNegatives } from '../../train/refresh.ts'
import { Texts } from '../../train/texts.ts'
import { capacityFor, stepsOf, train, type TrainingHooks } from '../../train/trainer.ts'
import { TrainingSet } from '../../train/training-set.ts'
import { VERSION } from '../../version.ts'
import { openInput, type Input } from '../input.ts'
import { scan, type Scan } from '../scan.ts'
import { developmentOfCollection, developmentOfRows, openDevelopment, type Chosen } from './development.ts'
import { cardOf, type TrainManifest } from './manifest.ts'
import { TRAIN_OPTIONS, type TrainInput, type TrainValues } from './options.ts'
import { leavePlaces, MANIFEST, openPlaces, replaceFolder, type Places } from './places.ts'
import { startAnew, startFrom, type Start } from './start.ts'

export interface TrainHooks extends Pick<TrainingHooks, 'signal' | 'onStep' | 'onEpoch'> {
  /** Rows that were read: in the first pass, where words are counted, or in the second. */
  onReading?: ((rows: number, pass: 1 | 2) => void) | undefined
  /** Sentences that a person should read. */
  onNotice?: ((sentence: string) => void) | undefined
}

/**
 * Trains a static encoder on rows and writes it as a folder. A training that was killed goes on where it was saved last.
 * @param input path of the rows, or `-`
 * @throws UsageError naming options, rows, folders and files that cannot be used
 */
export async function trainEncoder(input: string, given: TrainInput, hooks: TrainHooks = {}): Promise<TrainManifest> {
  const startedMs = Date.now()
  const values = readOptions(TRAIN_OPTIONS, given)
  if (values.out === undefined) throw new UsageError('where to write is not said: name a folder with --out')
  const collection = await openDevelopment(values.dev, hooks.onNotice)
  const corpus = await openCorpusOf(values)
  const places = openPlaces(values.out)
  const rows = await openInput(input, values.format, hooks.signal)
  try {
    const { scanned, start } = await prepare(rows, values, hooks)
    const texts = new Texts(start.read, { maxTokens: values.maxTokens, file: places.bags })
    try {
      const set = await readSet(rows, new TrainingSet(texts, start.prompts), hooks)
      const chosen =
        collection === undefined
          ? developmentOfRows(set)
          : await developmentOfCollection(collection, set, start.prompts, hooks.signal)
      const pool = corpus && (await readPassages(corpus, set, hooks.signal))
      noticeUnused(set, chosen, hooks)
      await rows.assertUnchanged()
      const trained = await trainOn({ set, chosen, pool, start, scanned, values, places, hooks })
      const manifest: TrainManifest = {
        winnow: VERSION,
        command: 'train',
        options: { rows: input, ...given },
        input: {
          path: input,
          sha256: scanned.hash,
          format: rows.format.name,
          rows: scanned.rows,
          badRows: scanned.badRows,
          problems: scanned.problems,
        },
        encoder: {
          path: values.out,
          dimensions: start.dimensions,
          tokens: start.tokens,
          from: values.from ?? 'random',
        },
        rows: { trained: chosen.rows.length, setAside: set.size - chosen.rows.length, ...set.skipped },
        development: chosen.report,
        training: trained.report,
        started: new Date(startedMs).toISOString(),
        seconds: (Date.now() - startedMs) / 1000,
      }
      writeEncoder(places, { ...start, vectors: trained.vectors }, manifest)
      return manifest
    } finally {
      texts.close()
    }
  } finally {
    await rows.close()
    leavePlaces(places)
  }
}

/** The first pass: every fault of the file, its hash, and the words of its texts, each text once. */
async function prepare(rows: Input, values: TrainValues, hooks: TrainHooks): Promise<{ scanned: Scan; start: Start }> {
  const from = values.from === undefined ? undefined : startFrom(values.from, values)
  const counter = new WordCounter()
  const seen = new HashTable()
  let read = 0
  const count = (row: Row) => {
    hooks.onReading?.(++read, 1)
    if (from !== undefined) return
    for (const text of [row.query, ...row.passages.map(contentsOf)]) {
      if (seen.setIfNew(text, 1) === 0) counter.add(text)
    }
  }
  const scanned = await scan(rows, { ...values, onRow: count }, hooks.signal)
  return { scanned, start: from ?? startAnew(counter, values) }
}

async function readSet(rows: Input, set: TrainingSet, hooks: TrainHooks): Promise<TrainingSet> {
  let read = 0
  for await (const batch of readRows(rows)) {
    hooks.signal?.throwIfAborted()
    for (const entry of batch) {
      if (!('row' in entry)) continue
      set.add(entry.row)
      hooks.onReading?.(++read, 2)
    }
  }
  if (set.size === 0)
    throw new UsageError(`${rows.name}: none of its rows has a query and a positive: nothing to learn from`)
  return set.seal()
}

/** @throws UsageError when one of --corpus and --refresh-negatives is given without the other, or the corpus cannot be found */
async function openCorpusOf({ corpus, refreshNegatives, negatives }: TrainValues): Promise<Corpus | undefined> {
  if ((corpus === undefined) !== (refreshNegatives === undefined)) {
    throw new UsageError('--corpus and --refresh-negatives belong together: the one is mined by the other')
  }
  if (refreshNegatives !== undefined && negatives === 0) {
    throw new UsageError('--refresh-negatives has nothing to do with --negatives 0')
  }
  return corpus === undefined ? undefined : openDocuments(corpus)
}

/** Takes the documents of a corpus into the texts. */
async function readPassages(corpus: Corpus, set: TrainingSet, signal?: AbortSignal): Promise<Uint32Array> {
  const pool = new Growing()
  for await (const documents of corpus.documents()) {
    signal?.throwIfAborted()
    for (const document of documents) pool.push(set.addPassage(contentsOf(document)))
  }
  return Uint32Array.from(new Set(pool.numbers))
}

function noticeUnused(set: TrainingSet, { development }: Chosen, { onNotice }: TrainHooks): void {
  const { withoutPositive, withoutQuery } = set.skipped
  if (withoutPositive > 0) onNotice?.(`${withoutPositive} rows have no positive and are not trained on`)
  if (withoutQuery > 0) onNotice?.(`${withoutQuery} rows have an empty query and are not trained on`)
  if (development === undefined) onNotice?.('too few queries to set ten of them aside: the last epoch counts')
}

interface Prepared {
  set: TrainingSet
  chosen: Chosen
  /** Numbers of the texts of --corpus. */
  pool: Uint32Array | undefined
  start: Start
  scanned: Scan
  values: TrainValues
  places: Places
  hooks: TrainHooks
}

/** Makes the engine, goes on from a checkpoint where there is one, and trains. */
async function trainOn(prepared: Prepared): Promise<{ vectors: Float32Array; report: TrainManifest['training'] }> {
  const { set, chosen, start, values, hooks } = prepared
  const { rows, development } = chosen
  const threads = values.threads ?? availableParallelism()
  const { tokens, dimensions, vectors } = start
  const engine = new Engine({ tokens, dimensions, trains: true, ...capacityFor(values, set.texts.largest) }, threads)
  try {
    engine.writeTable(vectors)
    const mined = minedFor(prepared)
    const resumed = resume(prepared, engine, mined)
    const startedMs = performance.now()
    let rowsDone = 0
    const onStep: TrainHooks['onStep'] = (progress) => {
      rowsDone += progress.rows
      hooks.onStep?.(progress)
    }
    const save = saver(prepared, engine, mined)
    const input = { set, rows, development, values, engine, mined, from: resumed }
    const resumedAt = resumed?.position.step ?? 0
    const { epochs, best } = await train(input, { signal: hooks.signal, onEpoch: hooks.onEpoch, onStep, save })
    const seconds = (performance.now() - startedMs) / 1000
    const report = {
      steps: stepsOf(rows.length, values),
      epochs,
      chosen: best,
      threads: Math.min(threads, slicesOf(dimensions)),
      seconds,
      rowsPerSecond: rowsDone / seconds,
      resumedAt,
    }
    return { vectors: engine.readTable(), report }
  } finally {
    await engine.close()
  }
}

function minedFor({ set, chosen, pool, values }: Prepared): MinedNegatives | undefined {
  const { refreshNegatives: every, negatives } = values
  if (pool === undefined || every === undefined) return undefined
  return new MinedNegatives(set, chosen.rows, pool, negatives, every)
}

/** Puts everything into the state of the checkpoint, if there is one of this training. */
function resume(prepared: Prepared, engine: Engine, mined: MinedNegatives | undefined): Saved | undefined {
  const { chosen, values, places, hooks } = prepared
  const saved = restoreCheckpoint(places.checkpoint, fingerprintOf(prepared), engine)
  if (saved === undefined) return undefined
  if (saved === 'other') {
    hooks.onNotice?.(`${places.checkpoint} is of other rows or settings: training starts anew`)
    return undefined
  }
  hooks.onNotice?.(`goes on after step ${saved.position.step} of ${stepsOf(chosen.rows.length, values)}`)
  if (mined) mined.mined = saved.negatives
  return saved
}

/** Saves the state when the time has come. */
function saver(prepared: Prepared, engine: Engine, mined: MinedNegatives | undefined): TrainingHooks['save'] {
  const { places, values } = prepared
  const fingerprint = fingerprintOf(prepared)
  let last = performance.now()
  return (position, best) => {
    if (performance.now() - last < values.checkpointEvery * 1000) return
    saveCheckpoint(places.checkpoint, fingerprint, { position, best, negatives: mined?.mined }, engine)
    last = performance.now()
  }
}

/** Everything that decides the vectors, but not where they go, how often they are saved and how many threads there are. */
function fingerprintOf({ values, scanned, start, chosen, pool }: Prepared): string {
  const { out: _out, threads: _threads, checkpointEvery: _every, ...decisive } = values
  const given = [scanned.hash, start.identity, start.tokens, chosen.report, pool?.length]
  return sha256(JSON.stringify([VERSION, decisive, ...given]))
}

/** The folder is complete before it stands in its place. */
function writeEncoder(places: Places, model: Start, manifest: TrainManifest): void {
  const part = join(places.work, 'encoder')
  rmSync(part, { recursive: true, force: true })
  writeStaticFolder(part, model, cardOf(manifest))
  writeFileSync(join(part, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
  replaceFolder(part, places.out)
  rmSync(places.checkpoint, { force: true })
}
