// The speed of the trainer against sentence-transformers' own, for the same encoder, rows and cores.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tokenizerFor } from '../src/encoders/static/encoder.ts'
import { writeStaticFolder } from '../src/encoders/static/folder.ts'
import { initialVectors } from '../src/encoders/static/initial.ts'
import { buildVocabulary, WordCounter } from '../src/encoders/static/vocabulary.ts'
import type { Row } from '../src/rows/row.ts'
import { Engine } from '../src/train/engine/engine.ts'
import { readOptions } from '../src/options/options.ts'
import { settled, TRAINING_OPTIONS } from '../src/train/options.ts'
import { TokenTexts } from '../src/train/token-texts.ts'
import { capacityFor, train } from '../src/train/trainer.ts'
import { TrainingSet } from '../src/train/training-set.ts'
import { atLeast, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { madeUpTexts } from './made-up-text.ts'
import { median } from './measure.ts'

const [ROWS, TURNS, PYTHON_STEPS, DIMENSIONS, NEGATIVES, TOKENS, QUERY_TOKENS] = [4096, 3, 40, 256, 7, 96, 15]
const WORDS = 30_000
const TARGET = 5

/** Rows per second: of the steps, of everything, and of everything by the time of all processors together. */
interface OwnRates {
  steps: number
  all: number
  processor: number
}

interface MeasuredRates {
  rowsPerSecond: number
  rowsPerProcessorSecond: number
  threads: number
  versions: Record<string, string>
}

export const training: Benchmark = {
  name: 'train',
  summary: `rows a second: batch 64, ${DIMENSIONS} dimensions, ${NEGATIVES} negatives, ${TOKENS} tokens a passage`,
  run: (scale, note) =>
    inFolder(async (folder) => {
      const rows = makeRows(Math.max(128, Math.round(ROWS * scale)))
      const counter = WordCounter.for(WORDS)
      for (const { query, passages } of rows)
        for (const text of [query, ...passages.map((each) => each.text)]) counter.add(text)
      const vocabulary = buildVocabulary(counter, WORDS)
      const vectors = initialVectors(vocabulary, DIMENSIONS, 1)
      const model = {
        tokenizer: vocabulary.tokenizer,
        vectors,
        dimensions: DIMENSIONS,
        prompts: { query: '', passage: '' },
      }
      const place = join(folder, 'model')
      writeStaticFolder(place, model, '')
      const columns = rows.map(({ query, passages: [positive, ...negatives] }) => ({
        query,
        positive: positive?.text,
        ...Object.fromEntries(negatives.map(({ text }, at) => [`negative_${at + 1}`, text])),
      }))
      const file = join(folder, 'rows.jsonl')
      writeFileSync(file, columns.map((row) => `${JSON.stringify(row)}\n`).join(''))
      const python = process.env['WINNOW_BENCH_PYTHON']
      const ours: OwnRates[] = []
      const theirs: MeasuredRates[] = []
      // The Python trainer warms up by itself.
      await trainOurs(rows.slice(0, rows.length / 4), model, folder)
      for (let turn = 0; turn < TURNS; turn++) {
        ours.push(await trainOurs(rows, model, folder))
        note(`winnow ${perSecond(ours.at(-1)?.steps ?? NaN)}`)
        if (!python) continue
        theirs.push(trainTheirs(python, place, file, Math.max(4, Math.round(PYTHON_STEPS * scale))))
        note(`sentence-transformers ${perSecond(theirs.at(-1)?.rowsPerSecond ?? NaN)}`)
      }
      return figuresOf(ours, theirs)
    }),
}

function figuresOf(ours: OwnRates[], theirs: MeasuredRates[]): Figure[] {
  const figures: Figure[] = [
    { what: 'winnow, steps', value: perSecond(median(ours.map(({ steps }) => steps))) },
    { what: 'winnow, one epoch and cutting texts into tokens', value: perSecond(median(ours.map(({ all }) => all))) },
  ]
  const [first] = theirs
  if (first === undefined)
    return [...figures, { what: 'sentence-transformers', value: 'WINNOW_BENCH_PYTHON names no Python' }]
  const ratios = theirs.map(({ rowsPerSecond }, turn) => (ours[turn]?.all ?? NaN) / rowsPerSecond)
  const byProcessor = theirs.map((each, turn) => (ours[turn]?.processor ?? NaN) / each.rowsPerProcessorSecond)
  const versions = Object.entries(first.versions).map(([name, version]) => `${name} ${version}`)
  return [
    ...figures,
    {
      what: `${versions.join(', ')}, ${first.threads} threads`,
      value: perSecond(median(theirs.map((each) => each.rowsPerSecond))),
    },
    {
      what: 'one epoch and cutting / sentence-transformers',
      value: ratioText(ratios),
      target: atLeast(median(ratios), TARGET),
    },
    { what: 'the same by processor time', value: ratioText(byProcessor) },
  ]
}

const ratioText = (ratios: number[]) =>
  `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)}–${Math.max(...ratios).toFixed(1)})`

/** Returns rows whose texts have a fixed number of tokens each, drawn from 30,000 words, common ones often. */
function makeRows(count: number): Row[] {
  const text = madeUpTexts(3, WORDS)
  return Array.from({ length: count }, (_row, row) => ({
    id: String(row),
    query: text(QUERY_TOKENS, QUERY_TOKENS),
    passages: Array.from({ length: 1 + NEGATIVES }, (_passage, at) => ({
      id: String(at),
      text: text(TOKENS, TOKENS),
      label: at === 0 ? 'positive' : 'negative',
      origin: 'given',
    })),
  }))
}

/**
 * Returns rows per second for the steps alone, and with everything that an epoch of the Python trainer includes, such as tokenizing texts.
 */
async function trainOurs(rows: Row[], model: Parameters<typeof tokenizerFor>[0], folder: string): Promise<OwnRates> {
  const values = settled(readOptions(TRAINING_OPTIONS, { epochs: 1, negatives: NEGATIVES, maxTokens: TOKENS }))
  const started = performance.now()
  const before = process.cpuUsage()
  const texts = new TokenTexts(tokenizerFor(model, 'model'), model.prompts, {
    maxTokens: TOKENS,
    file: join(folder, 'bags'),
  })
  const set = new TrainingSet(texts)
  for (const row of rows) set.add(row)
  set.seal()
  const tokens = model.vectors.length / DIMENSIONS
  const engine = new Engine({ tokens, dimensions: DIMENSIONS, trains: true, ...capacityFor(values, texts.largest) })
  engine.writeTable(model.vectors)
  const begun = performance.now()
  const all = Uint32Array.from(rows.keys())
  await train({ set, rows: all, development: undefined, values, engine })
  const ended = performance.now()
  const { user, system } = process.cpuUsage(before)
  await engine.close()
  texts.close()
  return {
    steps: rows.length / ((ended - begun) / 1000),
    all: rows.length / ((ended - started) / 1000),
    processor: rows.length / ((user + system) / 1e6),
  }
}

function trainTheirs(python: string, model: string, rows: string, steps: number): MeasuredRates {
  const script = join(import.meta.dirname, 'train.py')
  const output = execFileSync(python, [script, model, rows, String(steps)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as MeasuredRates
}
