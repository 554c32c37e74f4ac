// The speed of training a map over vectors, against plain PyTorch with the same shapes on the same cores.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { codeOf } from '../src/base/hash.ts'
import { readOptions } from '../src/options/options.ts'
import { Engine } from '../src/train/engine/engine.ts'
import { settled, TRAINING_OPTIONS } from '../src/train/options.ts'
import { capacityFor, train } from '../src/train/trainer.ts'
import { TrainingSet } from '../src/train/training-set.ts'
import { VectorTexts } from '../src/train/vector-texts.ts'
import { atLeast, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { median } from './measure.ts'
import { randomFrom } from '../src/base/random.ts'

const [ROWS, NEGATIVES, BATCH, EPOCHS, TURNS] = [832, 7, 64, 10, 3]
/** Those of MiniLM and of mpnet. */
const SIZES = [384, 768]

interface Rates {
  rowsPerSecond: number
  rowsPerProcessorSecond: number
}

export const mapTraining: Benchmark = {
  name: 'map',
  summary: `rows a second over vectors: batch ${BATCH}, ${NEGATIVES} negatives, a whole map, against PyTorch`,
  run: (scale, note) =>
    inFolder(async (folder) => {
      const figures: Figure[] = []
      for (const dimensions of SIZES) figures.push(...(await figuresOf(dimensions, scale, folder, note)))
      return figures
    }),
}

async function figuresOf(
  dimensions: number,
  scale: number,
  folder: string,
  note: (text: string) => void,
): Promise<Figure[]> {
  const python = process.env['WINNOW_BENCH_PYTHON']
  const epochs = Math.max(1, Math.round(EPOCHS * scale))
  const [ours, theirs]: [Rates[], (Rates & { threads: number; version: string })[]] = [[], []]
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(await trainOurs(dimensions, epochs, folder))
    note(`${dimensions} dimensions: winnow ${perSecond(ours.at(-1)?.rowsPerSecond ?? NaN)}`)
    if (!python) continue
    theirs.push(trainTheirs(python, dimensions, epochs))
    note(`${dimensions} dimensions: PyTorch ${perSecond(theirs.at(-1)?.rowsPerSecond ?? NaN)}`)
  }
  const own = { what: `winnow, ${dimensions} dimensions`, value: rateText(ours) }
  const [first] = theirs
  if (first === undefined) return [own, { what: 'PyTorch', value: 'WINNOW_BENCH_PYTHON names no Python' }]
  const ratios = theirs.map(({ rowsPerSecond }, turn) => (ours[turn]?.rowsPerSecond ?? NaN) / rowsPerSecond)
  return [
    own,
    { what: `torch ${first.version}, ${first.threads} threads`, value: rateText(theirs) },
    { what: 'winnow / PyTorch', value: median(ratios).toFixed(2), target: atLeast(median(ratios), 1) },
  ]
}

const rateText = (rates: readonly Rates[]) => perSecond(median(rates.map(({ rowsPerSecond }) => rowsPerSecond)))

async function trainOurs(dimensions: number, epochs: number, folder: string): Promise<Rates> {
  const texts = new VectorTexts(randomEncoder(dimensions), { file: join(folder, 'vectors') })
  const set = new TrainingSet(texts)
  for (let row = 0; row < ROWS; row++) {
    const passage = (at: number) => texts.add(`passage ${row} ${at}`, 'passage')
    const negatives = Array.from({ length: NEGATIVES }, (_, at) => passage(at + 1))
    set.addNumbered(codeOf(`row ${row}`), texts.add(`query ${row}`, 'query'), [passage(0)], negatives)
  }
  await texts.settle({})
  const given = { base: 'random', batch: BATCH, negatives: NEGATIVES, generated: 0, epochs }
  const values = settled(readOptions(TRAINING_OPTIONS, given))
  const map = { sides: 1, rank: 0 } as const
  const engine = new Engine({ tokens: 0, dimensions, map, trains: true, ...capacityFor(values, dimensions) })
  const identity = Float32Array.from({ length: dimensions ** 2 }, (_, at) => Number(at % (dimensions + 1) === 0))
  engine.writeTable(identity)
  const rows = Uint32Array.from({ length: ROWS }, (_, row) => row)
  const run = (of: number) =>
    train({ set: set.seal(), rows, development: undefined, values: { ...values, epochs: of }, engine })
  await run(1)
  const [begun, before] = [performance.now(), process.cpuUsage()]
  await run(epochs)
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(before)
  await engine.close()
  texts.close()
  const done = ROWS * epochs
  return { rowsPerSecond: done / seconds, rowsPerProcessorSecond: done / ((user + system) / 1e6) }
}

function randomEncoder(dimensions: number) {
  const random = randomFrom(1)
  return {
    name: 'random',
    identity: 'random',
    dimensions,
    encode: (texts: readonly string[]) =>
      Promise.resolve(Float32Array.from({ length: texts.length * dimensions }, () => random() - 0.5)),
    close: () => Promise.resolve(),
  }
}

function trainTheirs(python: string, dimensions: number, epochs: number) {
  const given = [ROWS, NEGATIVES, dimensions, BATCH, epochs].map(String)
  const output = execFileSync(python, [join(import.meta.dirname, 'map.py'), ...given], { encoding: 'utf8' })
  return JSON.parse(output) as Rates & { threads: number; version: string }
}
