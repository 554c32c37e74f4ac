// Files with generated negatives through every command that writes rows: no passage loses its origin.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { doctor } from '../src/commands/doctor/doctor.ts'
import { FORMATS } from '../src/rows/formats/index.ts'
import type { RowFormat } from '../src/rows/formats/format.ts'
import { readRows } from '../src/rows/read.ts'
import type { Passage, Row } from '../src/rows/row.ts'
import { mine } from '../src/commands/mine/mine.ts'
import { overlap } from '../src/commands/overlap/overlap.ts'
import { trainEncoder } from '../src/train/train.ts'
import { linesOf, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { writeCollection } from './support/small-collection.ts'
import { clean, twoModels } from './support/two-models.ts'

const { model } = twoModels()

const [GAS, SUN] = [
  { strategy: 'entity_shift', requirement: 'names the gas' },
  { strategy: 'attribute_shift', requirement: 'is about ripening' },
]
const passage = (text: string, label: 'positive' | 'negative', from: Partial<Passage> = {}): Passage => ({
  id: text,
  text,
  label,
  origin: 'mined',
  ...from,
})
const generated = (text: string, generation: Passage['generation']) =>
  passage(text, 'negative', { origin: 'generated', ...(generation && { generation }) })
const rowOf = (query: string, ...passages: Passage[]): Row => ({ id: query, query, passages })

/** The large model calls what ends in `#better` relevant. */
const ROWS = [
  rowOf(
    'how do apples ripen',
    passage('apples ripen by ethylene gas', 'positive', { origin: 'given' }),
    passage('bicycles are oiled #none', 'negative'),
    generated('apples ripen by nitrogen gas #better', GAS),
    generated('apples redden in the sun #none', SUN),
  ),
  rowOf(
    'what is rust',
    passage('rust is iron oxide', 'positive', { origin: 'given' }),
    passage('paint is not rust #none', 'negative', { origin: 'given' }),
    generated('rust is what bread does #none', undefined),
  ),
]

/** The rows as lines; the second one with spaces that only its own bytes have. */
function linesIn(format: RowFormat): string[] {
  const lines = ROWS.map((row) => JSON.stringify(format.withOrigins(format.create(row), row)))
  return [`${lines[0]}\n`, `${lines[1]?.replaceAll('","', '",  "')}\r\n`]
}

const written = (format: RowFormat) => {
  const folder = tempDir()
  const input = join(folder, 'rows.jsonl')
  writeFileSync(input, linesIn(format).join(''))
  return { folder, input, out: join(folder, 'out.jsonl') }
}

/** What the rows of a file say: label, text, origin and, of what is generated, how. */
async function saidIn(path: string, format: RowFormat): Promise<unknown[][]> {
  const said: unknown[][] = []
  for await (const batch of readRows({ path, format })) {
    for (const entry of batch) {
      if (!('row' in entry)) throw new Error(JSON.stringify(entry.faults))
      said.push(entry.row.passages.map((each) => [each.label, each.text, each.origin, each.generation]))
    }
  }
  return said
}

/** Formats that tell where a passage came from, with the texts in the rows. */
const TELLING = FORMATS.filter(({ hasNoOrigins }) => hasNoOrigins !== true)

describe.each(TELLING.map((format) => [format.name, format] as const))('%s rows', (name, format) => {
  test('a generated negative that clean finds relevant is a generated positive; apply writes the same', async () => {
    const { folder, input, out } = written(format)
    const ran = await clean(input, out, '--judge', model('large'))
    expect(ran.code, ran.stderr).toBe(0)
    expect((await saidIn(out, format))[0]).toEqual([
      ['positive', 'apples ripen by ethylene gas', 'given', undefined],
      ['positive', 'apples ripen by nitrogen gas #better', 'generated', GAS],
      ['negative', 'bicycles are oiled #none', 'mined', undefined],
      ['negative', 'apples redden in the sun #none', 'generated', SUN],
    ])
    expect(readFileSync(out, 'utf8').endsWith(linesIn(format)[1] as string)).toBe(true)
    const again = join(folder, 'again.jsonl')
    const applied = await runWinnow(['apply', input, '--out', again, '--ledger', join(folder, '.winnow/ledger.db')])
    expect(applied.code, applied.stderr).toBe(0)
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'))
  })

  test('what is mined besides stands before what is generated', async () => {
    const { folder, input, out } = written(format)
    const corpus = writeJsonl(join(folder, 'corpus.jsonl'), [
      { _id: 'd1', text: 'apples ripen by ethylene gas' },
      { _id: 'd2', text: 'pears ripen by themselves' },
    ])
    const options = { corpus, add: true, out, index: join(folder, 'index'), share: 'off', tooFew: 'keep' } as const
    await mine(input, options)
    const [first, second] = await saidIn(out, format)
    expect(first?.slice(1)).toEqual([
      ['negative', 'bicycles are oiled #none', 'mined', undefined],
      ['negative', 'pears ripen by themselves', 'mined', undefined],
      ['negative', 'apples ripen by nitrogen gas #better', 'generated', GAS],
      ['negative', 'apples redden in the sun #none', 'generated', SUN],
    ])
    expect(second).toEqual((await saidIn(input, format))[1])
    const { add: _add, ...replacing } = options
    await mine(input, { ...replacing, out: join(folder, 'replaced.jsonl') })
    const [replaced] = await saidIn(join(folder, 'replaced.jsonl'), format)
    expect(replaced?.slice(1)).toEqual([['negative', 'pears ripen by themselves', 'mined', undefined]])
  })

  test('what overlap leaves keeps it, and training reads it', async () => {
    const { folder, input, out } = written(format)
    const collection = writeCollection(join(folder, 'test'), {
      documents: [{ _id: 'd1', text: 'bicycles are oiled #none' }],
      queries: [{ _id: 'q1', text: 'what is oiled?' }],
      judgements: [['q1', 'd1', 1]],
    })
    await overlap(input, collection, { split: 'train', out, remove: 'passages' })
    const [left] = await saidIn(out, format)
    expect(left?.slice(1)).toEqual([
      ['negative', 'apples ripen by nitrogen gas #better', 'generated', GAS],
      ['negative', 'apples redden in the sun #none', 'generated', SUN],
    ])
    expect(linesOf(out)[1]).toBe(linesIn(format)[1])
    const manifest = await trainEncoder(out, { out: join(folder, 'model'), dimensions: 16, epochs: 1, batch: 2 })
    expect(manifest).toMatchObject({ input: { format: name }, rows: { trained: 2 } })
    // What the bicycle was, the doctor misses.
    const diagnosis = await doctor(out)
    expect(diagnosis.format).toBe(name)
    expect(diagnosis.overview.origins).toEqual({ given: 1, mined: 0, generated: 3 })
    expect(diagnosis.findings.find(({ code }) => code === 'generated-only')).toMatchObject({
      severity: 'harms',
      count: 1,
      examples: [{ line: 1, note: 'its 2 negatives are generated' }],
    })
  })
})

test('a collection becomes rows of ms-swift', async () => {
  const folder = tempDir()
  const collection = writeCollection(join(folder, 'test'), {
    documents: [
      { _id: 'd1', text: 'chains are oiled' },
      { _id: 'd2', title: 'Oil', text: 'oil is pressed' },
    ],
    queries: [{ _id: 'q1', text: 'what is oiled or pressed?' }],
    judgements: [['q1', 'd1', 1]],
  })
  const out = join(folder, 'rows.jsonl')
  await mine(collection, {
    split: 'train',
    out,
    format: 'ms-swift-reranker',
    index: join(folder, 'index'),
    share: 'off',
  })
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
    messages: [{ role: 'user', content: 'what is oiled or pressed?' }],
    positive_messages: [[{ role: 'assistant', content: 'chains are oiled' }]],
    negative_messages: [[{ role: 'assistant', content: 'Oil oil is pressed' }]],
    miners: [{ name: 'bm25' }],
  })
  expect((await doctor(out)).overview.origins).toEqual({ given: 0, mined: 1, generated: 0 })
})
