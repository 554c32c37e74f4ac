// node bench/laboratories.ts write --folder DIR --encoder ENCODER [--data DIR] [--draws N] [--higher-draws N] [--pairs N]
// node bench/laboratories.ts train --folder DIR --laboratory NAME [--base ENCODER] [--files variants|damage|halves] [--most N]
//   [--seeds N] [--threads N]
// node bench/laboratories.ts report --folder DIR [--page bench/results/laboratories.md]
// Which encoder should files of rows be compared with? `write` makes the files, `train` trains one laboratory on a folder of them (each
// training is stored, so the same command goes on where it stopped), and `report` prints the tables or puts them into the page.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readJson, writeJson } from './recovery/arms.ts'
import { withTables } from './recovery/report.ts'
import { report } from './laboratories/report.ts'
import { armsOf, trainArms } from './laboratories/train.ts'
import { writeFiles } from './laboratories/write.ts'

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: '' },
    data: {
      type: 'string',
      default: process.env['WINNOW_TEST_DATA'] ?? join(import.meta.dirname, '../../shared/data'),
    },
    encoder: { type: 'string', default: '' },
    draws: { type: 'string', default: '20' },
    'higher-draws': { type: 'string', default: '5' },
    pairs: { type: 'string', default: '200' },
    laboratory: { type: 'string', default: '' },
    base: { type: 'string' },
    files: { type: 'string', default: 'variants' },
    most: { type: 'string', default: 'Infinity' },
    seeds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    page: { type: 'string' },
  },
})
const { folder, data } = given
const say = (sentence: string) => void process.stderr.write(`${sentence}\n`)

/** Trains on the first files of a folder, `--most` of them. */
async function train(): Promise<void> {
  const names = readJson<string[]>(join(folder, given.files, 'order.json')).slice(0, Number(given.most))
  const result = await trainArms(
    {
      base: given.base,
      arms: armsOf(names.map((name) => join(folder, given.files, `${name}.jsonl`))),
      collections: ['scifact', 'cranfield'].map((name) => `${join(data, name)}:test`),
      seeds: Number(given.seeds),
      threads: Number(given.threads),
      work: join(folder, 'trainings', given.laboratory),
    },
    say,
  )
  writeJson(join(folder, 'results', given.files, `${given.laboratory}.json`), result)
}

const steps: Record<string, () => void | Promise<void>> = {
  write: () =>
    writeFiles({
      folder,
      data,
      encoder: given.encoder,
      draws: Number(given.draws),
      higherDraws: Number(given['higher-draws']),
      pairs: Number(given.pairs),
    }),
  train,
  report: () => {
    const tables = report(folder)
    if (given.page !== undefined) writeFileSync(given.page, withTables(readFileSync(given.page, 'utf8'), tables))
    else process.stdout.write([...tables].map(([name, table]) => `## ${name}\n\n${table}\n`).join('\n'))
  },
}
const step = steps[positionals[0] ?? '']
const isWhole = folder !== '' && (positionals[0] !== 'train' || given.laboratory !== '')
if (step === undefined || !isWhole || (positionals[0] === 'write' && given.encoder === '')) {
  process.stderr.write(
    'usage: node bench/laboratories.ts write --folder DIR --encoder ENCODER | train --folder DIR --laboratory NAME | report --folder DIR\n',
  )
  process.exit(2)
}
await step()
