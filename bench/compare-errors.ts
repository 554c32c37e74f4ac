// node bench/compare-errors.ts [--comparisons N] [--first N] [--pairs N] [--dimensions N] [--epochs N] [--rows FILE --eval DIR]: how often
// compare is wrong. --first lets several processes share the comparisons; each is a line of JSON on stderr. Type I: halves of one file,
// drawn at random, trained with different seeds. Power: pairs of arms, one of which has enough planted false negatives to cost about a
// point. Without --rows and --eval the data is made up; with them only the Type I error is measured.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rate } from './rate.ts'
import { lineOf, worldOf, writeCollection } from './made-up-topics.ts'
import { componentsOf, crossedEffect } from '../src/statistics/crossed.ts'
import { smallestEffect } from '../src/statistics/smallest-effect.ts'
import { mix } from '../src/base/hash.ts'
import { readOptions } from '../src/options/options.ts'
import { settled } from '../src/train/options.ts'
import { RowWords } from '../src/train/reading.ts'
import { startOf } from '../src/train/start/start.ts'
import { randomFrom } from '../src/base/random.ts'
import { readArms, scanFiles } from '../src/commands/compare/read.ts'
import { withRows } from '../src/laboratory/open.ts'
import { LABORATORY_OPTIONS } from '../src/laboratory/options.ts'
import { expectedComponents } from '../src/laboratory/plan.ts'
import { initialUnit } from '../src/laboratory/unit.ts'
import type { OwnLaboratory } from '../src/laboratory/winnow/conditions.ts'
import type { Materials } from '../src/laboratory/winnow/materials.ts'
import { resetEngine, trainedValues } from '../src/laboratory/winnow/trainer.ts'
import type { TrainingSet } from '../src/train/training-set.ts'
import { inFolder } from './folder.ts'
import { inLaboratory } from './laboratory.ts'

const { values: given } = parseArgs({
  options: {
    comparisons: { type: 'string', default: '200' },
    first: { type: 'string', default: '0' },
    dimensions: { type: 'string', default: '32' },
    epochs: { type: 'string', default: '2' },
    pairs: { type: 'string', default: '50' },
    rate: { type: 'string', default: '0.75' },
    rows: { type: 'string' },
    eval: { type: 'string' },
  },
})
const SEEDS = 5
const [FIRST, DIMENSIONS, EPOCHS] = [Number(given.first), Number(given.dimensions), Number(given.epochs)]
const SETTINGS = {
  dimensions: DIMENSIONS,
  epochs: EPOCHS,
  batch: 32,
  maxTokens: 64,
  negatives: 4,
  learningRate: 0.02,
  threads: 1,
}

interface Bench {
  lab: OwnLaboratory
  /** The training sets of the files. */
  sets: TrainingSet[]
}

/** Does work with files and a collection set up as in compare. */
async function withBench(
  paths: string[],
  collection: string,
  folder: string,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const values = settled(readOptions(LABORATORY_OPTIONS, { ...SETTINGS, eval: [collection] }))
  await withRows(paths, values, {}, async (inputs) => {
    const words = new RowWords(values.vocabulary)
    const hashes = await scanFiles(inputs, values, (row) => words.add(row), {})
    const start = await startOf(words.counter, values, {})
    const read = ({ texts }: Materials) => readArms({ inputs, names: paths, hashes }, texts, {})
    await inLaboratory({ values, start, folder, read }, (lab, { arms }) =>
      work({ lab, sets: arms.map((arm) => arm.setOf(1)) }),
    )
  })
}

/** Mixes several sets of the same rows: `choose` names the set for each row, or leaves the row out. */
function mixed(sets: TrainingSet[], choose: (row: number) => number | undefined): TrainingSet {
  const set = (sets[0] as TrainingSet).emptied()
  for (let row = 0; row < (sets[0] as TrainingSet).size; row++) {
    const which = choose(row)
    const from = which === undefined ? undefined : sets[which]
    if (from) set.addNumbered(from.codeOf(row), from.queryOf(row), from.positivesOf(row), from.negativesOf(row))
  }
  return set.seal()
}

/** Returns the values [seeds][queries] of an arm. */
async function valuesOf(lab: OwnLaboratory, set: TrainingSet, first: number): Promise<number[][]> {
  const { batch, epochs } = SETTINGS
  const steps = Math.ceil(set.size / batch) * epochs
  const found: number[][] = []
  for (let seed = first; seed < first + SEEDS; seed++) {
    resetEngine(lab, seed)
    const { values } = await trainedValues({ ...lab, steps }, set, seed)
    found.push(values[0] as number[])
  }
  return found
}

const less = (one: number[][], other: number[][]) =>
  one.map((values, seed) => values.map((value, at) => value - ((other[seed] as number[])[at] as number)))

async function typeOne({ lab, sets }: Bench, comparisons: number): Promise<void> {
  const { size } = sets[0] as TrainingSet
  const found: { p: number; mean: number; standardError: number }[] = []
  for (let comparison = FIRST; comparison < FIRST + comparisons; comparison++) {
    const random = randomFrom(mix(comparison, 21))
    const order = Array.from({ length: size }, (_, row) => ({ row, key: random() })).toSorted((a, b) => a.key - b.key)
    const first = new Set(order.slice(0, size >> 1).map(({ row }) => row))
    const arms = [true, false].map((isFirst) => mixed(sets, (row) => (first.has(row) === isFirst ? 0 : undefined)))
    const seed = 1 + comparison * 2 * SEEDS
    const [one, other] = [
      await valuesOf(lab, arms[0] as TrainingSet, seed),
      await valuesOf(lab, arms[1] as TrainingSet, seed + SEEDS),
    ]
    found.push(crossedEffect([less(one, other)]))
    const { p, mean, standardError } = found.at(-1) as (typeof found)[number]
    process.stderr.write(`${JSON.stringify({ comparison, p, mean, standardError })}\n`)
  }
  const spread = Math.sqrt(found.reduce((sum, { mean }) => sum + mean ** 2, 0) / found.length)
  const said = Math.sqrt(found.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / found.length)
  process.stdout.write(`Type I at p < .05: ${rate(found.filter(({ p }) => p < 0.05).length, found.length)}\n`)
  process.stdout.write(
    `  differences spread by ${(100 * spread).toFixed(2)} points, their standard errors say ${(100 * said).toFixed(2)}\n`,
  )
}

/** Returns the number of queries that compare expects to need for one point with five seeds. */
async function recommendedQueries(lab: OwnLaboratory): Promise<number> {
  const initial: number[][] = []
  for (let seed = 1; seed <= SEEDS; seed++) initial.push((await initialUnit(lab, seed)).values[0] as number[])
  const components = expectedComponents(initial)
  let queries = 20
  while (smallestEffect({ sets: [{ queries, components }], seeds: SEEDS }) > 0.01) queries += 1
  return queries
}

async function power({ lab, sets }: Bench, pairs: number, share: number): Promise<void> {
  const queries = await recommendedQueries(lab)
  const found: { p: number; mean: number; whole: number; effect: number }[] = []
  const isFound = (each: (typeof found)[number]) => each.p < 0.05 && each.mean > 0
  for (let pair = FIRST; pair < FIRST + pairs; pair++) {
    const { size } = sets[0] as TrainingSet
    const isDirty = Array.from({ length: size }, (_, row) => mix(pair, row, 22) / 2 ** 32 < share)
    const arms = [mixed(sets, () => 0), mixed(sets, (row) => (isDirty[row] ? 1 : 0))] as const
    const seed = 100_000 + pair * SEEDS
    const all = less(await valuesOf(lab, arms[0], seed), await valuesOf(lab, arms[1], seed))
    const chosen =
      all[0]
        ?.map((_, query) => query)
        .toSorted((a, b) => mix(pair, a, 23) - mix(pair, b, 23))
        .slice(0, queries) ?? []
    const difference = all.map((values) => chosen.map((query) => values[query] as number))
    const { p, mean } = crossedEffect([difference])
    const plan = { sets: [{ queries, components: componentsOf(difference) }], seeds: SEEDS }
    found.push({ p, mean, whole: crossedEffect([all]).mean, effect: smallestEffect(plan) })
    process.stderr.write(`${JSON.stringify({ pair, ...found.at(-1) })}\n`)
  }
  const mean = (of: (each: (typeof found)[number]) => number) =>
    (100 * found.reduce((sum, each) => sum + of(each), 0)) / found.length
  process.stdout.write(
    `Power with ${queries} queries and ${SEEDS} seeds, as recommended for one point: a difference of ${mean(({ whole }) => whole).toFixed(2)} points (the mean of the pairs over all ${lab.sets[0]?.queries.length} queries) is found at p < .05 in ${rate(found.filter(isFound).length, found.length)}\n`,
  )
  process.stdout.write(
    `  the smallest effect by the spread that showed: ${mean(({ effect }) => effect).toFixed(2)} points\n`,
  )
}

const [CONCEPTS, ROWS, QUERIES, RELEVANT] = [400, 800, 1500, 3]

/** Writes the same rows clean and with false negatives, and a collection about the same concepts. */
function makeUp(folder: string): { clean: string; dirty: string; collection: string } {
  const world = worldOf(randomFrom(7), CONCEPTS)
  const { pick, topic, query, text } = world
  const files = { clean: '', dirty: '' }
  for (let row = 0; row < ROWS; row++) {
    const about = topic()
    const others = Array.from({ length: 4 }, () => text([about[pick(2)] as number, pick(CONCEPTS)]))
    const siblings = Array.from({ length: 2 }, () => text(about))
    const base = { query: query(about), pos: [text(about)] }
    files.clean += lineOf({ ...base, neg: others })
    files.dirty += lineOf({ ...base, neg: [...siblings, ...others.slice(2)] })
  }
  const collection = writeCollection(folder, world, QUERIES, RELEVANT)
  const [clean, dirty] = [join(folder, 'clean.jsonl'), join(folder, 'dirty.jsonl')]
  writeFileSync(clean, files.clean)
  writeFileSync(dirty, files.dirty)
  return { clean, dirty, collection }
}

await inFolder(async (folder) => {
  const [comparisons, pairs] = [Number(given.comparisons), Number(given.pairs)]
  if (given.rows !== undefined && given.eval !== undefined) {
    await withBench([given.rows], given.eval, folder, (bench) => typeOne(bench, comparisons))
    return
  }
  const { clean, dirty, collection } = makeUp(folder)
  const started = performance.now()
  await withBench([clean, dirty], collection, folder, async (bench) => {
    if (comparisons > 0) await typeOne(bench, comparisons)
    if (pairs > 0) await power(bench, pairs, Number(given.rate))
  })
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(0)} s\n`)
})
