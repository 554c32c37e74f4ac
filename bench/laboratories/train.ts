// Trains an encoder on each of several files of rows, exactly as winnow compare does, and returns the value of every query.
import { basename } from 'node:path'
import { readArms, scanFiles, type ComparedArm } from '../../src/commands/compare/read.ts'
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

/** Rows to train on. */
export interface StudyArm {
  name: string
  /** One file for all seeds, or one for each. */
  files: readonly string[]
}

/** Returns an arm for each file, named after it. */
export const armsOf = (files: readonly string[]): StudyArm[] =>
  files.map((file) => ({ name: basename(file, '.jsonl'), files: [file] }))

export interface LaboratoryRequest {
  /** The encoder under the map; undefined for a static encoder. */
  base: string | undefined
  /** The first decides the number of steps. */
  arms: readonly StudyArm[]
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
export async function trainArms(
  { base, arms: wanted, collections: folders, seeds, threads, work }: LaboratoryRequest,
  say: (sentence: string) => void,
): Promise<LaboratoryResult> {
  const values = settled(readOptions(LABORATORY_OPTIONS, { base, eval: [...folders], seeds, threads }))
  const [measure] = parseMeasures(values.measure ?? '') as [Measure]
  const collections = await openSets(values.eval)
  const files = [...new Set(wanted.flatMap((arm) => arm.files))]
  return withRows(files, values, {}, async (inputs) => {
    const setup = await ownSetup(values)
    const hashes = await scanFiles(inputs, values, setup.show, {})
    const place = openWorkplace({ work, identity: hashes })
    return setup.withTexts(place, {}, async (room) => {
      const { arms: read } = await readArms({ inputs, names: files, hashes }, room.texts, {})
      const byFile = new Map(read.map((arm) => [arm.name, arm]))
      const first = byFile.get(wanted[0]?.files[0] ?? '') as ComparedArm
      const steps = setup.stepsOf(first.rows)
      const shared = { collections, development: undefined, measure, steps, rows: first.setOf(values.seed) }
      return room.withLaboratory(shared, {}, async (lab) => {
        const before = await untrained(lab, seedsOf(values), {})
        const units = wanted.map((): Unit[] => [])
        for (const [at, seed] of seedsOf(values).entries()) {
          const arms = wanted.map(({ name, files: of }) => {
            const arm = byFile.get(of[at % of.length] as string) as ComparedArm
            return { ...arm, name }
          })
          const found = await trainAll(lab, arms, [seed], { onTraining: (progress) => tell(progress, say) })
          for (const [index, each] of found.entries()) units[index]?.push(...each.units)
        }
        return {
          base,
          collections: collections.map(({ name }) => name),
          steps,
          untrained: valuesOf(before, collections.length),
          arms: Object.fromEntries(wanted.map(({ name }, at) => [name, valuesOf(units[at] ?? [], collections.length)])),
        }
      })
    })
  })
}

/** Says when a training begins. */
function tell(
  { arm, seed, done, total, share = 0, secondsLeft = 0 }: TrainingProgress,
  say: (sentence: string) => void,
) {
  if (share === 0 || share === 1)
    say(`seed ${seed}, ${arm}: ${done + 1} of ${total}, ${Math.round(secondsLeft)} s left`)
}
