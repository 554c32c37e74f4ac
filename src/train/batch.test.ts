// Contents of a step: the drawn positive, the negatives, and the passages left out.
import { afterAll, describe, expect, it } from 'vitest'
import type { Row } from '../rows/row.ts'
import { Batch, maskLikelyPositives } from './batch.ts'
import { orderOf } from './draws.ts'
import { splitRows } from './development.ts'
import { ROLE } from './losses/loss.ts'
import { TokenTexts } from './token-texts.ts'
import { isGenerated, TrainingSet, textOf } from './training-set.ts'
import { tempDir } from '../../test/support/files.ts'

const tokenizer = {
  size: 100,
  encode: (text: string, limit = Infinity) => Array.from(text, (letter) => letter.charCodeAt(0) % 100).slice(0, limit),
}
const opened: TokenTexts[] = []
afterAll(() => opened.forEach((texts) => texts.close()))

interface GivenRow {
  id: string
  query: string
  positives: string[]
  negatives?: string[]
  generated?: string[]
}

const rowOf = ({ id, query, positives, negatives = [], generated = [] }: GivenRow): Row => {
  const passages = (texts: string[], label: 'positive' | 'negative', origin: 'given' | 'generated') =>
    texts.map((text) => ({ id: text, text, label, origin }))
  return {
    id,
    query,
    passages: [
      ...passages(positives, 'positive', 'given'),
      ...passages(negatives, 'negative', 'given'),
      ...passages(generated, 'negative', 'generated'),
    ],
  }
}

function setOf(rows: GivenRow[]): TrainingSet {
  const texts = new TokenTexts(tokenizer, { query: 'query: ', passage: '' }, { maxTokens: 100, file: 'unused' })
  opened.push(texts)
  const set = new TrainingSet(texts)
  for (const row of rows) set.add(rowOf(row))
  return set.seal()
}

const rowsOf = (set: TrainingSet) => Uint32Array.from({ length: set.size }, (_, row) => row)
const draw = { seed: 1, epoch: 1 }

/** Returns the role of each passage of the step for a query, by its text. */
function rolesOf(set: TrainingSet, batch: Batch, query: number): Record<string, number> {
  const names = new Map(['a', 'b', 'c', 'd', 'e', 'f'].map((text) => [set.addPassage(text), text]))
  const { passages, passageCount, roles, stride } = batch
  return Object.fromEntries(
    Array.from(passages.subarray(0, passageCount), (text, column) => [names.get(text), roles[query * stride + column]]),
  )
}

describe('a batch', () => {
  it('masks known positives of a query, wherever they come from, and has each text once', () => {
    const set = setOf([
      { id: '1', query: 'one', positives: ['a', 'b'], negatives: ['c'] },
      { id: '2', query: 'one', positives: ['d'], negatives: ['b', 'c'] },
      { id: '3', query: 'three', positives: ['c'], negatives: ['a'], generated: ['e'] },
    ])
    const batch = new Batch(set, { batch: 3, negatives: 7, generated: 3 })
    batch.fill(rowsOf(set), draw)
    expect(new Set(batch.passages.subarray(0, batch.passageCount)).size).toBe(batch.passageCount)
    const [first, second, third] = [0, 1, 2].map((query) => rolesOf(set, batch, query)) as Record<string, number>[]
    // Either `a` or `b` was drawn; the other one is masked if it is there at all.
    const other = first!['a'] === ROLE.positive ? 'b' : 'a'
    expect([ROLE.masked, undefined]).toContain(first![other])
    expect(first).toMatchObject({ c: ROLE.negative, d: ROLE.masked, e: ROLE.other })
    expect(second).toMatchObject({ d: ROLE.positive, b: ROLE.masked, c: ROLE.negative })
    expect(third).toMatchObject({ c: ROLE.positive, a: ROLE.negative, e: ROLE.generated, d: ROLE.other })
  })

  it('leaves out negatives without a token', () => {
    const row = { id: '1', query: 'q', positives: ['a'], negatives: ['', 'b'], generated: ['', 'c'] }
    expect(setOf([row]).negativesOf(0)).toHaveLength(2)
  })

  it('takes a copy of a mined negative for that, wherever in the row it stands', () => {
    const { passages, ...row } = rowOf({
      id: '1',
      query: 'q',
      positives: ['a'],
      negatives: ['b'],
      generated: ['b', 'c'],
    })
    for (const order of [passages, passages.toReversed()]) {
      const set = setOf([])
      set.add({ ...row, passages: order })
      const { texts } = set
      const found = Array.from(set.negativesOf(0), (passage) => [textOf(passage), isGenerated(passage)])
      const [b, c] = [texts.add('b', 'passage'), texts.add('c', 'passage')]
      expect(new Map(found as [number, boolean][])).toEqual(
        new Map([
          [b, false],
          [c, true],
        ]),
      )
    }
  })

  it('keeps what a passage is to each row: mined for one, written by a model for another', () => {
    const set = setOf([
      { id: '1', query: 'one', positives: ['a'], negatives: ['b'], generated: ['c'] },
      { id: '2', query: 'two', positives: ['d'], negatives: ['c'], generated: ['b', 'e'] },
      { id: '3', query: 'three', positives: ['c'], generated: ['a'] },
    ])
    const anew = Uint32Array.of(set.addPassage('f'), set.addPassage('e'))
    const batch = new Batch(set, { batch: 3, negatives: 7, generated: 3 })
    batch.fill(rowsOf(set), draw)
    expect([0, 1, 2].map((query) => rolesOf(set, batch, query))).toEqual([
      { a: ROLE.positive, b: ROLE.negative, c: ROLE.generated, d: ROLE.other, e: ROLE.other },
      { a: ROLE.other, b: ROLE.generated, c: ROLE.negative, d: ROLE.positive, e: ROLE.generated },
      { a: ROLE.generated, b: ROLE.other, c: ROLE.positive, d: ROLE.other, e: ROLE.other },
    ])
    // After mining, a row keeps the negatives written for it, and they remain `generated`.
    batch.fill(rowsOf(set), draw, () => anew)
    const [first, second, third] = [0, 1, 2].map((query) => rolesOf(set, batch, query))
    expect(first).toMatchObject({ c: ROLE.generated, e: ROLE.negative, f: ROLE.negative })
    expect(second).toMatchObject({ b: ROLE.generated, e: ROLE.generated, f: ROLE.negative })
    expect(third).toMatchObject({ a: ROLE.generated, e: ROLE.negative, f: ROLE.negative })
  })

  it('draws another positive in other epochs, each about as often', () => {
    const set = setOf([{ id: '1', query: 'one', positives: ['a', 'b', 'c'] }])
    const batch = new Batch(set, { batch: 1, negatives: 0, generated: 0 })
    const counts = new Map<number, number>()
    for (let epoch = 1; epoch <= 300; epoch++) {
      batch.fill(rowsOf(set), { seed: 1, epoch })
      counts.set(batch.passages[0]!, (counts.get(batch.passages[0]!) ?? 0) + 1)
    }
    expect([...counts.values()].toSorted().map((count) => count > 60)).toEqual([true, true, true])
  })

  it('masks passages of other rows that score near the positive, and never those of the row', () => {
    const scores = Float64Array.of(0.5, 0.49, 0.49, 0.4, 0.6)
    const roles = Uint8Array.of(ROLE.positive, ROLE.other, ROLE.negative, ROLE.other, ROLE.other)
    const batch = { scores, queries: 1, passages: 5, stride: 5, roles, positives: new Uint32Array([0]) }
    maskLikelyPositives(batch, 0.95)
    expect([...roles]).toEqual([ROLE.positive, ROLE.masked, ROLE.negative, ROLE.other, ROLE.masked])
  })

  it('leaves out rows without a positive or a query, and a negative that is its own positive', () => {
    const set = setOf([
      { id: '1', query: 'one', positives: [], negatives: ['a'] },
      { id: '2', query: ' ', positives: ['a'] },
      { id: '3', query: 'three', positives: ['a'], negatives: ['a', 'b', 'b'] },
    ])
    expect(set.size).toBe(1)
    expect(set.skipped).toEqual({ withoutPositive: 1, withoutQuery: 1 })
    expect(Array.from(set.negativesOf(0), textOf)).toEqual([set.addPassage('b')])
  })
})

describe('draws', () => {
  const rows = Array.from({ length: 60 }, (_, at): GivenRow => {
    const negatives = Array.from({ length: 12 }, (_negative, n) => `n${(at * 5 + n) % 200}`)
    return { id: `row ${at}`, query: `query ${at}`, positives: [`p${at}`, `q${at}`], negatives }
  })
  /** Returns what each row gets in an epoch, by row id. */
  const drawsOf = (given: GivenRow[], epoch: number) => {
    const set = setOf(given)
    const batch = new Batch(set, { batch: 1, negatives: 4, generated: 2 })
    const names = new Map(
      given
        .flatMap(({ positives, negatives = [] }) => [...positives, ...negatives])
        .map((text) => [set.addPassage(text), text]),
    )
    const order = orderOf(rowsOf(set), (row) => set.codeOf(row), { seed: 3, epoch })
    return Array.from(order, (row) => {
      batch.fill(Uint32Array.of(row), { seed: 3, epoch })
      return [
        given[row]!.id,
        ...Array.from(batch.passages.subarray(0, batch.passageCount), (text) => names.get(text)),
      ].join(' ')
    })
  }

  it('of other rows stay when one is missing, and so does their order', () => {
    const without = rows.filter(({ id }) => id !== 'row 17')
    for (const epoch of [1, 2]) {
      expect(drawsOf(without, epoch)).toEqual(drawsOf(rows, epoch).filter((line) => !line.startsWith('row 17 ')))
    }
  })

  it('of other rows stay when one is changed, or the file is in another order', () => {
    const changed = rows.map((row) => (row.id === 'row 17' ? { ...row, positives: ['new'], negatives: [] } : row))
    const others = (lines: string[]) => lines.filter((line) => !line.startsWith('row 17 '))
    expect(others(drawsOf(changed, 1))).toEqual(others(drawsOf(rows, 1)))
    expect(drawsOf(rows.toReversed(), 1)).toEqual(drawsOf(rows, 1))
  })

  it('of mined negatives stay when a row gets others that a model wrote, and the number of each is its own', () => {
    const negatives = Array.from({ length: 12 }, (_, at) => `n${at}`)
    const written = Array.from({ length: 5 }, (_, at) => `g${at}`)
    const drawn = (generated: string[], epoch: number) => {
      const set = setOf([{ id: 'row', query: 'query', positives: ['p'], negatives, generated }])
      const batch = new Batch(set, { batch: 1, negatives: 4, generated: 2 })
      batch.fill(rowsOf(set), { seed: 1, epoch })
      const names = new Map([...negatives, ...generated].map((text) => [set.addPassage(text), text]))
      return Array.from(batch.passages.subarray(1, batch.passageCount), (text) => names.get(text) as string)
    }
    const seen = new Set<string>()
    for (let epoch = 1; epoch <= 12; epoch++) {
      const [without, mixed] = [drawn([], epoch), drawn(written, epoch)]
      expect(mixed.slice(0, 4)).toEqual(without)
      expect(mixed.slice(4).map((text) => text.charAt(0))).toEqual(['g', 'g'])
      mixed.slice(4).forEach((text) => seen.add(text))
    }
    expect([...seen].toSorted()).toEqual(written)
  })

  it('of negatives stay when another negative is missing, and are others in another row', () => {
    const negatives = Array.from({ length: 12 }, (_, at) => `n${at}`)
    const drawn = (of: string[], id = 'row') => {
      const set = setOf([{ id, query: 'query', positives: ['p'], negatives: of }])
      const batch = new Batch(set, { batch: 1, negatives: 4, generated: 2 })
      batch.fill(rowsOf(set), draw)
      const names = new Map(of.map((text) => [set.addPassage(text), text]))
      return Array.from(batch.passages.subarray(1, batch.passageCount), (text) => names.get(text))
    }
    const all = drawn(negatives)
    expect(new Set(all).size).toBe(4)
    for (const missing of negatives) {
      const rest = drawn(negatives.filter((text) => text !== missing))
      expect(rest).toEqual(expect.arrayContaining(all.filter((text) => text !== missing)))
    }
    expect(drawn(negatives.toReversed())).toEqual(all)
    expect(drawn(negatives, 'another row')).not.toEqual(all)
  })

  it('are others in another epoch', () => expect(drawsOf(rows, 2)).not.toEqual(drawsOf(rows, 1)))

  it('set about a tenth of the queries aside, and all rows of a query together', () => {
    const many = Array.from({ length: 2000 }, (_, at) => ({ id: `${at}`, query: `query ${at >> 1}`, positives: ['a'] }))
    const { train, aside } = splitRows(setOf(many))
    expect(aside.length).toBeGreaterThan(140)
    expect(aside.length).toBeLessThan(260)
    const queries = new Set(Array.from(aside, (row) => row >> 1))
    expect(Array.from(train).some((row) => queries.has(row >> 1))).toBe(false)
  })
})

describe('texts', () => {
  it('are the same from a file as from memory', () => {
    const file = `${tempDir()}/bags`
    const [inFile, inMemory] = [{ inMemory: 20 }, {}].map(
      (more) => new TokenTexts(tokenizer, { query: '', passage: '' }, { maxTokens: 9, file, ...more }),
    ) as [TokenTexts, TokenTexts]
    const given = Array.from({ length: 200 }, (_, at) => `text number ${at % 150}, ${at % 150} letters`)
    for (const texts of [inFile, inMemory])
      given.forEach((text, at) => expect(texts.add(text, 'passage')).toBe(at % 150))
    const bag = (texts: TokenTexts, text: number) => {
      const into = new Uint32Array(12)
      return Array.from(into.subarray(0, texts.copy(text, into, 1) + 1))
    }
    for (let text = 0; text < 150; text++) expect(bag(inFile, text)).toEqual(bag(inMemory, text))
    inFile.close()
  })
})
