// Trains an encoder on each of several files of rows, exactly as winnow compare does, and returns the value of every query.
import { basename } from 'node:path'
import { readArms, scanFiles } from '../../src/commands/compare/read.ts'
import type { Arm } from '../../src/laboratory/arm.ts'
import type { Measure } from '../../src/evaluate/measures/measure.ts'
import { parseMeasures } from '../../src/evaluate/measures/parse.ts'
import { openSets } from '../../src/laboratory/evaluation-set.ts'
import type { TrainingProgress } from '../../src/laboratory/hooks.ts'
import { withRows } from '../../src/laboratory/open.ts'
import { LABORATORY_OPTIONS } from '../../src/laboratory/options.ts'
import { seedsOf, trainAll, untrained } from '../../src/laboratory/trainings.ts'
import type { Unit } from '../../src/laboratory/unit.ts'
import { ownSetup } from '../../src/laboratory/winnow/setup.ts'
import { openWorkplace } from '../../src/laboratory/workplace.ts'
import { readOptions } from '../../src/options/options.ts'
import type { SeedValues } from '../../src/statistics/crossed.ts'
import { settled } from '../../src/train/options.ts'

export interface LaboratoryRequest {
  /** The encoder under the map; undefined for a static encoder. */
  base: string | undefined
  /** The files of rows; the first decides the number of steps. */
  files: readonly string[]
  collections: readonly string[]
  seeds: number
  threads: number
  /** Where finished trainings are stored. */
  work: string
}

/** For each collection, the values of each seed. */
type Values = readonly SeedValues[]

export interface LaboratoryResult {
  base: string | undefined
  collections: string[]
  steps: number
  untrained: Values
  /** By the name of the file. */
  arms: Record<string, Values>
}

const valuesOf = (units: readonly Unit[], sets: number): Values =>
  Array.from({ length: sets }, (_, set) => units.map(({ values }) => values[set] as number[]))

/** Runs all trainings that are not stored yet. */
export async function trainFiles(
  { base, files, collections: folders, seeds, threads, work }: LaboratoryRequest,
  say: (sentence: string) => void,
): Promise<LaboratoryResult> {
  const values = settled(readOptions(LABORATORY_OPTIONS, { base, eval: [...folders], seeds, threads }))
  const [measure] = parseMeasures(values.measure ?? '') as [Measure]
  const collections = await openSets(values.eval)
  return withRows(files, values, undefined, async (inputs) => {
    const setup = await ownSetup(values)
    const hashes = await scanFiles(inputs, values, setup.show, {})
    const place = openWorkplace({ work, identity: hashes })
    return setup.withTexts(place, {}, async (room) => {
      const names = files.map((file) => basename(file, '.jsonl'))
      const { arms } = await readArms({ inputs, names, hashes }, room.texts, {})
      const first = arms[0] as Arm
      const steps = setup.stepsOf(first.rows)
      const shared = { collections, development: undefined, measure, steps, rows: first.setOf(values.seed) }
      return room.withLaboratory(shared, {}, async (lab) => {
        const before = await untrained(lab, seedsOf(values), {})
        let last = -1
        const onTraining = ({ arm, seed, done, total, secondsLeft = 0 }: TrainingProgress) => {
          if (done !== last) say(`${arm}, seed ${seed}: ${done + 1} of ${total}, ${Math.round(secondsLeft)} s left`)
          last = done
        }
        const trained = await trainAll(lab, arms, seedsOf(values), { onTraining })
        return {
          base,
          collections: collections.map(({ name }) => name),
          steps,
          untrained: valuesOf(before, collections.length),
          arms: Object.fromEntries(trained.map(({ arm, units }) => [arm.name, valuesOf(units, collections.length)])),
        }
      })
    })
  })
}
