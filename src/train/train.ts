// Runs winnow train, from the file of rows to the folder of the encoder.
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { timesSince } from '../base/clock.ts'
import { cannotWrite, messageOf, UsageError } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { decisive } from '../options/decides.ts'
import { readOptions } from '../options/options.ts'
import type { Development } from './development.ts'
import { restoreCheckpoint, saveCheckpoint, type SavedState } from './checkpoint.ts'
import { Engine } from './engine/engine.ts'
import { slicesOf } from './engine/layout.ts'
import { assertLoss, hasTerm, lossReport } from './losses/index.ts'
import { MinedNegatives } from './refresh.ts'
import { capacityFor, stepsOf, train, type TrainingHooks } from './trainer.ts'
import { needsWords } from './start/start.ts'
import { isGenerated, type TrainingSet } from './training-set.ts'
import { VERSION } from '../base/version.ts'
import { openInput } from '../rows/input.ts'
import { openDevelopment } from './development-set.ts'
import { openDiagnosticsLog } from './diagnostics-log.ts'
import { cardOf, type TrainManifest } from './manifest.ts'
import { settled, TRAIN_OPTIONS, type OwnInput, type TrainValues } from './options.ts'
import type { TrainInput } from './input.ts'
import type { TorchManifest } from './torch/manifest.ts'
import type { ByRecipe } from './torch/recipes.ts'
import { publicOptions } from './public-options.ts'
import { DIAGNOSTICS, leavePlaces, MANIFEST, openPlaces, replaceEncoder } from './places.ts'
import { openCorpusOf, prepare, type PreparedTraining, type TrainHooks } from './prepare.ts'

/** The manifest of the engine that trains. */
type Manifest<I> = I extends ByRecipe ? TorchManifest : TrainManifest

/**
 * Trains an encoder on rows and writes it as a folder, or, with `engine: 'torch'` or a `recipe` of it, fine-tunes an encoder or a reranker
 * with PyTorch. A training that was killed resumes from its last save.
 * @param input path of the rows, or `-`
 * @throws UsageError that names options, rows, folders and files that cannot be used, and what the torch engine lacks
 */
export async function trainEncoder<I extends TrainInput>(
  input: string,
  given: I,
  hooks: TrainHooks = {},
): Promise<Manifest<I>> {
  const isTorch = given.engine === 'torch' || ('recipe' in given && given.recipe !== undefined)
  const manifest = isTorch ? await trainThere(input, given, hooks) : await trainHere(input, given as OwnInput, hooks)
  return manifest as Manifest<I>
}

/** The code of the torch engine is loaded only then. */
async function trainThere(input: string, given: TrainInput, hooks: TrainHooks): Promise<TorchManifest> {
  const { withRecipe } = await import('./torch/recipes.ts')
  const { trainWithTorch } = await import('./torch/train.ts')
  return trainWithTorch(input, withRecipe(given), hooks)
}

async function trainHere(input: string, given: OwnInput, hooks: TrainHooks): Promise<TrainManifest> {
  const startedMs = Date.now()
  const values = settled(readOptions(TRAIN_OPTIONS, given), given)
  if (values.out === undefined) throw new UsageError('no output folder: give one with --out')
  assertLoss(values)
  const collection = await openDevelopment(values.dev, hooks.onNotice)
  const corpus = await openCorpusOf(values)
  const rows = await openInput(input, values.format, hooks, true)
  try {
    const places = openPlaces(values.out, await startingFolders(values))
    try {
      const prepared = await prepare({ rows, values, places, hooks, collection, corpus })
      try {
        const shown = await publicOptions(given)
        const trained = await trainOn(prepared).finally(() => prepared.set.texts.close())
        const manifest = manifestOf(prepared, trained.report, { input, given: shown, startedMs })
        writeEncoder(prepared, trained.parameters, manifest)
        return manifest
      } finally {
        await prepared.start.close()
      }
    } finally {
      leavePlaces(places)
    }
  } finally {
    await rows.close()
  }
}

/** Returns the folders that training starts from, by option. */
async function startingFolders({ from, base }: TrainValues): Promise<Record<string, string>> {
  if (base === undefined) return from === undefined ? {} : { from }
  const { parseModelSpec } = await import('../encoders/specs.ts')
  const spec = parseModelSpec(base)
  return 'path' in spec ? { base: spec.path } : {}
}

/** Creates the engine, resumes from a checkpoint if there is one, and trains. */
async function trainOn(
  prepared: PreparedTraining,
): Promise<{ parameters: Float32Array; report: TrainManifest['training'] }> {
  const { set, chosen, start, values, hooks } = prepared
  const { rows, development } = chosen
  const threads = values.threads ?? availableParallelism()
  const { tokens, dimensions, map } = start
  const capacity = { tokens, dimensions, map, trains: true, ...capacityFor(values, set.texts.largest) }
  const engine = new Engine(capacity, threads)
  try {
    engine.writeTable(start.parametersOf(values.seed))
    noticeGenerated(prepared)
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
    const log = values.diagnose ? openDiagnosticsLog(prepared.places.diagnostics, resumedAt) : undefined
    const { signal, onEpoch } = hooks
    const training = train(input, { signal, onEpoch, onStep, onDiagnostics: log?.add, save })
    const { epochs, best } = await training.finally(log?.close)
    const seconds = (performance.now() - startedMs) / 1000
    const report = {
      steps: stepsOf(rows.length, values),
      epochs,
      chosen: best,
      threads: Math.min(threads, slicesOf(dimensions)),
      seconds,
      rowsPerSecond: rowsDone / seconds,
      resumedAt,
      refresh: mined?.report(stepsOf(rows.length, values)) ?? null,
    }
    return { parameters: engine.readTable(), report }
  } finally {
    await engine.close()
  }
}

const withGenerated = (set: TrainingSet, rows: Uint32Array) =>
  rows.reduce((count, row) => count + (set.negativesOf(row).some(isGenerated) ? 1 : 0), 0)

/** Warns if --loss and --diagnose have no effect on these rows. */
function noticeGenerated({ set, chosen, values, hooks }: PreparedTraining): void {
  if (!hasTerm(values.loss) && !values.diagnose) return
  if (values.generated > 0 && withGenerated(set, chosen.rows) > 0) return
  const why = values.generated > 0 ? 'no row has generated negatives' : '--generated 0 draws no generated negatives'
  if (hasTerm(values.loss)) hooks.onNotice?.(`${why}: --loss ${values.loss} is InfoNCE alone`)
  if (values.diagnose) hooks.onNotice?.(`${why}: --diagnose has nothing to log`)
}

function minedFor({ set, chosen, pool, values }: PreparedTraining): MinedNegatives | undefined {
  const { refreshNegatives: every, negatives } = values
  if (pool === undefined || every === undefined) return undefined
  return new MinedNegatives(set, chosen.rows, pool, negatives, every)
}

/** Restores the state of the checkpoint, if there is one of this training. */
function resume(prepared: PreparedTraining, engine: Engine, mined: MinedNegatives | undefined): SavedState | undefined {
  const { chosen, values, places, hooks } = prepared
  const saved = restoreCheckpoint(places.checkpoint, fingerprintOf(prepared), engine)
  if (saved === undefined) return undefined
  if (saved === 'other') {
    hooks.onNotice?.(`${places.checkpoint} is from other rows or settings: starting training from scratch`)
    return undefined
  }
  hooks.onNotice?.(`resuming after step ${saved.position.step} of ${stepsOf(chosen.rows.length, values)}`)
  if (mined) mined.mined = saved.negatives
  return saved
}

/** Returns a function that saves the state when it is due. */
function saver(prepared: PreparedTraining, engine: Engine, mined: MinedNegatives | undefined): TrainingHooks['save'] {
  const { places, values, hooks } = prepared
  const fingerprint = fingerprintOf(prepared)
  let last = performance.now()
  return (position, best, isLast) => {
    if (!isLast && performance.now() - last < values.checkpointEvery * 1000) return
    last = performance.now()
    try {
      saveCheckpoint(places.checkpoint, fingerprint, { position, best, negatives: mined?.mined }, engine)
    } catch (error) {
      hooks.onNotice?.(`checkpoint not saved: ${messageOf(cannotWrite(places.checkpoint, error))}`)
    }
  }
}

/** Hashes everything that decides the vectors and the log. */
function fingerprintOf({ values, scanned, start, set, chosen, pool }: PreparedTraining): string {
  const { development, report } = chosen
  const codesOf = (texts: Uint32Array) => sha256(new Uint8Array(texts.map((text) => set.texts.codeOf(text)).buffer))
  // The contents behind --dev and --corpus may have changed since.
  const looked = development && [codesOf(development.queries), codesOf(development.pool), gradesOf(development)]
  const startsFrom = needsWords(values) ? 'random' : start.identity
  const given = [scanned.hash, startsFrom, start.tokens, report, looked, pool && codesOf(pool)]
  return sha256(JSON.stringify([VERSION, decisive(TRAIN_OPTIONS, values), ...given]))
}

const gradesOf = ({ grades }: Development) => sha256(JSON.stringify(grades.map((each) => [...each])))

function manifestOf(
  { rows, values, scanned, start, set, chosen }: PreparedTraining,
  training: TrainManifest['training'],
  { input, given, startedMs }: { input: string; given: OwnInput; startedMs: number },
): TrainManifest {
  const { hash, rows: count, badRows, problems } = scanned
  return {
    winnow: VERSION,
    command: 'train',
    options: { rows: input, ...given },
    input: { path: input, sha256: hash, format: rows.format.name, rows: count, badRows, problems },
    files: [],
    encoder: {
      path: values.out as string,
      dimensions: start.dimensions,
      tokens: start.tokens,
      from: start.from,
      map: start.map ?? null,
    },
    rows: {
      trained: chosen.rows.length,
      setAside: set.size - chosen.rows.length,
      ...set.skipped,
      withGenerated: withGenerated(set, chosen.rows),
    },
    loss: lossReport(values),
    development: chosen.report,
    training,
    ...timesSince(startedMs),
  }
}

/** Completes the folder before moving it into place. */
function writeEncoder(
  { places, start, values, hooks }: PreparedTraining,
  parameters: Float32Array,
  manifest: TrainManifest,
): void {
  const part = places.encoder
  try {
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part, { recursive: true })
    start.write(part, parameters, cardOf(manifest))
    manifest.files = readdirSync(part).toSorted()
    writeFileSync(join(part, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
    if (values.diagnose) copyFileSync(places.diagnostics, join(part, DIAGNOSTICS))
    replaceEncoder(places)
    for (const notice of start.notices) hooks.onNotice?.(notice)
  } catch (error) {
    throw cannotWrite(places.out, error)
  }
}
