// The second step: every training of a part, each kept in a file of its own. Needs no server; several processes may share the work.
import { join } from 'node:path'
import { codeOf } from '../../src/base/hash.ts'
import { parseMeasures } from '../../src/evaluate/measures/parse.ts'
import type { Measure } from '../../src/evaluate/measures/measure.ts'
import { readOptions } from '../../src/options/options.ts'
import { WordCounter } from '../../src/encoders/static/vocabulary.ts'
import { startOf, type CommonStart } from '../../src/laboratory/arms.ts'
import { engineFor } from '../../src/laboratory/engine.ts'
import { openSets, readCollection, scoreSet, type EvaluationSet } from '../../src/laboratory/evaluation-set.ts'
import { LABORATORY_OPTIONS } from '../../src/laboratory/options.ts'
import { laboratory, resetEngine, trainedValues, type Laboratory } from '../../src/laboratory/unit.ts'
import { Texts } from '../../src/train/texts.ts'
import { stepsOf } from '../../src/train/trainer.ts'
import { TrainingSet } from '../../src/train/training-set.ts'
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

/** Does the trainings of one part that nobody has done. Arms share vocabulary, first vectors of a seed, and the number of steps. */
export async function trainPart(
  part: string,
  trainings: readonly Training[],
  settings: TrainSettings,
  say: (sentence: string) => void,
): Promise<void> {
  const places = placesIn(settings.folder)
  const resultOf = ({ rate, arm, seed }: Training) => places.result(part, rate, arm, seed)
  if (trainings.every((each) => isThere(resultOf(each)))) return
  const lab = await openLaboratory(part, settings)
  try {
    for (const training of trainings) {
      const { rate, arm, seed } = training
      if (isThere(resultOf(training))) continue
      const started = performance.now()
      const rows = arm === 'untrained' ? undefined : readJson<NumberedRow[]>(places.rows(part, rate, arm, seed))
      const result = rows === undefined ? await lookAt(lab, seed) : await train(lab, rows, seed)
      const seconds = (performance.now() - started) / 1000
      writeJson(resultOf(training), { ...result, seconds } satisfies Result)
      const mean = result.values.reduce((sum, value) => sum + value, 0) / result.values.length
      say(`${part} ${rate}% ${arm} seed ${seed}: ${mean.toFixed(4)} (${seconds.toFixed(1)} s)`)
    }
  } finally {
    await lab.close()
  }
}

interface Opened {
  common: Laboratory
  texts: Texts
  /** From the numbers of the experiment's files to those of `texts`. */
  numbers: number[]
  prompts: CommonStart['prompts']
  close(): Promise<void>
}

async function openLaboratory(part: string, { folder, threads, dimensions, epochs }: TrainSettings): Promise<Opened> {
  const places = placesIn(folder)
  const collection = places.collection(part)
  const values = readOptions(LABORATORY_OPTIONS, { eval: [collection], threads, dimensions, epochs })
  const truth = readJson<Truth>(places.truth(part))
  const counter = new WordCounter()
  for (const text of truth.texts) counter.add(text)
  const start = startOf(counter, values)
  const scratchFile = (name: string) => join(places.part(part), `${name}.${process.pid}`)
  const texts = new Texts(start.read, { maxTokens: values.maxTokens, file: scratchFile('bags') })
  const numbers = truth.texts.map((text) => texts.add(text))
  const evalTexts = new Texts(start.read, { maxTokens: Infinity, file: scratchFile('eval-bags') })
  const [opened] = await openSets([`${collection}:test`])
  if (opened === undefined) throw new Error(`${collection} has no test split`)
  const sets = [await readCollection(opened, evalTexts, start, {})]
  const [measure] = parseMeasures('nDCG@10') as [Measure]
  const engine = engineFor(texts, evalTexts, start, values)
  const clean = readJson<NumberedRow[]>(places.rows(part, 0, 'clean', 0))
  const steps = stepsOf(clean.length, values)
  return {
    common: laboratory(
      { start, sets, measure, steps, values, pool: undefined, development: undefined },
      { engine, evalTexts, texts, root: join(folder, 'units') },
    ),
    texts,
    numbers,
    prompts: start.prompts,
    close: async () => {
      await engine.close()
      texts.close()
      evalTexts.close()
    },
  }
}

async function train({ common, texts, numbers, prompts }: Opened, rows: readonly NumberedRow[], seed: number) {
  const set = new TrainingSet(texts, prompts)
  const distinct = (list: readonly number[]) => new Set(list.map((each) => numbers[each] as number))
  for (const { id, query, positives, negatives } of rows) {
    const known = distinct(positives)
    set.addNumbered(codeOf(id), numbers[query] as number, known, distinct(negatives).difference(known))
  }
  resetEngine(common, seed)
  const { values, epochs } = await trainedValues(common, set.seal(), seed)
  return { values: values[0] as number[], epochs }
}

/** What the vectors find that all arms of a seed start from. */
async function lookAt({ common }: Opened, seed: number) {
  resetEngine(common, seed)
  const { engine, evalTexts, measure } = common
  return { values: await scoreSet(common.sets[0] as EvaluationSet, engine, evalTexts, measure), epochs: 0 }
}
