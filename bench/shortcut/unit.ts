// One training of the experiment, an arm with a seed, and all its measurements: stored in a file, so that it is never repeated.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { caseOf, type Case } from '../../src/commands/diagnose/shortcut/case.ts'
import { diagnoseBySimilarity, type SimilarityDiagnosis } from '../../src/commands/diagnose/shortcut/by-similarity.ts'
import { readOptions } from '../../src/options/options.ts'
import type { Encoder } from '../../src/encoders/encoder.ts'
import { staticEncoder } from '../../src/encoders/static/encoder.ts'
import { scoreSet, type BagSet } from '../../src/laboratory/winnow/collections.ts'
import type { Row } from '../../src/rows/row.ts'
import type { StepDiagnostics } from '../../src/train/diagnostics.ts'
import { settled, TRAINING_OPTIONS } from '../../src/train/options.ts'
import { train } from '../../src/train/trainer.ts'
import { TrainingSet } from '../../src/train/training-set.ts'
import { rowsOf, type Arm, type FileName } from './arms.ts'
import type { ShortcutLaboratory } from './laboratory.ts'

/** The diagnosis of one file of rows by one encoder, without the plots. */
export type UnitDiagnosis = Omit<SimilarityDiagnosis, 'histogram'>

export interface Unit {
  arm: string
  seed: number
  /** nDCG@10 of each test query. */
  ndcg: number[]
  /** For rows whose queries were held out, and for those trained on, in the files that the arm is measured on. */
  held: Partial<Record<FileName, UnitDiagnosis>>
  trained: Partial<Record<FileName, UnitDiagnosis>>
  steps: StepDiagnostics[]
  seconds: number
}

const PERMUTATIONS = 200

/** Trains, measures and writes, unless that was done before. */
export async function unitOf(lab: ShortcutLaboratory, arm: Arm, seed: number, folder: string): Promise<void> {
  const path = join(folder, `${arm.name}.${seed}.json`)
  if (existsSync(path)) return
  const started = performance.now()
  const { ndcg, encoder, steps, temperature } = await trained(lab, arm, seed)
  const files: FileName[] = arm.file === 'mined' ? ['planted', 'clean'] : [arm.file]
  const unit: Unit = { arm: arm.name, seed, ndcg, held: {}, trained: {}, steps, seconds: 0 }
  for (const file of files) {
    const diagnose = (rows: readonly Row[]) => diagnosed(rowsOf(rows, file), encoder, { seed, temperature })
    unit.held[file] = await diagnose(lab.held)
    unit.trained[file] = await diagnose(lab.rows)
  }
  unit.seconds = (performance.now() - started) / 1000
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(unit))
  renameSync(`${path}.${process.pid}`, path)
}

async function trained(
  { engine, texts, sets, measure, start, model: words, evalTexts, rows }: ShortcutLaboratory,
  arm: Arm,
  seed: number,
) {
  const given = { seed, loss: arm.loss, lossWeight: arm.weight }
  const values = settled(readOptions(TRAINING_OPTIONS, given))
  engine.state.fill(0)
  engine.writeTable(start.parametersOf(seed))
  const trainingSet = new TrainingSet(texts)
  for (const row of rowsOf(rows, arm.file)) trainingSet.add(row)
  trainingSet.seal()
  const steps: StepDiagnostics[] = []
  const all = Uint32Array.from({ length: trainingSet.size }, (_, row) => row)
  const input = { set: trainingSet, rows: all, development: undefined, values, engine }
  await train(input, { onDiagnostics: (step) => void steps.push(step) })
  const { values: ndcg } = await scoreSet(sets[0] as BagSet, engine, evalTexts, measure)
  const model = { ...words, vectors: engine.readTable() }
  const encoder = staticEncoder(model, { name: arm.name, identity: `${arm.name} ${seed}` })
  return { ndcg, encoder, steps, temperature: values.temperature }
}

async function diagnosed(
  rows: readonly Row[],
  encoder: Encoder,
  settings: { seed: number; temperature: number },
): Promise<UnitDiagnosis> {
  const { histogram: _plots, ...figures } = await diagnoseBySimilarity(casesOf(rows), encoder, {
    permutations: PERMUTATIONS,
    ...settings,
  })
  return figures
}

export const casesOf = (rows: readonly Row[]): Case[] => rows.map(caseOf).filter((each) => typeof each !== 'string')
