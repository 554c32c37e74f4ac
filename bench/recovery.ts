// node bench/recovery.ts prepare|train|report --folder DIR [--encoder ENCODER] [--laboratory NAME] [--data DIR] [--rates N,…] [--seeds N,…]
// [--threads N] [--page bench/results/recovery.md]
// What false negatives cost, and how much of it each way of cleaning recovers. `prepare` mines with the encoder, plants, and has Winnow
// clean with scripted judges; `train` trains every arm in one laboratory: a map over the encoder, or a static encoder without --encoder;
// `report` prints the tables or puts them into the page. All three go on where they stopped.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openScorer } from '../src/encoders/models.ts'
import { planted } from './laboratories/damage.ts'
import { trainArms, type StudyArm } from './laboratories/train.ts'
import { ranks } from './laboratories/variants.ts'
import { minedBy } from './laboratories/write.ts'
import { worldOf } from './recovery/answers.ts'
import { ARMS, armAt, placesIn, RATES, SEEDS, writeJson, type Cleaning, type JudgeName } from './recovery/arms.ts'
import { chanceOf, fitByLikeness, readGradedRates } from './recovery/graded.ts'
import { gradedJudge, likenessJudge, symmetricJudge, type Judge } from './recovery/judge.ts'
import { likenessBy } from './recovery/likeness.ts'
import { prepare } from './recovery/prepare.ts'
import { report, withTables } from './recovery/report.ts'

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: '' },
    data: {
      type: 'string',
      default: process.env['WINNOW_TEST_DATA'] ?? join(import.meta.dirname, '../../shared/data'),
    },
    encoder: { type: 'string' },
    laboratory: { type: 'string', default: 'map' },
    rates: { type: 'string', default: RATES.join(',') },
    seeds: { type: 'string', default: SEEDS.join(',') },
    threads: { type: 'string', default: '2' },
    page: { type: 'string' },
  },
})
const { folder, data, encoder, laboratory } = given
const numbers = (list: string) => list.split(',').map(Number)
const [rates, seeds] = [numbers(given.rates), numbers(given.seeds)]
const say = (sentence: string) => void process.stderr.write(`${sentence}\n`)

/** The share of its finds that GPT-4o's recorded replies for FiQA called better than the positive. */
const FEW = 2 / 23

async function prepareAll(spec: string): Promise<void> {
  const mined = await minedBy(spec, join(folder, 'mined.jsonl'), data)
  const clean = ranks(mined, 1)
  const scorer = await openScorer(spec)
  try {
    const likeness = likenessBy(scorer)
    const graded = readGradedRates(join(data, 'dl19'))
    const fitted = await fitByLikeness(join(data, 'dl19'), likeness)
    for (const at of [-0.2, 0, 0.1])
      say(
        `likeness ${at}: called relevant ${[0, 1, 2, 3].map((grade) => chanceOf(fitted, grade, at).toFixed(2)).join(', ')}`,
      )
    const judges: Record<JudgeName, (name: string, better: number) => Judge> = {
      uniform: (name, better) => gradedJudge(name, graded, better),
      likeness: (name, better) => likenessJudge(name, graded, fitted, better),
      '5%': (name, better) => symmetricJudge(name, 0.05, better),
    }
    const judgeOf = ({ judge, action }: Cleaning) =>
      action === 'few' ? judges[judge](`${judge}-few`, FEW) : judges[judge](judge, 0.5)
    const whole = planted(clean, 'both', 1).map((row, at) => ({ ...row, mined: clean[at]?.negative_passages ?? [] }))
    const world = await worldOf(whole, likeness)
    await prepare(clean, { folder, rates, seeds, judgeOf, world, scorer: spec }, say)
  } finally {
    await scorer.close()
  }
}

async function train(): Promise<void> {
  const places = placesIn(folder)
  const drawn = rates.flatMap((rate) =>
    ARMS.map((arm): StudyArm => ({
      name: armAt(rate, arm),
      files: seeds.map((seed) => places.rows(rate, arm, seed)),
    })),
  )
  const result = await trainArms(
    {
      base: encoder,
      arms: [{ name: 'clean', files: [places.clean] }, ...drawn],
      collections: ['scifact', 'cranfield'].map((name) => `${join(data, name)}:test`),
      seeds: seeds.length,
      threads: Number(given.threads),
      work: join(folder, 'trainings', laboratory),
    },
    say,
  )
  writeJson(places.result(laboratory), result)
}

function show(): void {
  const found = report({ folder, laboratory, rates, seeds })
  if (given.page !== undefined) writeFileSync(given.page, withTables(readFileSync(given.page, 'utf8'), found))
  else process.stdout.write([...found].map(([name, tables]) => `## ${name}\n\n${tables}\n`).join(''))
}

const [step] = positionals
if (folder !== '' && step === 'prepare' && encoder !== undefined) await prepareAll(encoder)
else if (folder !== '' && step === 'train') await train()
else if (folder !== '' && step === 'report') show()
else {
  process.stderr.write(
    'usage: node bench/recovery.ts prepare --folder DIR --encoder ENCODER | train --folder DIR | report --folder DIR\n',
  )
  process.exit(2)
}
