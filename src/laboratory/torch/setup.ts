// A laboratory whose arms are fine-tuned with PyTorch: bi-encoders and rerankers.
import { join } from 'node:path'
import { cacheFolder, type Environment } from '../../base/cache.ts'
import { sha256 } from '../../base/hash.ts'
import { makeFolder } from '../../base/page-file.ts'
import { VERSION } from '../../base/version.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import { decisive } from '../../options/decides.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import { findPython, type Launcher } from '../../torch/python.ts'
import { TorchWorker } from '../../torch/worker.ts'
import { developmentOfCollection } from '../../train/development-set.ts'
import type { Texts } from '../../train/texts.ts'
import { TokenTexts } from '../../train/token-texts.ts'
import { candidatesOf } from '../../train/torch/candidates.ts'
import { stampsOf } from '../../train/torch/base.ts'
import { NO_PROMPTS, TextsFile, writeCodes } from '../../train/torch/rows-file.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import { readCollection } from '../evaluation-set.ts'
import type { CompareHooks } from '../hooks.ts'
import type { Laboratory } from '../laboratory.ts'
import type { Room, Setup, SharedConditions } from '../setup.ts'
import { developmentHashes } from '../text-hashes.ts'
import type { Workplace } from '../workplace.ts'
import { encoderMeasure, rerankerMeasure, searchFirst, type FirstStage, type StoredSet } from './measure.ts'
import { TORCH_LABORATORY_OPTIONS, type TorchArmValues } from './options.ts'
import { torchTrainer, type ChosenDevelopment } from './trainer.ts'

/** @throws UsageError with what is missing: Python, its packages */
export async function torchSetup(values: TorchArmValues, hooks: CompareHooks): Promise<Setup> {
  const { env = process.env, onNotice } = hooks
  const launcher = findPython(values.python, env)
  if (values.earlyStop !== undefined && values.dev === undefined) {
    onNotice?.('--early-stop has no effect without --dev: the last step counts')
  }
  const engine = { values, launcher, env: engineEnvironment(values, env) }
  return {
    needsNegatives: values.kind === 'reranker',
    stepsOf: (rows) => values.steps ?? Math.ceil(rows / values.batch) * values.epochs,
    withTexts: async (place, _hooks, work) => {
      makeFolder(place.texts)
      const file = new TextsFile(place.texts)
      const texts = new TokenTexts(file, NO_PROMPTS, { maxTokens: 1, file: place.bags[0] })
      try {
        return await work(roomOf(texts, file, place, engine))
      } finally {
        texts.close()
        file.close()
        place.leave()
      }
    },
  }
}

interface TorchEngineChoice {
  values: TorchArmValues
  launcher: Launcher
  env: Environment
}

/** Returns the environment in which trained models are measured: with the Python and the device of the trainings. */
function engineEnvironment({ python, device }: TorchArmValues, env: Environment): Environment {
  return {
    ...env,
    ...(python !== undefined && { WINNOW_PYTHON: python }),
    ...(device === 'cpu' && { CUDA_VISIBLE_DEVICES: '' }),
  }
}

function roomOf(texts: TokenTexts, file: TextsFile, place: Workplace, engine: TorchEngineChoice): Room {
  return {
    texts,
    withLaboratory: async (conditions, hooks, work) => {
      const { collections, development, rows } = conditions
      const chosen = development && (await developmentFor(development, rows, engine.values, hooks))
      file.close()
      writeCodes(place.texts, texts)
      const worker = new TorchWorker({
        launcher: engine.launcher,
        env: engine.env,
        log: join(place.texts, 'engine.log'),
      })
      try {
        return await withStores(collections, hooks, async (stored) =>
          work(await laboratoryOf({ stored, conditions, chosen, engine, worker, texts, place }, hooks)),
        )
      } finally {
        await worker.close()
      }
    },
  }
}

/** Reads the queries of --dev, and for a reranker the documents that it orders. */
async function developmentFor(
  collection: OpenedCollection,
  rows: TrainingSet,
  { kind }: TorchArmValues,
  hooks: CompareHooks,
): Promise<ChosenDevelopment> {
  const { development } = await developmentOfCollection(collection, rows, hooks)
  return { development, candidates: kind === 'reranker' ? await candidatesOf(collection, rows, hooks) : undefined }
}

/** Runs `work` with the documents of all collections on disk. */
async function withStores<T>(
  collections: readonly OpenedCollection[],
  hooks: CompareHooks,
  work: (stored: StoredSet[]) => Promise<T>,
): Promise<T> {
  const stored: StoredSet[] = []
  try {
    for (const collection of collections) {
      const set = await readCollection(collection, hooks)
      const store = await openDocumentStore(collection.corpus, cacheFolder('indexes', hooks.env), hooks)
      stored.push({ set, collection, store })
    }
    return await work(stored)
  } finally {
    for (const { store } of stored) store.close()
  }
}

interface Opened {
  stored: readonly StoredSet[]
  conditions: SharedConditions
  chosen: ChosenDevelopment | undefined
  engine: TorchEngineChoice
  worker: TorchWorker
  texts: Texts
  place: Workplace
}

async function laboratoryOf(opened: Opened, hooks: CompareHooks): Promise<Laboratory> {
  const { stored, conditions, chosen, engine, worker, texts, place } = opened
  const { measure, steps } = conditions
  const { values, env } = engine
  const isReranker = values.kind === 'reranker'
  const firstStage = isReranker ? await searchFirst(stored, { ...values, measure, env }, hooks) : undefined
  const measureModel = firstStage
    ? rerankerMeasure(stored, firstStage, measure, { worker, env })
    : encoderMeasure(stored, measure, { worker, env })
  const identity = identityOf(opened, firstStage)
  const folder = join(place.root, identity.slice(0, 16))
  const bench = { ...engine, worker, steps, ...chosen, measure, measureModel, texts: place.texts, folder }
  return {
    sets: stored.map(({ set }) => set),
    measure,
    steps,
    texts,
    trainer: torchTrainer(bench),
    identity,
    folder,
    about: `${values.kind}s fine-tuned with PyTorch from ${values.base}`,
    firstStage,
  }
}

/** Hashes everything that decides the values of a training except the arm and the seed. */
function identityOf({ stored, conditions, chosen, engine, texts }: Opened, firstStage?: FirstStage): string {
  const { measure, steps } = conditions
  const { seed: _seed, epochs: _epochs, ...deciding } = decisive(TORCH_LABORATORY_OPTIONS, engine.values)
  const given = [measure.name, steps, stampsOf(engine.values.base), firstStage?.identity]
  const sets = stored.map(({ set }) => set.identity)
  return sha256(JSON.stringify([VERSION, deciding, given, developmentHashes(texts, chosen?.development), sets]))
}
