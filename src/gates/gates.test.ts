// The gates: which gate refuses a text, and for what visible fault; genuine passages pass.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NEGATIVES, passage, POSITIVE, ROW, rowOf } from '../../test/support/gated.ts'
import { gatesFor, GATES } from './gates.ts'
import { lengthsOf } from './length.ts'

const FINE =
  'Saint-Étienne lies in the upper valley of the Furan, and grew with its mines and its works for arms and ribbons. The census counted its workshops for the first time under the Second Empire.'

const gateOf = (text: string, row = ROW, before: string[] = []) => gatesFor(row)({ text }, before)?.gate

test('what is written as it should be passes', () => {
  expect(gateOf(FINE)).toBeUndefined()
  expect(gatesFor(ROW)({ text: FINE }, [NEGATIVES.join(' ')])).toBeUndefined()
})

describe('empty', () => {
  test.each(['', ' \n ', '…', '—\u200b'])('%j', (text) => expect(gateOf(text)).toBe('empty'))
})

describe('length, in characters, by the passages of the row', () => {
  test('half of what a tenth does not reach, twice what a tenth exceeds', () => {
    const row = rowOf(
      'q',
      ['a'.repeat(100)],
      Array.from({ length: 19 }, (_all, index) => 'b'.repeat(110 + 10 * index)),
    )
    expect(lengthsOf(row)).toEqual({ typical: 190, shortest: 55, longest: 540 })
    // Outliers do not move the bounds.
    expect(lengthsOf({ ...row, passages: [...row.passages, passage('negative', 'c'.repeat(9000))] }).longest).toBe(560)
  })

  test('what a model wrote does not count, nor does an empty passage', () => {
    const more = [passage('negative', 'x'.repeat(5000), 'generated'), passage('negative', ' ')]
    expect(lengthsOf({ ...ROW, passages: [...ROW.passages, ...more] })).toEqual(lengthsOf(ROW))
  })

  test('the bounds themselves pass, and what is beyond them does not', () => {
    const { shortest, longest } = lengthsOf(ROW)
    const words = 'seven words of no meaning at all '.repeat(40)
    expect(gateOf(words.slice(0, shortest - 1))).toBe('too-short')
    expect(gatesFor(ROW)({ text: 'x'.repeat(9) }, [])?.detail).toBe(
      `9 characters; by the passages of the row, ${shortest} to ${longest} pass`,
    )
    expect(gateOf(`${words.slice(0, shortest - 1)}x`)).toBeUndefined()
    expect(gateOf(`${words.slice(0, longest - 1)}x`)).toBeUndefined()
    expect(gateOf(`${words.slice(0, longest)}x`)).toBe('too-long')
  })

  test('characters outside the basic plane count once', () => {
    const row = rowOf('q', ['𝒜'.repeat(100)], [])
    expect(lengthsOf(row)).toEqual({ typical: 100, shortest: 50, longest: 200 })
    expect(gateOf('𝒞'.repeat(40), row)).toBe('too-short')
    expect(gateOf('𝒞'.repeat(60), row)).toBeUndefined()
  })
})

describe('copies', () => {
  test('of a positive and of a negative, exact, folded and near', () => {
    expect(gateOf(POSITIVE)).toBe('copies-positive')
    expect(gateOf(`  ${POSITIVE.toUpperCase()} `)).toBe('copies-positive')
    expect(gateOf(POSITIVE.replace('445,452', '445,453'))).toBe('copies-positive')
    expect(gateOf((NEGATIVES[1] as string).replace('several museums', 'some museums'))).toBe('copies-negative')
    expect(gatesFor(ROW)({ text: NEGATIVES[0] as string }, [])?.detail).toBe('it is the text of a negative')
    expect(gatesFor(ROW)({ text: POSITIVE.replace('1999', '1998') }, [])?.detail).toBe(
      'it is nearly the text of a positive',
    )
  })

  test('of what a model wrote before, in the row or in this run', () => {
    const row = { ...ROW, passages: [...ROW.passages, passage('negative', FINE, 'generated')] }
    expect(gateOf(FINE, row)).toBe('copies-negative')
    expect(gateOf(FINE, ROW, [FINE.replace('upper', 'lower')])).toBe('copies-candidate')
  })

  test('a rewriting in other words is none', () => {
    const rewritten =
      'Two rivers cross Lyon, and where the Saône runs into the Rhône, south of the oldest quarter, a museum stands today. After the war all bridges had to be built again.'
    expect(gateOf(rewritten)).toBeUndefined()
  })
})

describe('the query', () => {
  const asking = (query: string, text: string, negatives = NEGATIVES) =>
    gateOf(text, rowOf(query, [POSITIVE], negatives))

  test('a query of words that stands in the text as a whole, whatever its case and punctuation', () => {
    expect(asking('How many people lived in Lyon in 1999?', `How many people lived in Lyon — in 1999? ${FINE}`)).toBe(
      'copies-query',
    )
    expect(
      asking('how many people lived in Lyon', `${FINE} Nobody knows how many people lived in Lyons.`),
    ).toBeUndefined()
  })

  test('a name may stand in a text', () => {
    expect(asking('Second Empire', FINE)).toBeUndefined()
    expect(asking(FINE, FINE)).toBe('copies-query')
  })

  test('not where passages of the row do the same', () => {
    const query = 'the seat of a university'
    expect(asking(query, `${FINE} It is the seat of a university.`)).toBeUndefined()
    expect(asking(query, `${FINE} It is the seat of a university.`, [NEGATIVES[0] as string])).toBe('copies-query')
  })

  test('in a script without spaces', () => {
    const row = rowOf(
      '里昂一九九九年有多少居民',
      ['里昂在人口普查中有四十四万居民，是法国第三大城市，仅次于巴黎和马赛。'],
      [],
    )
    expect(gateOf('常有人问里昂一九九九年有多少居民这样的问题，而圣艾蒂安的矿山历史更为悠久。', row)).toBe(
      'copies-query',
    )
    expect(
      gateOf('圣艾蒂安位于富朗河上游，因矿山和丝带工坊而兴起，其工坊在第二帝国时期首次被统计。', row),
    ).toBeUndefined()
  })
})

describe('talk about itself', () => {
  test.each([
    `As an AI language model, I cannot say. ${FINE}`,
    `${FINE} This passage does not directly answer the question.`,
    `${FINE} The passage deliberately avoids mentioning the number.`,
    `A hard negative: ${FINE}`,
    `${FINE} (entity_shift)`,
    `${FINE} This meets Requirement (3).`,
    `Passage (2): ${FINE}`,
    `${FINE} </text>`,
    `\`\`\`\n${FINE}`,
    `${FINE} [insert name of the city]`,
    `${FINE} Dieser Text beantwortet die Frage nicht.`,
    `Als KI-Modell schreibe ich: ${FINE}`.replace('KI-Modell', 'Sprachmodell'),
    `${FINE} Ce passage ne répond pas.`,
    `${FINE} Este texto no responde.`,
    `${FINE} Этот текст не отвечает.`,
    `${FINE} 本文没有直接回答该问题。`,
    `${FINE} この文章は質問に答えていない。`,
  ])('%s', (text) => expect(gateOf(text)).toBe('meta'))

  test('in a title, too', () => {
    const gate = (title: string) => gatesFor(ROW)({ text: FINE, title }, [])?.gate
    expect(gate('Saint-Étienne')).toBeUndefined()
    expect(gate('Hard negative 1')).toBe('meta')
    expect(gate(ROW.query)).toBe('copies-query')
  })

  test('says which words give it away', () => {
    expect(gatesFor(ROW)({ text: `${FINE} As an AI, I stop here.` }, [])?.detail).toBe(
      'it speaks as a language model: "As an AI"',
    )
  })

  test('not where passages of the row speak so, as those on machine learning do', () => {
    const text = `${FINE} Hard negatives are drawn from the same valley.`
    expect(gateOf(text)).toBe('meta')
    expect(
      gateOf(
        text,
        rowOf(ROW.query, [POSITIVE], [...NEGATIVES, `Contrastive training needs hard negatives. ${NEGATIVES[0]}`]),
      ),
    ).toBeUndefined()
  })

  test.each([
    'The text of the treaty was long disputed, and no passage of it was read out in parliament before the vote of the chamber in the spring.',
    'Requirements for the licence were raised in 1999, and negative results of the tests had to be reported to the office within days.',
    'An AI company of the region builds language models for hospitals, and the question of cost was answered by the city of Lyon itself.',
  ])('words of the sort in another sense: %s', (text) => expect(gateOf(text)).toBeUndefined())
})

test('any text gets the same answer every time, and a known gate', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.array(fc.string()), (text, before) => {
      const fault = gatesFor(ROW)({ text }, before)
      expect(gatesFor(ROW)({ text }, before)).toEqual(fault)
      if (fault) expect(GATES).toContain(fault.gate)
    }),
  )
})
