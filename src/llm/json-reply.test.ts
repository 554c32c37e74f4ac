// Covers finding JSON inside other text without making anything up.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UnreadableReply } from './read.ts'
import { fieldOf, fieldWithin, listOf, numberIn, objectIn, textOf, yesOrNo } from './json-reply.ts'

const wanted = (text: string) => objectIn(text, (object) => 'text' in object)
const whyOf = (read: () => unknown): string => {
  try {
    return `read ${JSON.stringify(read())}`
  } catch (error) {
    if (error instanceof UnreadableReply) return error.why
    throw error
  }
}

describe('objectIn', () => {
  test.each([
    ['alone', '{"text": "a"}'],
    ['in a fence', '```json\n{"text": "a"}\n```'],
    ['in a fence without a name', '```\n{"text": "a"}\n```\n'],
    ['after prose', 'Here is what you asked for:\n\n{"text": "a"}'],
    ['before prose', '{"text": "a"}\n\nI hope that {this} helps [1].'],
    ['after other brackets', 'See [1] and {x}. {"text": "a"}'],
    ['after another object', '{"thought": "b"} {"text": "a"}'],
    ['wrapped', '{"result": {"text": "a"}}'],
    ['wrapped twice', '{"result": {"data": {"text": "a"}}}'],
    ['in a list', '[{"text": "a"}]'],
    ['with commas too many', '{"text": "a", }'],
    ['said twice alike', '{"text": "a"} and so {"text":"a"}'],
  ])('%s', (_name, text) => {
    expect(wanted(text)).toEqual({ text: 'a' })
  })

  test('line breaks and tabs within texts, escapes and brackets in them', () => {
    expect(wanted('{"text": "a\n\tb \\"c\\" }] \\\\"}')).toEqual({ text: 'a\n\tb "c" }] \\' })
  })

  test.each([
    ['nothing', '', 'malformed'],
    ['prose', 'I cannot do that.', 'malformed'],
    ['another object', '{"words": "a"}', 'malformed'],
    ['two that differ', '{"text": "a"} {"text": "b"}', 'contradictory'],
    ['cut off within a text', '{"text": "a and then', 'incomplete'],
    ['cut off after a complete part', '{"result": {"text": "a"}, "more": [', 'incomplete'],
    ['cut off in a fence', '```json\n{"result": {"text": "a"},\n```', 'incomplete'],
    ['wrapped too deep', '{"a":{"b":{"c":{"d":{"text":"a"}}}}}', 'malformed'],
  ])('%s is not read', (_name, text, why) => {
    expect(whyOf(() => wanted(text))).toBe(why)
  })

  test('any object comes back from any surroundings without brackets and quotes', () => {
    const prose = fc.string().map((text) => text.replace(/[[\]{}"]/g, ''))
    fc.assert(
      fc.property(
        prose,
        fc.record({ text: fc.string(), list: fc.array(fc.string()) }),
        prose,
        (before, object, after) => {
          expect(wanted(before + JSON.stringify(object) + after)).toEqual(object)
        },
      ),
    )
  })

  test('an object that is cut off anywhere is never read', () => {
    fc.assert(
      fc.property(
        fc.record({ text: fc.string(), more: fc.string() }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (object, share) => {
          const whole = JSON.stringify(object)
          const cut = whole.slice(0, Math.floor(share * (whole.length - 1)))
          expect(whyOf(() => wanted(cut))).toMatch(/^(?:incomplete|malformed)$/)
        },
      ),
    )
  })
})

describe('fields', () => {
  test('by any of their names, whatever their case and punctuation', () => {
    expect(fieldOf({ 'Is critical': true }, 'is_critical')).toBe(true)
    expect(fieldOf({ isCritical: false }, 'critical', 'is_critical')).toBe(false)
    expect(fieldOf({ requirement: 'a text', Number: 2 }, 'number', 'requirement')).toBe(2)
    expect(fieldOf({ a: { need: 1 } }, 'need')).toBeUndefined()
    expect(fieldWithin({ a: { b: { need: 1 } } }, 'need')).toBe(1)
    expect(fieldWithin({ a: [{ need: 1 }] }, 'need')).toBeUndefined()
  })

  test('texts, lists, and yes or no', () => {
    expect(textOf(' a ', 'it')).toBe('a')
    expect(whyOf(() => textOf('', 'it'))).toBe('incomplete')
    expect(whyOf(() => textOf(7, 'it'))).toBe('malformed')
    expect(listOf([1], 'it')).toEqual([1])
    expect(whyOf(() => listOf(undefined, 'it'))).toBe('incomplete')
    expect(whyOf(() => listOf({}, 'it'))).toBe('malformed')
    expect([true, 'Yes', 'no.', 'FALSE'].map((value) => yesOrNo(value, 'it'))).toEqual([true, true, false, false])
    expect(whyOf(() => yesOrNo('perhaps', 'it'))).toBe('malformed')
    expect(whyOf(() => yesOrNo(undefined, 'it'))).toBe('incomplete')
    expect(whyOf(() => yesOrNo(1, 'it'))).toBe('malformed')
  })

  test('numbers, also named', () => {
    expect([3, '3', 'R3', 'Requirement (3)', 'req-12', ' 4. '].map(numberIn)).toEqual([3, 3, 3, 3, 12, 4])
    const none = [1.5, null, '', 'none', '3 and 4', {}, 'Apollo 11', 'in 1999', '-3']
    expect(none.map(numberIn)).toEqual(none.map(() => undefined))
  })
})
