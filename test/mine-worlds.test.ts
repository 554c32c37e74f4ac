// winnow mine in random worlds: passages that must never become negatives, and the same bytes for the same seed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fold } from '../src/likeness/fold.ts'
import { readRows, type RowLine } from '../src/rows/read.ts'
import { formatNamed } from '../src/rows/formats/index.ts'
import { contentOf, labelled } from '../src/rows/row.ts'
import { mine } from '../src/commands/mine/mine.ts'
import type { MineOptions } from '../src/mining/options.ts'
import { writeCollection, type SmallCollection } from './support/small-collection.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import type { MinedRow } from './support/mined.ts'
import { bgeRow, msSwiftRow, tevatronRow } from './support/random-rows.ts'
import { repetitions } from './support/repetitions.ts'

const words = fc.constantFrom('cat', 'dog', 'bird', 'fish', 'milk', 'bone', 'seed', 'worm')
const sentence = (least: number) => fc.array(words, { minLength: least, maxLength: 6 }).map((each) => each.join(' '))

/** Worlds small enough that documents are copies of one another, queries of one another, and either of the other. */
const anyCollection: fc.Arbitrary<SmallCollection> = fc
  .record({
    texts: fc.array(sentence(0), { minLength: 6, maxLength: 25 }),
    queries: fc.array(sentence(1), { minLength: 1, maxLength: 5 }),
    judgements: fc.array(fc.tuple(fc.nat(4), fc.nat(24), fc.integer({ min: -1, max: 2 })), {
      minLength: 3,
      maxLength: 14,
    }),
  })
  .map(({ texts, queries, judgements }) => {
    const pairs = new Map(
      judgements.map(([query, document, grade]) => [
        `q${query % queries.length} d${document % texts.length}`,
        [`q${query % queries.length}`, `d${document % texts.length}`, grade] as [string, string, number],
      ]),
    )
    return {
      documents: texts.map((text, index) => ({ _id: `d${index}`, text, ...(index % 4 === 0 && { title: 'cat' }) })),
      queries: queries.map((text, index) => ({ _id: `q${index}`, text })),
      judgements: [...pairs.values()],
    }
  })

const anyOptions: fc.Arbitrary<MineOptions> = fc.record(
  {
    negatives: fc.integer({ min: 1, max: 4 }),
    skip: fc.integer({ min: 0, max: 3 }),
    share: fc.constantFrom<(number | 'off')[]>('off', 0.5, 0.95, 1),
    margin: fc.constantFrom(0, 0.5),
    maxScore: fc.constantFrom(1, 3),
    minScore: fc.constantFrom(0, 0.2),
    bar: fc.constantFrom('min', 'mean', 'max'),
    sample: fc.constantFrom('top', 'random'),
    tooFew: fc.constantFrom('keep', 'drop', 'fill'),
    seed: fc.integer({ min: 0, max: 3 }),
    relevance: fc.constantFrom(1, 2),
    nearDuplicate: fc.constantFrom(0.5, 1),
  },
  { requiredKeys: [] },
)

const contents = ({ title = '', text }: { title?: string; text: string }) =>
  fold(title === '' ? text : `${title} ${text}`)

function expectClean(
  rows: MinedRow[],
  { documents, queries, judgements }: SmallCollection,
  { negatives = 7, relevance = 1 }: MineOptions,
): void {
  const documentOf = new Map(documents.map(({ _id, ...each }) => [_id, each]))
  const queryOf = new Map(queries.map(({ _id, text }) => [_id, text]))
  for (const { query_id: id, query, positive_passages: positives, negative_passages: mined } of rows) {
    expect(query).toBe(queryOf.get(id))
    const judged = new Map(judgements.filter(([each]) => each === id).map(([, document, grade]) => [document, grade]))
    const kin = judgements.filter(([each, , grade]) => fold(queryOf.get(each) ?? '') === fold(query) && grade >= 1)
    expect(positives.length).toBeGreaterThan(0)
    for (const { docid } of positives) expect(judged.get(docid)).toBeGreaterThanOrEqual(relevance)
    expect(mined.length).toBeGreaterThan(0)
    expect(mined.length).toBeLessThanOrEqual(negatives)
    const texts = mined.map(contents)
    expect(new Set(texts).size).toBe(texts.length)
    const never = [query, ...kin.map(([, document]) => contents(documentOf.get(document) ?? { text: '' }))].map(fold)
    for (const [index, { docid, origin }] of mined.entries()) {
      expect(judged.has(docid)).toBe(false)
      expect(kin.map(([, document]) => document)).not.toContain(docid)
      expect(never).not.toContain(texts[index])
      expect(texts[index]).not.toBe('')
      expect(origin).toBe('mined')
      expect(contents(documentOf.get(docid) ?? { text: '' })).toBe(texts[index])
    }
  }
}

test('in any world and by any settings: nothing judged, no positive, no copy of one, and the same seed gives the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(anyCollection, anyOptions, async (world, options) => {
      fc.pre(world.judgements.some(([query]) => world.queries.some(({ _id }) => _id === query)))
      fc.pre((options.minScore ?? -Infinity) <= (options.maxScore ?? Infinity))
      const folder = tempDir()
      const collection = writeCollection(join(folder, 'world'), world)
      const run = (name: string) => {
        const out = join(folder, name, 'rows.jsonl')
        return mine(collection, { split: 'train', index: join(folder, name, 'index'), out, ...options })
      }
      const manifest = await run('one')
      await run('other')
      const bytes = (name: string) => readFileSync(join(folder, name, 'rows.jsonl'), 'utf8')
      expect(bytes('other')).toBe(bytes('one'))
      const rows = readJsonl<MinedRow>(join(folder, 'one', 'rows.jsonl'))
      expectClean(rows, world, options)
      const { read, written, full, short, dropped } = manifest.outcomes
      expect([written, written, read]).toEqual([rows.length, full + short, written + dropped])
      expect(readJsonl(join(folder, 'one', 'rows.dropped.jsonl'))).toHaveLength(dropped)
      const mined = rows.reduce((sum, row) => sum + row.negative_passages.length, 0)
      expect(manifest.chosen.mined + manifest.chosen.filled).toBe(mined)
      if (options.tooFew === 'drop') expect(short).toBe(0)
      const chosen = manifest.thresholds.find(({ isChosen }) => isChosen)
      if (options.tooFew !== 'drop') expect(chosen?.negatives).toBe(manifest.chosen.mined)
      if ((options.tooFew ?? 'fill') !== 'fill') expect(chosen?.full).toBe(full)
    }),
    { numRuns: repetitions(8, 16, 25) },
  )
})

async function rowsIn(path: string, name: string): Promise<RowLine[]> {
  const found: RowLine[] = []
  for await (const batch of readRows({ path, format: formatNamed(name) })) {
    for (const entry of batch) {
      if ('row' in entry) found.push(entry)
      else throw new Error(JSON.stringify(entry.faults))
    }
  }
  return found
}

const short = fc.oneof(sentence(1), fc.constantFrom('Cat', 'CAT dog', 'cat  dog', 'milk'))
const anyRows = fc.oneof(
  fc.record({ name: fc.constant('bge'), rows: fc.array(bgeRow(short), { minLength: 1, maxLength: 4 }) }),
  fc.record({ name: fc.constant('tevatron'), rows: fc.array(tevatronRow(short), { minLength: 1, maxLength: 4 }) }),
  fc.record({
    name: fc.constant('ms-swift'),
    rows: fc.array(msSwiftRow('user', short), { minLength: 1, maxLength: 4 }),
  }),
)

test('rows of any kind stay sound: no text under two labels, lists as long as each other, all other columns as they were', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, anyCollection, anyOptions, fc.boolean(), async ({ name, rows }, world, options, add) => {
      fc.pre((options.minScore ?? -Infinity) <= (options.maxScore ?? Infinity))
      const { relevance: _relevance, ...rules } = options
      const folder = tempDir()
      const input = writeJsonl(
        join(folder, 'in.jsonl'),
        rows.map((row, index) => ({ ...row, place: index })),
      )
      const corpus = join(writeCollection(join(folder, 'world'), world), 'corpus.jsonl')
      const out = join(folder, 'out.jsonl')
      await mine(input, { corpus, add, out, index: join(folder, 'index'), ...rules, format: name as 'bge' })
      const before = await rowsIn(input, name)
      for (const { row, columns } of await rowsIn(out, name)) {
        const source = before[columns['place'] as number] as RowLine
        const texts = (label: 'positive' | 'negative', of = row) =>
          labelled(of, label).map((each) => fold(contentOf(each)))
        expect(texts('positive')).toEqual(texts('positive', source.row))
        const kept = add ? texts('negative', source.row) : []
        const all = texts('negative')
        expect(all.slice(0, kept.length)).toEqual(kept)
        const mined = labelled(row, 'negative').slice(kept.length)
        expect(mined.every(({ origin }) => origin === 'mined')).toBe(true)
        const forms = mined.flatMap(({ title = '', text }) => [fold(text), fold(`${title} ${text}`)])
        for (const text of [fold(row.query), ...texts('positive')]) expect(forms).not.toContain(text)
        expect(new Set(all.slice(kept.length)).size).toBe(mined.length)
        for (const [column, value] of Object.entries(source.columns)) {
          if (!/^(pos|neg|miners)/.test(column)) expect(columns[column]).toEqual(value)
        }
      }
    }),
    { numRuns: repetitions(8, 16, 25) },
  )
})
