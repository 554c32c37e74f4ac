// A laboratory with Winnow's own engine: a static encoder, or a map over the vectors of an encoder.
import type { Corpus } from '../../collections/collection.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import { developmentOfCollection } from '../../train/development-set.ts'
import type { Development } from '../../train/development.ts'
import { openCorpusOf } from '../../train/prepare.ts'
import { readPassages, RowWords } from '../../train/reading.ts'
import { needsWords, startOf } from '../../train/start/start.ts'
import { stepsOf } from '../../train/trainer.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import type { CompareHooks } from '../hooks.ts'
import type { LaboratoryValues } from '../options.ts'
import type { Room, Setup } from '../setup.ts'
import { readCollections } from './collections.ts'
import type { Materials } from './materials.ts'
import { withLaboratory, withMaterials } from './open.ts'

/** @throws UsageError if the corpus of --corpus cannot be used */
export async function ownSetup(values: LaboratoryValues): Promise<Setup> {
  const corpus = await openCorpusOf(values)
  const words = new RowWords(values.vocabulary)
  return {
    needsNegatives: false,
    ...(needsWords(values) && { show: (row) => words.add(row) }),
    stepsOf: (rows) => stepsOf(rows, values),
    withTexts: async (place, hooks, work) => {
      const start = await startOf(words.counter, values, hooks)
      return withMaterials(place, start, values, (materials) => work(roomOf(materials, corpus)))
    },
  }
}

function roomOf(materials: Materials, corpus: Corpus | undefined): Room {
  return {
    texts: materials.texts,
    withLaboratory: async ({ collections, development, measure, steps, rows }, hooks, work) => {
      const pool = corpus && (await readPassages(corpus, rows, hooks))
      const sets = await readCollections(collections, materials, hooks)
      const chosen = await readDevelopment(development, rows, hooks)
      return withLaboratory(materials, { sets, measure, steps, pool, development: chosen }, work)
    },
  }
}

/** Reads the queries of --dev, beside the rows of a set. */
async function readDevelopment(
  collection: OpenedCollection | undefined,
  rows: TrainingSet,
  hooks: CompareHooks,
): Promise<Development | undefined> {
  return collection && (await developmentOfCollection(collection, rows, hooks)).development
}
