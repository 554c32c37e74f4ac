// Random rows for properties: texts that collide when folded, numbers that a plain parse would spoil, unknown columns.
import * as fc from 'fast-check'
import type { Passage, Row } from '../../src/rows/row.ts'

/** A few texts, some of which are equal once folded, so that rows are full of copies. */
const COPIES = [
  'alpha',
  'Alpha',
  ' ALPHA  ',
  'beta',
  'beta\u00a0',
  'gamma',
  '“gamma”',
  '"gamma"',
  'delta – one',
  'delta - one',
]
const LONG = ['ﬁne print of the long text that goes on', 'FINE PRINT of the long text that goes on']
const TEXTS = COPIES.concat(LONG, '</documents>', 'Doc (3)')
export const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((t) => t.trim() !== '') },
)

/** Numbers exactly as in a file. */
const TOKENS = ['1.0', '12345678901234567890', '-0', '1e5', '0.10', '3', '9007199254740993', '1E+2']
const anyNumber = fc.constantFrom(...TOKENS).map((token) => JSON.rawJSON(token))

const anyColumns = fc.dictionary(
  fc.constantFrom('prompt', 'type', 'meta', 'score', 'заметка', 'positives', 'Query'),
  fc.oneof(
    anyNumber,
    fc.string(),
    fc.constant(null),
    fc.array(anyNumber, { maxLength: 3 }),
    fc.record({ n: anyNumber }),
  ),
  { maxKeys: 3 },
)

const passages = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.tuple(fc.array(arbitrary, { minLength: 1, maxLength: 3 }), fc.array(arbitrary, { minLength: 1, maxLength: 9 }))

export type Columns = Record<string, unknown>

/** Draws a BGE row, often with scores. */
export const bgeRow = (text: fc.Arbitrary<string> = anyText): fc.Arbitrary<Columns> =>
  fc
    .record({
      query: anyText,
      lists: passages(fc.record({ text, score: anyNumber })),
      hasScores: fc.tuple(fc.boolean(), fc.boolean()),
      others: anyColumns,
    })
    .map(({ query, lists: [pos, neg], hasScores: [posScored, negScored], others }) => ({
      ...others,
      query,
      pos: pos.map((passage) => passage.text),
      neg: neg.map((passage) => passage.text),
      ...(posScored && { pos_scores: pos.map(({ score }) => score) }),
      ...(negScored && { neg_scores: neg.map(({ score }) => score) }),
    }))

const docid = fc.oneof(
  fc.constantFrom<unknown>('a', 'a#2', 'b', '', null),
  anyNumber,
  fc.integer({ min: 0, max: 3 }).map((number) => JSON.rawJSON(`1234567890123456789${number}`)),
)

/** Draws a Tevatron row without an id, often with repeated document ids. */
export const tevatronRow = (text: fc.Arbitrary<string> = anyText): fc.Arbitrary<Columns> =>
  fc
    .record({
      query: anyText,
      lists: passages(fc.record({ docid, title: fc.constantFrom('', 'a title'), text, extra: anyNumber })),
      subset: fc.constantFrom('fiqa', 'nq'),
      others: anyColumns,
    })
    .map(({ query, lists: [positive_passages, negative_passages], subset, others }) => ({
      ...others,
      query,
      positive_passages,
      negative_passages,
      subset,
    }))

/** Draws an ms-swift row for embedding or reranking, often with instructions, sometimes with lists that ms-swift does not know. */
export const msSwiftRow = (role: 'user' | 'assistant', text: fc.Arbitrary<string> = anyText): fc.Arbitrary<Columns> =>
  fc
    .record({
      query: anyText,
      lists: passages(fc.record({ text, system: fc.boolean(), loss: fc.option(anyNumber), score: anyNumber })),
      instruction: fc.boolean(),
      isScored: fc.boolean(),
      others: anyColumns,
    })
    .map(({ query, lists: [positive, negative], instruction, isScored, others }) => {
      const system = { role: 'system', content: 'Find it.' }
      const messages = ({ text: content, system: has, loss }: (typeof positive)[number]) => [
        ...(has ? [system] : []),
        { role, content, ...(loss !== null && { loss }) },
      ]
      return {
        ...others,
        messages: [...(instruction ? [system] : []), { role: 'user', content: query }],
        positive_messages: positive.map(messages),
        negative_messages: negative.map(messages),
        ...(isScored && { positive_scores: positive.map(({ score }) => score) }),
        ...(isScored && { negative_scores: negative.map(({ score }) => score) }),
      }
    })

const score = fc.option(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Object.is(each, -0)),
  {
    nil: undefined,
  },
)
const minedPassage = (label: 'positive' | 'negative') =>
  fc
    .record({ title: fc.constantFrom('', 'a title'), text: fc.string({ minLength: 1 }), score })
    .map(({ title, text, score: its }): Omit<Passage, 'id'> => ({
      text,
      label,
      origin: label === 'negative' ? 'mined' : 'given',
      ...(title !== '' && { title }),
      ...(its !== undefined && { score: its }),
    }))
/** A row as written by mining. */
export const minedRow = fc
  .record({
    positives: fc.array(minedPassage('positive'), { minLength: 1, maxLength: 3 }),
    negatives: fc.array(minedPassage('negative'), { minLength: 1, maxLength: 4 }),
    dataset: fc.constantFrom(undefined, 'fiqa'),
  })
  .map(({ positives, negatives, dataset }): Row => ({
    id: 'q1',
    query: 'a query',
    passages: [...positives, ...negatives].map((each, index) => ({ ...each, id: `d${index}` })),
    ...(dataset !== undefined && { dataset }),
  }))

const generation = fc.record({
  strategy: fc.constantFrom('entity_shift', 'attribute_shift', ''),
  requirement: fc.string(),
})
/** The origin of a passage in any form that a file can express. */
export const source = fc.oneof(
  fc.constantFrom({ origin: 'given' as const }, { origin: 'mined' as const }, { origin: 'generated' as const }),
  generation.map((each) =>
    each.strategy + each.requirement === ''
      ? { origin: 'generated' as const }
      : { origin: 'generated' as const, generation: each },
  ),
)
/** A row whose passages have arbitrary origins. */
export const grownRow = fc
  .record({
    positives: fc.array(source, { minLength: 1, maxLength: 3 }),
    negatives: fc.array(source, { minLength: 1, maxLength: 5 }),
  })
  .map(({ positives, negatives }): Row => {
    const listed = (label: 'positive' | 'negative', sources: (typeof positives)[number][]) =>
      sources.map((each, index): Passage => ({ id: `${label}${index}`, text: `${label} ${index}`, label, ...each }))
    return {
      id: 'q',
      query: 'why?',
      passages: [...listed('positive', positives), ...listed('negative', negatives)],
    }
  })
