// node bench/prune-errors.ts [--repetitions N] [--first N] [--harm SHARE] [--neutral N] [--idle SHARE] [--seeds N] [--epochs N] [--queries
// N] [--rows N]: how often prune is wrong. There are eight made-up datasets, two of them harmful: a share of their rows has the positive of
// another row. Some of the others are neutral: correct, but a share of their rows is about topics that no query asks about and takes steps
// from the rest, so that removing them loses hardly anything, and chance alone could prune them. Each repetition generates everything anew.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rate } from './rate.ts'
import { lineOf, type Topic, worldOf, writeCollection } from './made-up-topics.ts'
import { meanOf } from '../src/statistics/mean.ts'
import { mix } from '../src/base/hash.ts'
import { randomFrom } from '../src/base/random.ts'
import { prune } from '../src/commands/prune/prune.ts'
import type { PruneInput } from '../src/commands/prune/options.ts'
import type { PruneReport } from '../src/commands/prune/report.ts'
import { inFolder } from './folder.ts'

const { values: given } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '10' },
    harm: { type: 'string', default: '1' },
    queries: { type: 'string', default: '800' },
    rows: { type: 'string', default: '120' },
    seeds: { type: 'string', default: '10' },
    epochs: { type: 'string', default: '3' },
    neutral: { type: 'string', default: '2' },
    idle: { type: 'string', default: '0.4' },
    first: { type: 'string', default: '0' },
  },
})
const [REPETITIONS, HARM, QUERIES, ROWS] = [given.repetitions, given.harm, given.queries, given.rows].map(Number) as [
  number,
  number,
  number,
  number,
]
const [DATASETS, HARMFUL] = [8, 2]
const SETTINGS: PruneInput = {
  dimensions: 32,
  epochs: Number(given.epochs),
  batch: 32,
  maxTokens: 64,
  negatives: 4,
  learningRate: 0.02,
}
const [CONCEPTS, RELEVANT] = [150, 3]
const [NEUTRAL, IDLE] = [Number(given.neutral), Number(given.idle)]

const kindOf = (dataset: number) => (dataset < HARMFUL ? 'harmful' : dataset < HARMFUL + NEUTRAL ? 'neutral' : 'good')

function makeUp(folder: string, repetition: number): { paths: string[]; collection: string } {
  const random = randomFrom(mix(repetition, 41))
  const world = worldOf(random, CONCEPTS)
  const { pick, topic, query, text } = world
  const paths = Array.from({ length: DATASETS }, (_, dataset) => {
    const name = kindOf(dataset)
    // Concepts beyond those of the queries.
    const beyond = () => (name === 'neutral' && random() < IDLE ? CONCEPTS : 0)
    const abouts = Array.from({ length: ROWS }, (): Topic => {
      const [[one, other], more] = [topic(), beyond()]
      return [one + more, other + more]
    })
    const rows = abouts.map((about, row) => {
      const isWrong = name === 'harmful' && random() < HARM
      const positive = isWrong ? (abouts[(row + 1) % ROWS] as Topic) : about
      const others = Array.from({ length: 4 }, () =>
        text([about[pick(2)] as number, (about[0] >= CONCEPTS ? CONCEPTS : 0) + pick(CONCEPTS)]),
      )
      return lineOf({ query: query(about), pos: [text(positive)], neg: others })
    })
    const path = join(folder, `${name}-${dataset}.jsonl`)
    writeFileSync(path, rows.join(''))
    return path
  })
  const collection = writeCollection(folder, world, QUERIES, RELEVANT)
  return { paths, collection }
}

const isHarmful = (name: string) => name.startsWith('harmful')
const pointsOf = (values: number[]) => (100 * meanOf(values)).toFixed(2)

const started = performance.now()
const reports: PruneReport[] = []
const first = Number(given.first)
for (let repetition = first; repetition < first + REPETITIONS; repetition++) {
  await inFolder(async (folder) => {
    const { paths, collection } = makeUp(folder, repetition)
    const [seed, seeds] = [1 + repetition * 1000, Number(given.seeds)]
    const report = await prune(paths, {
      ...SETTINGS,
      seed,
      seeds,
      threads: 1,
      eval: [collection],
      work: join(folder, 'work'),
    })
    reports.push(report)
    const verdicts = report.datasets.map(({ name, verdict, leftOut }) => {
      const { mean = Number.NaN } = leftOut?.effect ?? {}
      return `${name} ${verdict} ${(100 * mean).toFixed(1)}`
    })
    process.stderr.write(`${repetition + 1}: ${report.seconds.toFixed(0)} s · ${verdicts.join(' · ')}\n`)
  })
}
const all = reports.flatMap(({ datasets }) => datasets)
const [planted, good] = [all.filter(({ name }) => isHarmful(name)), all.filter(({ name }) => !isHarmful(name))]
const pruned = (datasets: typeof all) => datasets.filter(({ verdict }) => verdict === 'pruned')
const effects = (datasets: typeof all) => datasets.flatMap(({ leftOut }) => (leftOut ? [leftOut.effect.mean] : []))
const both = reports.filter(({ datasets }) => pruned(datasets.filter(({ name }) => isHarmful(name))).length === HARMFUL)
const wrong = reports.filter(({ datasets }) => pruned(datasets).some(({ name }) => !isHarmful(name)))
const prunings = pruned(all)
process.stdout.write(
  [
    `${REPETITIONS} repetitions, ${given.seeds} seeds, ${DATASETS} datasets of ${ROWS} rows, ${HARMFUL} with ${100 * HARM}% wrong positives, ${NEUTRAL} neutral (${100 * IDLE}% of their rows are about other things); ${QUERIES} queries; nDCG@10 of everything ${meanOf(reports.map(({ everything }) => everything.mean)).toFixed(3)}`,
    `planted datasets pruned        ${rate(pruned(planted).length, planted.length)}`,
    `repetitions that find both     ${rate(both.length, reports.length)}`,
    `false prunes, of the other six  ${rate(pruned(good).length, good.length)}`,
    `false prunes, of all prunes    ${prunings.length === 0 ? 'none' : rate(pruned(good).length, prunings.length)}`,
    `repetitions with a false prune ${rate(wrong.length, reports.length)}`,
    `the other six undecided        ${rate(good.filter(({ verdict }) => verdict === 'undecided').length, good.length)}`,
    `leaving one out gains          ${pointsOf(effects(planted))} points planted, ${pointsOf(effects(good.filter(({ name }) => name.startsWith('neutral'))))} neutral, ${pointsOf(effects(good.filter(({ name }) => name.startsWith('good'))))} good`,
    `together, on the other half    ${pointsOf(reports.flatMap(({ together }) => (together ? [together.effect.mean] : [])))} points`,
    `${((performance.now() - started) / 1000).toFixed(0)} s`,
    '',
  ].join('\n'),
)
