// The second step: all trainings of a part, each stored in its own file. Needs no server; several processes may share the work.
import { meanOf } from '../../src/statistics/mean.ts'
import { codeOf } from '../../src/base/hash.ts'
import { readOptions } from '../../src/options/options.ts'
import { WordCounter } from '../../src/encoders/static/vocabulary.ts'
import { LABORATORY_OPTIONS } from '../../src/laboratory/options.ts'
import { scoreSet, type BagSet } from '../../src/laboratory/winnow/collections.ts'
import type { OwnLaboratory } from '../../src/laboratory/winnow/conditions.ts'
import type { Materials } from '../../src/laboratory/winnow/materials.ts'
import { resetEngine, trainedValues } from '../../src/laboratory/winnow/trainer.ts'
import { startAnew } from '../../src/train/start/static.ts'
import { settled } from '../../src/train/options.ts'
import { stepsOf } from '../../src/train/trainer.ts'
import { TrainingSet } from '../../src/train/training-set.ts'
import { inLaboratory } from '../laboratory.ts'
import {
  isThere,
  placesIn,
  readJson,
  writeJson,
  type ArmName,
  type NumberedRow,
  type Result,
  type Truth,
} from './arms.ts'

export interface Training {
  part: string
  rate: number
  arm: ArmName
  seed: number
}

export interface TrainSettings {
  folder: string
  threads: number
  dimensions?: number | undefined
  epochs?: number | undefined
}

/**
 * Runs the trainings of one part that are not done yet. Arms share the vocabulary, the initial vectors of a seed, and the number of steps.
 */
export async function trainPart(
  part: string,
  trainings: readonly Training[],
  settings: TrainSettings,
  say: (sentence: string) => void,
): Promise<void> {
  const places = placesIn(settings.folder)
  const resultOf = ({ rate, arm, seed }: Training) => places.result(part, rate, arm, seed)
  if (trainings.every((each) => isThere(resultOf(each)))) return
  await inPart(part, settings, async (lab) => {
    for (const training of trainings) {
      const { rate, arm, seed } = training
      if (isThere(resultOf(training))) continue
      const started = performance.now()
      const rows = arm === 'untrained' ? undefined : readJson<NumberedRow[]>(places.rows(part, rate, arm, seed))
      const result = rows === undefined ? await lookAt(lab, seed) : await train(lab, rows, seed)
      const seconds = (performance.now() - started) / 1000
      writeJson(resultOf(training), { ...result, seconds } satisfies Result)
      const mean = meanOf(result.values)
      say(`${part} ${rate}% ${arm} seed ${seed}: ${mean.toFixed(4)} (${seconds.toFixed(1)} s)`)
    }
  })
}

interface OpenLaboratory {
  lab: OwnLaboratory
  /** Maps the numbers of the experiment's files to those of the texts. */
  numbers: number[]
}

async function inPart(
  part: string,
  { folder, threads, dimensions, epochs }: TrainSettings,
  work: (opened: OpenLaboratory) => Promise<void>,
): Promise<void> {
  const places = placesIn(folder)
  const given = { eval: [`${places.collection(part)}:test`], threads, dimensions, epochs }
  const values = settled(readOptions(LABORATORY_OPTIONS, given))
  const truth = readJson<Truth>(places.truth(part))
  const counter = new WordCounter()
  for (const text of truth.texts) counter.add(text)
  const read = ({ texts }: Materials) => truth.texts.map((text) => texts.add(text, 'passage'))
  const clean = readJson<NumberedRow[]>(places.rows(part, 0, 'clean', 0))
  const steps = stepsOf(clean.length, values)
  const start = startAnew(counter, values)
  await inLaboratory({ values, start, folder: places.part(part), read }, (lab, numbers) =>
    work({ lab: { ...lab, steps }, numbers }),
  )
}

async function train({ lab, numbers }: OpenLaboratory, rows: readonly NumberedRow[], seed: number) {
  const set = new TrainingSet(lab.texts)
  const distinct = (list: readonly number[]) => new Set(list.map((each) => numbers[each] as number))
  for (const { id, query, positives, negatives } of rows) {
    const known = distinct(positives)
    set.addNumbered(codeOf(id), numbers[query] as number, known, distinct(negatives).difference(known))
  }
  resetEngine(lab, seed)
  const { values, epochs } = await trainedValues(lab, set.seal(), seed)
  return { values: values[0] as number[], epochs }
}

/** Evaluates the vectors that all arms of a seed start from. */
async function lookAt({ lab }: OpenLaboratory, seed: number) {
  resetEngine(lab, seed)
  const { engine, evalTexts, measure } = lab
  return { values: await scoreSet(lab.sets[0] as BagSet, engine, evalTexts, measure), epochs: 0 }
}
