import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Collection, Document } from '../../collections/collection.ts'
import type { RowLine } from '../../rows/read.ts'
import { formsOf, type Label, type Row } from '../../rows/row.ts'
import { examine } from './examine.ts'
import type { Kind } from './likeness.ts'
import { OverlapTally, type OverlapCounts } from './examination.ts'
import { withoutOverlap } from './remove.ts'
import { readTestSide, type JudgedText } from './test-side.ts'

const DOCUMENTS: Document[] = [
  { id: 'd1', title: 'Garlic', text: 'Plant garlic in autumn, about four to six weeks before the ground freezes.' },
  { id: 'd2', text: 'Venus wears a thick coat of carbon dioxide that lets sunlight in and holds heat back.' },
  { id: 'd3', text: 'Tyres are inflated to the pressure on the sticker in the frame of the door.' },
  { id: 'd4', text: 'Nobody judged this one, whatever it says about bees and about honey.' },
  { id: 'd6', title: ' ', text: '' },
  { id: 'd5', title: 'Only a title, and a long one, about coastal erosion', text: '' },
]
const QUERIES = [
  { id: 'q1', text: 'when should I plant garlic?' },
  { id: 'q2', text: 'Why is Venus hotter than Mercury?' },
  { id: 'q3', text: 'who wears a coat' },
]
const GRADES = new Map([
  [
    'q1',
    new Map([
      ['d1', 2],
      ['d3', 0],
    ]),
  ],
  [
    'q2',
    new Map([
      ['d2', 1],
      ['gone', 1],
    ]),
  ],
  [
    'q3',
    new Map([
      ['d2', 0],
      ['d5', 1],
      ['d6', 1],
    ]),
  ],
])
const collection: Collection = {
  name: 'made-up',
  corpus: {
    path: 'corpus.jsonl',
    async *documents() {
      yield DOCUMENTS.slice(0, 2)
      yield DOCUMENTS.slice(2)
    },
  },
  queries: QUERIES,
  grades: GRADES,
  ignoresIdenticalIds: false,
}
const sideOf = (judged: JudgedText = 'relevant', match: Kind = 'near', threshold = 0.8) =>
  readTestSide(collection, judged, { match, threshold })

type Shape = { query: string; positives: string[]; negatives: string[] }
function rowOf({ query, positives, negatives }: Shape, id = 'r'): Row {
  const passage = (label: Label) => (text: string, index: number) => ({
    id: `${label}${index}`,
    text,
    label,
    origin: 'given' as const,
  })
  return { id, query, passages: [...positives.map(passage('positive')), ...negatives.map(passage('negative'))] }
}

async function countsOf(shapes: Shape[], judged?: JudgedText, match?: Kind): Promise<OverlapCounts> {
  const side = await sideOf(judged, match)
  const tally = new OverlapTally(side)
  for (const [index, shape] of shapes.entries()) {
    const row = rowOf(shape, `r${index + 1}`)
    tally.add({ row, line: { number: index + 1, bytes: Buffer.of() } } as unknown as RowLine, examine(row, side))
  }
  return tally.result()
}

const [GARLIC, VENUS, TYRES, BEES] = DOCUMENTS.map(({ text }) => text) as [string, string, string, string]
const OTHER = 'Something else altogether: a recipe for bread with rye and caraway.'

describe('the test side', () => {
  test('holds the judged passages of the corpus, and says which are missing', async () => {
    expect(await sideOf()).toMatchObject({ passageIds: ['d1', 'd2', 'd5'], missing: ['gone'], empty: ['d6'] })
    expect(await sideOf('all')).toMatchObject({ passageIds: ['d1', 'd2', 'd3', 'd5'], missing: ['gone'] })
  })

  test('knows a passage by its text, and by title and text as one', () => {
    expect(formsOf(DOCUMENTS[0]!)).toEqual([GARLIC, `Garlic ${GARLIC}`])
    expect(formsOf(DOCUMENTS[1]!)).toEqual([VENUS])
    expect(formsOf(DOCUMENTS[5]!)).toEqual(['Only a title, and a long one, about coastal erosion'])
    expect(formsOf({ text: ' ' })).toEqual([])
  })
})

describe('what is found', () => {
  test('has the strongest kind, where it was and both texts', async () => {
    const { queries } = await countsOf([
      { query: 'Why is Venus  hotter than “Mercury”?', positives: [OTHER], negatives: [OTHER] },
      { query: 'why is venus hotter than Mercury?', positives: [OTHER], negatives: [OTHER] },
      { query: 'Why is Venus hotter than Mercury?', positives: [OTHER], negatives: [OTHER] },
      { query: 'when should I plant garlics', positives: [OTHER], negatives: [OTHER] },
    ])
    expect(queries).toMatchObject({ of: 3, found: 2, rows: 4, occurrences: 4, kinds: { exact: 1, folded: 0, near: 1 } })
    expect(queries.share).toBeCloseTo(2 / 3)
    // The example is the first row with a test query.
    expect(queries.examples).toMatchObject([
      { line: 1, row: 'r1', kind: 'near', similarity: 1, id: 'q2', test: 'Why is Venus hotter than Mercury?' },
      { line: 4, row: 'r4', kind: 'near', id: 'q1', text: 'when should I plant garlics' },
    ])
  })

  test('is counted apart by label, and together', async () => {
    const counts = await countsOf([
      { query: 'bread', positives: [GARLIC.toUpperCase()], negatives: [VENUS, TYRES, BEES] },
      { query: 'rye', positives: [OTHER], negatives: [`Garlic ${GARLIC}`, VENUS] },
    ])
    expect(counts.queries.found).toBe(0)
    expect(counts.positives).toMatchObject({ of: 3, found: 1, rows: 1, occurrences: 1, kinds: { folded: 1 } })
    expect(counts.negatives).toMatchObject({ of: 3, found: 2, rows: 2, occurrences: 3, kinds: { exact: 2 } })
    expect(counts.passages).toMatchObject({ of: 3, found: 2, rows: 2, occurrences: 4, kinds: { exact: 2 } })
    expect(counts.both).toEqual({ rows: 0, relevant: 0, lines: [] })
  })

  test('with all judged passages takes those of grade 0, too; those that nobody judged never', async () => {
    const { negatives } = await countsOf([{ query: 'b', positives: [OTHER], negatives: [TYRES, BEES] }], 'all')
    expect(negatives).toMatchObject({ of: 4, found: 1 })
    expect(negatives.examples.map(({ id }) => id)).toEqual(['d3'])
  })

  test.each([
    ['exact', 1],
    ['folded', 2],
    ['near', 3],
  ] as const)('with --match %s counts %i', async (match, found) => {
    const { passages } = await countsOf(
      [
        {
          query: 'b',
          positives: [GARLIC],
          negatives: [VENUS.toLowerCase(), 'only a title and a long one about coastal erosions'],
        },
      ],
      undefined,
      match,
    )
    expect(passages.found).toBe(found)
  })

  test('rows with a test query and a judged positive are told apart by whether the pair is relevant', async () => {
    const negatives = [OTHER]
    const { both } = await countsOf([
      { query: QUERIES[0]!.text, positives: [VENUS], negatives },
      { query: QUERIES[0]!.text, positives: [GARLIC], negatives },
      { query: QUERIES[0]!.text, positives: [OTHER], negatives: [GARLIC] },
      { query: QUERIES[2]!.text, positives: [VENUS], negatives },
    ])
    // In the last row the pair is judged with grade 0.
    expect(both).toEqual({ rows: 3, relevant: 1, lines: [2, 1, 4] })
  })
})

describe('removal', () => {
  const remove = async (shape: Shape, what: 'queries' | 'passages' | 'both') => {
    const side = await sideOf()
    const row = rowOf(shape)
    return withoutOverlap(row, examine(row, side), what, side)
  }
  const asked = { query: 'when should I plant garlic?', positives: [OTHER, GARLIC], negatives: [VENUS, TYRES] }

  test('drops a row that asks a test query', async () => {
    const dropped = { outcome: 'dropped', code: 'test query', reason: 'is the test query q1' }
    expect(await remove(asked, 'both')).toEqual(dropped)
    expect(await remove(asked, 'queries')).toEqual(dropped)
    expect(await remove({ ...asked, query: 'rye' }, 'queries')).toEqual({ outcome: 'kept' })
  })

  test('takes judged passages out of both lists', async () => {
    const cleansed = await remove(asked, 'passages')
    expect(cleansed).toMatchObject({
      outcome: 'changed',
      removals: [
        { passage: { id: 'positive1' }, id: 'd1', kind: 'exact', reason: 'is the judged passage d1' },
        { passage: { id: 'negative0' }, id: 'd2' },
      ],
    })
    const labels = cleansed.outcome === 'changed' && cleansed.row.passages.map(({ label }) => label)
    expect(labels).toEqual(['positive', 'ignored', 'ignored', 'negative'])
  })

  test.each([
    ['positives', { query: 'rye', positives: [GARLIC], negatives: [OTHER] }],
    ['negatives', { query: 'rye', positives: [OTHER], negatives: [VENUS] }],
  ])('drops a row that has no %s left', async (what, shape) => {
    expect(await remove(shape, 'both')).toMatchObject({ outcome: 'dropped', code: `no ${what} left` })
  })

  test('says how alike a near-duplicate is', async () => {
    const near = VENUS.replace('thick', 'dense')
    const cleansed = await remove({ query: 'rye', positives: [OTHER], negatives: [OTHER, near] }, 'both')
    expect(cleansed).toMatchObject({
      removals: [{ reason: expect.stringMatching(/^is nearly the judged passage d2 \(similarity 0\.8\d\)$/) }],
    })
  })

  test('leaves nothing to be found, and a row without overlap as it is', async () => {
    const side = await sideOf('all')
    const words = [GARLIC, VENUS, TYRES, BEES, OTHER, OTHER.toUpperCase(), VENUS.replace('coat', 'cloak')]
    const texts = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 })
    const query = fc.constantFrom('rye', 'bread', ...QUERIES.map(({ text }) => text.toUpperCase()))
    fc.assert(
      fc.property(fc.record({ query, positives: texts, negatives: texts }), (shape) => {
        const row = rowOf(shape)
        const found = examine(row, side)
        const cleansed = withoutOverlap(row, found, 'both', side)
        const isClean = found.queries.length + found.positives.length + found.negatives.length === 0
        expect(cleansed.outcome === 'kept').toBe(isClean)
        if (cleansed.outcome !== 'changed') return
        const passages = cleansed.row.passages.filter(({ label }) => label !== 'ignored')
        expect(examine({ ...cleansed.row, passages }, side)).toEqual({ queries: [], positives: [], negatives: [] })
      }),
    )
  })
})
