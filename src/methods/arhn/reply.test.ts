import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { dataPath, describeWithData } from '../../../test/support/data.ts'
import type { UnreadableReply } from '../../llm/read.ts'
import type { Passage } from '../../rows/row.ts'
import { readExtraction, readExtractions, readRanking, readStepExtractions, readSteps } from './reply.ts'
import { locate } from '../../prompts/verbatim.ts'

const passage = (text: string, title?: string): Passage => ({
  id: 'p',
  text,
  label: 'negative',
  origin: 'given',
  ...(title !== undefined && { title }),
})

/** Returns why a reply cannot be read; undefined when it can. */
function whyNot(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    return (error as UnreadableReply).why
  }
}

describe('readExtraction', () => {
  const text =
    'The  "Cat\u2019s Eye" nebula,\nfound in 1786, is 3,300 light-years away. \u00c9t\u00e9 \u2014 fi\u2011nal of\ufb01ce.'
  it.each([
    ['found in 1786', 'found in 1786'],
    ['FOUND IN 1786', 'found in 1786'],
    ['nebula, found\n in 1786', 'nebula,\nfound in 1786'],
    ['the "cat\'s eye" nebula', 'The  "Cat\u2019s Eye" nebula'],
    ['\u201cCat\u2018s Eye\u201d', '"Cat\u2019s Eye"'],
    ['"found in 1786"', 'found in 1786'],
    ['```\nfound in 1786\n```', 'found in 1786'],
    ['  3,300 light-years  ', '3,300 light-years'],
  ])('%s stands in the passage', (said, found) => {
    const snippet = readExtraction(said, passage(text))
    expect(snippet?.text).toBe(found)
    expect([...text].slice(snippet?.start, snippet?.end).join('')).toBe(found)
  })

  it.each([
    ['a paraphrase', 'it was found in the year 1786'],
    ['another passage', 'Mount Everest'],
    ['words that stand apart', 'The "Cat\'s Eye" nebula is 3,300 light-years away'],
    ['another dash', '\u00c9t\u00e9 - fi'],
    ['a hyphen left out', 'final'],
    ['another normal form', '\u00c9t\u00e9'.normalize('NFD')],
    ['a ligature taken apart', 'office'],
    ['a label before it', 'Answer: found in 1786'],
    ['an explanation after it', 'found in 1786 (this answers it)'],
    ['a part of a word', 'ebula'],
    ['a part of a number', '86'],
  ])('%s does not', (_what, said) => {
    expect(whyNot(() => readExtraction(said, passage(text)))).toBe('not-verbatim')
  })

  it.each(['NO_ANSWER', ' no_answer ', 'No answer.', '"NO ANSWER"', '**NO_ANSWER**', '```\nNO_ANSWER\n```'])(
    '%s is an explicit no answer',
    (said) => expect(readExtraction(said, passage(text))).toBeNull(),
  )

  it.each([
    ['', 'empty'],
    ['NO_ANSWER, but found in 1786', 'contradictory'],
    ['There is no answer in it.', 'contradictory'],
    ['"', 'not-verbatim'],
    [',', 'not-verbatim'],
  ])('%j is neither: %s', (said, why) => expect(whyNot(() => readExtraction(said, passage(text)))).toBe(why))

  it('finds words of the title, and words as the prompt shows them', () => {
    expect(readExtraction('Fleas', passage('They bite.', 'Fleas'))).toMatchObject({ in: 'title', start: 0, end: 5 })
    expect(readExtraction('\u2039query> x', passage('a <query> x'))).toMatchObject({ text: '<query> x', start: 2 })
  })

  it('points at the words, whatever stands around them', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9\u00e9\u0130\u03a3\u{1F600}'"\u2019\u201c.,-]{1,6}$/u)
    const words = fc.array(word, { minLength: 1, maxLength: 8 })
    const space = fc.constantFrom(' ', '\n', '  ', '\t')
    fc.assert(
      fc.property(words, words, words, space, fc.boolean(), (before, middle, after, gap, shout) => {
        const whole = [...before, ...middle, ...after].join(gap)
        const said = shout ? middle.join(' ').toLowerCase() : middle.join(' ')
        const place = locate(whole, said)
        expect(place).toBeDefined()
        const found = [...whole].slice(...(place as [number, number])).join('')
        const fold = (each: string) =>
          each
            .replace(/\s+/g, ' ')
            .replace(/\u2019/g, "'")
            .replace(/\u201c/g, '"')
            .toLowerCase()
            .replaceAll('\u03c2', '\u03c3')
        expect(fold(found)).toBe(fold(said))
      }),
    )
  })

  it('finds nothing that is not there', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (whole) => {
        expect(locate(whole, `${whole} and more`)).toBeUndefined()
        expect(locate(whole, 'zzz qqq')).toBeUndefined()
      }),
    )
  })
})

describe('several at once', () => {
  const passages = [passage('red apples'), passage('green pears'), passage('blue plums')]
  it('reads a section for each, in any order', () => {
    const found = readExtractions('[2] pears\n[1]: apples\n[3] NO_ANSWER', passages)
    expect(found).toMatchObject([{ text: 'apples' }, { text: 'pears' }, null])
  })
  it.each([
    ['[1] apples\n[2] pears', 'incomplete'],
    ['[1] apples\n[2] pears\n[2] pears\n[3] plums', 'contradictory'],
    ['[1] apples\n[2] pears\n[4] plums', 'out-of-range'],
    ['Here: [1] apples\n[2] pears\n[3] plums', 'malformed'],
    ['[1] apples\n[2] apples\n[3] plums', 'not-verbatim'],
    ['apples', 'malformed'],
  ])('%j: %s', (said, why) => expect(whyNot(() => readExtractions(said, passages))).toBe(why))

  it('says which one cannot be read, and what the others say', () => {
    try {
      readExtractions('[1] apples\n[2] bananas\n[3] NO_ANSWER', passages)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        why: 'not-verbatim',
        message: 'passage 2: "bananas" does not stand in the passage word for word',
        partial: [{ text: 'apples' }, { why: 'not-verbatim', raw: 'bananas' }, null],
      })
    }
  })

  it('reads one line for each step', () => {
    const found = readStepExtractions('Step 1: NO_ANSWER\nStep 2: green', passages[1] as Passage, 2)
    expect(found).toMatchObject([null, { text: 'green' }])
    expect(whyNot(() => readStepExtractions('Step 1: green', passages[1] as Passage, 2))).toBe('incomplete')
  })
})

describe('readSteps', () => {
  it('reads what positives give, and passes over what none gives', () => {
    const said = 'Step 1: Who? | [2]\nStep 2: Where? | none\nStep 3: When? | [1], [2]'
    expect(readSteps(said, 2)).toEqual([
      { text: 'Who?', givenBy: [2] },
      { text: 'When?', givenBy: [1, 2] },
    ])
  })
  it.each([
    ['', 'malformed'],
    ['The steps are:\nStep 1: Who? | [1]', 'malformed'],
    ['Step 2: Who? | [1]', 'malformed'],
    ['Step 1: Who? | the first', 'malformed'],
    ['Step 1: Who? | [3]', 'out-of-range'],
    ['Step 1: Who? | none', 'malformed'],
  ])('%j: %s', (said, why) => expect(whyNot(() => readSteps(said, 2))).toBe(why))
})

describe('readRanking', () => {
  it.each([
    '[2] > [1] > [3]',
    '2 > 1 > 3',
    '2] > [1] > [3]',
    '2, 1, 3',
    '[2, 1, 3]',
    '[2], [1], [3]',
    '[2]\n[1]\n[3]',
    '1. [2]\n2. [1]\n3. [3]',
    'Ranking: [2] > [1] > [3]',
    '**Ranking:** [2] > [1] > [3].',
    '```\n[2] > [1] > [3]\n```',
    '{"ranking": [2, 1, 3]}',
  ])('%j', (said) => expect(readRanking(said, 3)).toEqual([2, 1, 3]))

  it.each([
    ['', 'malformed'],
    ['I cannot rank them.', 'malformed'],
    ['[2] > [1] > [3] because it says so', 'malformed'],
    ['[2] > [1] > [3] > [2]', 'contradictory'],
    ['[2] > [1]', 'incomplete'],
    ['[2] > [1] > [4]', 'out-of-range'],
    ['[2] = [1] > [3]', 'malformed'],
    ['213', 'out-of-range'],
    ['{"ranking": "2, 1, 3"}', 'malformed'],
    ['{"order": [2, 1, 3]}', 'malformed'],
    ['[2] > [1] > [3]\n\n[3] > [1] > [2]', 'contradictory'],
  ])('%j: %s', (said, why) => expect(whyNot(() => readRanking(said, 3))).toBe(why))

  it('one candidate is an order', () => expect(readRanking('[1]', 1)).toEqual([1]))

  it('reads every complete order, and never completes one', () => {
    const orders = fc.integer({ min: 2, max: 20 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_all, index) => index + 1),
        { minLength: count },
      ),
    )
    fc.assert(
      fc.property(orders, fc.nat(), (order, at) => {
        expect(readRanking(order.map((each) => `[${each}]`).join(' > '), order.length)).toEqual(order)
        const short = order.toSpliced(at % order.length, 1)
        expect(whyNot(() => readRanking(short.map((each) => `[${each}]`).join(' > '), order.length))).toBe('incomplete')
      }),
    )
  })
})

describeWithData('listwise-replies', 'listwise replies', () => {
  test('the 220 complete rankings of a 7B model are read in full, the 167 others never', () => {
    const text = gunzipSync(readFileSync(dataPath('listwise-replies', 'vicuna-7b.jsonl.gz'))).toString()
    const replies = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { response: string })
    const outcomes = replies.map(({ response }) => whyNot(() => readRanking(response, 20)) ?? 'read')
    const counts = Map.groupBy(outcomes, (outcome) => outcome)
    expect(Object.fromEntries([...counts].map(([outcome, all]) => [outcome, all.length]))).toEqual({
      read: 220,
      contradictory: 163,
      incomplete: 4,
    })
    for (const { response } of replies) {
      if (whyNot(() => readRanking(response, 20)) !== undefined) continue
      expect(readRanking(response, 20)).toEqual([...response.matchAll(/\d+/g)].map(([digits]) => Number(digits)))
    }
  })
})

describeWithData('malformed-replies', 'what small models answer when they fail', () => {
  test('is neither words of a passage, nor NO_ANSWER, nor an order', () => {
    const file = readFileSync(dataPath('malformed-replies', 'pointwise-errors.txt'), 'utf8')
    const texts = file.split(/^q\d+ 0 p\S*/m).slice(1)
    expect(texts).toHaveLength(572)
    for (const text of texts) {
      expect(
        whyNot(() => readExtraction(text, passage('The tower is 330 metres tall, and yes, it stands in Paris.'))),
      ).toBeDefined()
      expect(whyNot(() => readRanking(text, 5))).toBeDefined()
    }
  })
})
