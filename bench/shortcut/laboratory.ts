// What all trainings of the experiment share: one vocabulary, one engine, the same texts as tokens, and the test queries.
import { join } from 'node:path'
import { contentsOf } from '../../src/collections/collection.ts'
import type { Measure } from '../../src/evaluate/measures/measure.ts'
import { parseMeasures } from '../../src/evaluate/measures/parse.ts'
import { readOptions } from '../../src/options/options.ts'
import { tokenizerFor } from '../../src/encoders/static/encoder.ts'
import { initialVectors } from '../../src/encoders/static/initial.ts'
import { buildVocabulary, WordCounter, type Vocabulary } from '../../src/encoders/static/vocabulary.ts'
import { readRows } from '../../src/rows/read.ts'
import type { Row } from '../../src/rows/row.ts'
import { openSets, readCollection, type EvaluationSet } from '../../src/laboratory/evaluation-set.ts'
import { openInput } from '../../src/rows/input.ts'
import { Engine } from '../../src/train/engine/engine.ts'
import { TRAINING_OPTIONS } from '../../src/train/options.ts'
import { Texts } from '../../src/train/texts.ts'
import { capacityFor } from '../../src/train/trainer.ts'
import { FILES, rowsOf } from './arms.ts'

export interface Laboratory {
  /** Rows as they were mined: those that are trained on, and those whose queries are not. */
  rows: Row[]
  held: Row[]
  vocabulary: Vocabulary
  dimensions: number
  vectorsOf: (seed: number) => Float32Array
  texts: Texts
  evalTexts: Texts
  set: EvaluationSet
  measure: Measure
  engine: Engine
}

const DIMENSIONS = 512

export async function openLaboratory(
  paths: { rows: string; held: string; eval: string },
  threads: number,
  folder: string,
): Promise<Laboratory> {
  const [rows, held] = [await rowsIn(paths.rows), await rowsIn(paths.held)]
  const all = FILES.flatMap((file) => rowsOf(rows, file))
  const known = new Set(all.flatMap(({ query, passages }) => [query, ...passages.map(contentsOf)]))
  const counter = new WordCounter()
  for (const text of known) counter.add(text)
  const values = readOptions(TRAINING_OPTIONS, { loss: 'info-nce+match' })
  const vocabulary = buildVocabulary(counter, values.vocabulary)
  const vectorsOf = (seed: number) => initialVectors(vocabulary, DIMENSIONS, seed)
  const prompts = { query: '', passage: '' }
  const model = { tokenizer: vocabulary.tokenizer, vectors: vectorsOf(1), dimensions: DIMENSIONS, prompts }
  const read = tokenizerFor(model, 'the vocabulary of the rows')
  const texts = new Texts(read, { maxTokens: values.maxTokens, file: join(folder, 'bags') })
  for (const text of known) texts.add(text)
  const evalTexts = new Texts(read, { maxTokens: Infinity, file: join(folder, 'eval-bags') })
  const tokens = vocabulary.pieces.length
  const start = { read, prompts, tokens, dimensions: DIMENSIONS, identity: '', vectorsOf }
  const [collection] = await openSets([paths.eval])
  if (collection === undefined) throw new Error(`there is no collection ${paths.eval}`)
  const set = await readCollection(collection, evalTexts, start, {})
  const capacity = capacityFor(values, Math.max(texts.largest, evalTexts.largest))
  const engine = new Engine({ tokens, dimensions: DIMENSIONS, trains: true, ...capacity }, threads)
  const [measure] = parseMeasures('nDCG@10') as [Measure]
  return { rows, held, vocabulary, dimensions: DIMENSIONS, vectorsOf, texts, evalTexts, set, measure, engine }
}

export async function rowsIn(path: string): Promise<Row[]> {
  const input = await openInput(path, undefined)
  const rows: Row[] = []
  try {
    for await (const batch of readRows(input)) {
      for (const entry of batch) {
        if (!('row' in entry)) throw new Error(`${path}: a line that is no row`)
        rows.push(entry.row)
      }
    }
  } finally {
    await input.close()
  }
  return rows
}
