// Runs winnow train --engine torch: reads the rows, starts the Python engine on them, and puts its model in place.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
import { leavePlaces, MANIFEST, openPlaces, replaceEncoder, type Places } from '../places.ts'
import { noticeUnused, type TrainHooks } from '../prepare.ts'
import { readSet, UNDONE } from '../reading.ts'
import { TokenTexts } from '../token-texts.ts'
import { TrainingSet } from '../training-set.ts'
import { torchCardOf, type TorchManifest } from './manifest.ts'
import { stampsOf } from './base.ts'
import { candidatesOf } from './candidates.ts'
import { readTorchOptions, TORCH_OPTIONS, type TorchInput, type TorchValues } from './options.ts'
import { requestOf } from './request.ts'
import { NO_PROMPTS, TextsFile, writeCodes, writeRows } from './rows-file.ts'
import { ownProcess, runEngine } from './run-engine.ts'

/**
 * Fine-tunes a model on rows with PyTorch and writes it as a folder. A training that was killed resumes from its last save.
 * @param input path of the rows, or `-`
 * @throws UsageError that names options, rows, folders, and what the engine lacks
 */
export async function trainWithTorch(input: string, given: TorchInput, hooks: TrainHooks = {}): Promise<TorchManifest> {
  const startedMs = Date.now()
  const values = readTorchOptions(given)
  const env = hooks.env ?? process.env
  const start = ownProcess(findPython(values.python, env), env)
  const rows = await openInput(input, values.format, hooks, values.kind === 'encoder')
  try {
    const places = openPlaces(values.out, { base: values.base })
    try {
      const read = await readFor(rows, values, places, hooks)
      const fingerprint = await fingerprintOf(values, read)
      const request = requestOf(values, enginePlaces(places), fingerprint)
      const trained = await runEngine({ start, request, hooks, rows: read.split.rows.length })
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

const enginePlaces = ({ torch, encoder }: Places) => ({ work: torch, texts: torch, model: encoder })

interface ReadRows {
  scanned: Scan
  split: DevelopmentSplit
  /** Rows that can be used. */
  size: number
  skipped: TrainingSet['skipped']
}

/** Reads the rows twice: first for every fault, then into the files of the engine. */
async function readFor(rows: Input, values: TorchValues, places: Places, hooks: TrainHooks): Promise<ReadRows> {
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
    const isReranker = values.kind === 'reranker'
    const candidates = collection && isReranker ? await candidatesOf(collection, set, hooks) : undefined
    noticeUnused(set, split, scanned, hooks)
    await rows.assertUnchanged()
    writeCodes(places.torch, texts)
    writeRows(places.torch, set, { ...split, candidates })
    return { scanned, split, size: set.size, skipped: set.skipped }
  } finally {
    texts.close()
    file.close()
  }
}

/** Hashes everything that decides the weights. */
async function fingerprintOf(values: TorchValues, { scanned, split }: ReadRows): Promise<string> {
  const { queries, pool } = split.development ?? {}
  const looked = [queries, pool].map((numbers) => numbers && sha256(new Uint8Array(numbers.slice().buffer)))
  const decided = decisive(TORCH_OPTIONS, values)
  return sha256(JSON.stringify([VERSION, decided, scanned.hash, split.report, looked, stampsOf(values.base)]))
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
