// node bench/recovery.ts prepare|train|report --folder DIR [--data DIR] [--only PART,…] [--rates N,…] [--seeds N,…] [--threads N]
// [--process I/N]: what false negatives cost, and how much of it each way of cleaning recovers. `prepare` mines, plants and cleans with a
// scripted model; `train` trains and evaluates every arm (several processes may share the work); `report` prints the tables, or with --page
// bench/results/recovery.md puts them into the page. --cleanings NAME,… leaves the others out; --better SHARE sets how often a judge
// considers what it calls relevant better than the positives (--suffix -rare for the tables of a share other than one half).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { armsAt, CLEANINGS, isThere, PARTS, placesIn, RATES, SEEDS } from './recovery/arms.ts'
import { cranfield, scifact } from './recovery/collections.ts'
import { gradedJudge, readGradedRates, symmetricJudge } from './recovery/judge.ts'
import { preparePart } from './recovery/prepare.ts'
import { report, withTables } from './recovery/report.ts'
import { trainPart, type Training } from './recovery/train.ts'

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string' },
    data: {
      type: 'string',
      default: process.env['WINNOW_TEST_DATA'] ?? join(import.meta.dirname, '../../shared/data'),
    },
    only: { type: 'string', default: PARTS.join(',') },
    rates: { type: 'string', default: RATES.join(',') },
    seeds: { type: 'string', default: SEEDS.join(',') },
    threads: { type: 'string', default: '1' },
    process: { type: 'string', default: '1/1' },
    dimensions: { type: 'string' },
    epochs: { type: 'string' },
    page: { type: 'string' },
    suffix: { type: 'string', default: '' },
    cleanings: { type: 'string', default: CLEANINGS.join(',') },
    better: { type: 'string', default: '0.5' },
  },
})

const [step] = positionals
const folder = given.folder ?? ''
if (folder === '' || !['prepare', 'train', 'report'].includes(step ?? '')) {
  process.stderr.write('usage: node bench/recovery.ts prepare|train|report --folder DIR\n')
  process.exit(2)
}
const numbers = (list: string) => list.split(',').map(Number)
const parts = given.only.split(',')
const [rates, seeds] = [numbers(given.rates), numbers(given.seeds)]
const cleanings = CLEANINGS.filter((each) => given.cleanings.split(',').includes(each))
const say = (sentence: string) => void process.stderr.write(`${sentence}\n`)

async function prepare(): Promise<void> {
  const better = Number(given.better)
  const rates4o = readGradedRates(join(given.data, 'dl19'))
  const judges = { 'gpt-4o': gradedJudge('gpt-4o', rates4o, better), '5%': symmetricJudge('symmetric', 0.05, better) }
  for (const name of parts) {
    const place = placesIn(folder).part(name)
    mkdirSync(place, { recursive: true })
    const part =
      name === 'scifact'
        ? await scifact(given.data, place)
        : await cranfield(given.data, place, name.endsWith('a') ? 0 : 1)
    await preparePart(part, judges, { folder, rates, seeds, cleanings }, say)
    rmSync(join(place, 'indexes'), { recursive: true, force: true })
  }
}

/** Trains seed by seed, so that partial results cover all arms. */
async function train(): Promise<void> {
  const [own, of] = given.process.split('/').map(Number) as [number, number]
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
  const settings = {
    folder,
    threads: Number(given.threads),
    dimensions: number(given.dimensions),
    epochs: number(given.epochs),
  }
  for (const part of parts) {
    const all = seeds.flatMap((seed) =>
      rates.flatMap((rate) => armsAt(rate, cleanings).map((arm): Training => ({ part, rate, arm, seed }))),
    )
    const mine = all.filter((_, index) => index % of === own - 1)
    await trainPart(part, mine, settings, say)
  }
}

if (step === 'prepare') await prepare()
if (step === 'train') await train()
if (step === 'report') {
  const isDone = (part: string) =>
    seeds.every((seed) =>
      rates.every((rate) =>
        armsAt(rate, cleanings).every((arm) => isThere(placesIn(folder).result(part, rate, arm, seed))),
      ),
    )
  const missing = parts.filter((part) => !isDone(part))
  if (missing.length > 0) say(`not all trainings are there of ${missing.join(', ')}: left out`)
  const found = report(
    folder,
    parts.filter((part) => !missing.includes(part)),
    { rates, seeds, cleanings },
  )
  if (given.page === undefined)
    process.stdout.write([...found].map(([name, tables]) => `## ${name}\n\n${tables}`).join('\n'))
  else writeFileSync(given.page, withTables(readFileSync(given.page, 'utf8'), found, given.suffix))
}
