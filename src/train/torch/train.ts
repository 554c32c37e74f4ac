// Runs winnow train --engine torch: reads the rows, starts the Python engine on them, and puts its model in place.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { timesSince } from '../../base/clock.ts'
import { cannotWrite } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { VERSION } from '../../base/version.ts'
import { decisive } from '../../options/decides.ts'
import { openInput, type Input } from '../../rows/input.ts'
import { scan, type Scan } from '../../rows/scan.ts'
import { findPython } from '../../torch/python.ts'
import {
  openDevelopment,
  developmentOfCollection,
  developmentOfRows,
  type DevelopmentSplit,
} from '../development-set.ts'
import { assertLoss } from '../losses/index.ts'
import { leavePlaces, MANIFEST, openPlaces, replaceEncoder, type Places } from '../places.ts'
import { noticeUnused, type TrainHooks } from '../prepare.ts'
import { readSet, UNDONE } from '../reading.ts'
import { TokenTexts } from '../token-texts.ts'
import { TrainingSet } from '../training-set.ts'
import { torchCardOf, type TorchManifest } from './manifest.ts'
import { readTorchOptions, TORCH_OPTIONS, type TorchInput } from './options.ts'
import { requestOf } from './request.ts'
import { TextsFile, writeRows } from './rows-file.ts'
import { runEngine } from './run-engine.ts'

type Values = ReturnType<typeof readTorchOptions>

const NO_PROMPTS = { query: '', passage: '' }

/**
 * Fine-tunes a model on rows with PyTorch and writes it as a folder. A training that was killed resumes from its last save.
 * @param input path of the rows, or `-`
 * @throws UsageError that names options, rows, folders, and what the engine lacks
 */
export async function trainWithTorch(input: string, given: TorchInput, hooks: TrainHooks = {}): Promise<TorchManifest> {
  const startedMs = Date.now()
  const values = readTorchOptions(given)
  const { loss } = values
  if (loss !== 'bce' && loss !== 'list-wise') assertLoss({ ...values, loss })
  const launcher = findPython(values.python, hooks.env ?? process.env)
  const rows = await openInput(input, values.format, hooks, values.kind === 'encoder')
  try {
    const places = openPlaces(values.out, { base: values.base })
    try {
      const read = await readFor(rows, values, places, hooks)
      const fingerprint = await fingerprintOf(values, read)
      const request = requestOf(values, places, fingerprint)
      const trained = await runEngine({ launcher, request, places, hooks, rows: read.split.rows.length })
      const { model, ...training } = trained
      const report: Omit<TorchManifest, 'files'> = {
        winnow: VERSION,
        command: 'train',
        engine: 'torch',
        options: { rows: input, ...given },
        input: inputOf(rows, read.scanned, input),
        model: { path: values.out, kind: values.kind, base: values.base, ...model },
        rows: { trained: read.split.rows.length, setAside: read.size - read.split.rows.length, ...read.skipped },
        development: read.split.report,
        training,
        ...timesSince(startedMs),
      }
      return finish(places, report)
    } finally {
      leavePlaces(places)
    }
  } finally {
    await rows.close()
  }
}

interface ReadRows {
  scanned: Scan
  split: DevelopmentSplit
  /** Rows that can be used. */
  size: number
  skipped: TrainingSet['skipped']
}

/** Reads the rows twice: first for every fault, then into the files of the engine. */
async function readFor(rows: Input, values: Values, places: Places, hooks: TrainHooks): Promise<ReadRows> {
  const { signal, onProgress, onNotice } = hooks
  let read = 0
  const onRow = () => onProgress?.({ what: 'reading rows', done: ++read, total: 0 })
  const scanned = await scan(rows, { onBadRow: values.onBadRow, onRow, undone: UNDONE }, signal)
  const collection = await openDevelopment(values.dev, onNotice)
  mkdirSync(places.torch, { recursive: true })
  const file = new TextsFile(places.torch)
  const texts = new TokenTexts(file, NO_PROMPTS, { maxTokens: 1, file: places.bags })
  try {
    const set = await readSet(rows, new TrainingSet(texts), hooks)
    const split =
      collection === undefined ? developmentOfRows(set) : await developmentOfCollection(collection, set, hooks)
    noticeUnused(set, split, scanned, hooks)
    await rows.assertUnchanged()
    writeRows(places.torch, set, split)
    return { scanned, split, size: set.size, skipped: set.skipped }
  } finally {
    texts.close()
    file.close()
  }
}

/** Hashes everything that decides the weights. */
async function fingerprintOf(values: Values, { scanned, split }: ReadRows): Promise<string> {
  const { queries, pool } = split.development ?? {}
  const looked = [queries, pool].map((numbers) => numbers && sha256(new Uint8Array(numbers.slice().buffer)))
  const decided = decisive(TORCH_OPTIONS, values)
  return sha256(JSON.stringify([VERSION, decided, scanned.hash, split.report, looked, stampsOf(values.base)]))
}

/** Returns size and time of each file of a folder, for the model behind --base may have changed. */
function stampsOf(base: string): unknown {
  if (!existsSync(base)) return undefined
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(resolve(base), name))
      return [name, size, mtimeMs]
    })
}

const inputOf = (rows: Input, { hash, rows: count, badRows, problems }: Scan, path: string) => ({
  path,
  sha256: hash,
  format: rows.format.name,
  rows: count,
  badRows,
  problems,
})

/** Completes the folder before moving it into place. */
function finish(places: Places, report: Omit<TorchManifest, 'files'>): TorchManifest {
  try {
    writeFileSync(join(places.encoder, 'README.md'), torchCardOf(report))
    const manifest = { ...report, files: [...readdirSync(places.encoder), MANIFEST].toSorted() }
    writeFileSync(join(places.encoder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
    replaceEncoder(places)
    rmSync(places.torch, { recursive: true, force: true })
    return manifest
  } catch (error) {
    throw cannotWrite(places.out, error)
  }
}
