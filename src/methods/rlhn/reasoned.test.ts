// A verdict that rests on nothing is unreadable: better without a word of preference, and reasons copied from the documents.
import { describe, expect, it, test } from 'vitest'
import { UnreadableReply } from '../../llm/read.ts'
import type { Passage } from '../../rows/row.ts'
import { labelsIn, listOf, NO_LABELS } from './labels.ts'
import { rlhnPrompt } from './prompt.ts'
import { readReasoned, type ReplyForm } from './reasoned.ts'

const { form: JUDGES } = rlhnPrompt('judge')

const texts = [
  'Cats purr by twitching the muscles of the larynx, some 25 times in a second.',
  'Dogs bark when strangers come to the door, and wag their tails at friends.',
  'A purr may also come when a cat is in pain, or when it wants to be fed at once.',
]
const documents = texts.map((text, at): Passage => ({ id: `d${at}`, text, label: 'negative', origin: 'given' }))

function reply(thinking: string[], preference: string, better: string, worse = '[]'): string {
  const thoughts = thinking.map((words, at) => `Doc (${at + 1}): ${words}`).join('\n')
  return `<thinking>${thoughts}</thinking><preference>${preference}</preference>
<verdict><better> ${better} </better>, <worse> ${worse} </worse></verdict>`
}

function whyUnread(text: string, form: ReplyForm = JUDGES): string | undefined {
  try {
    readReasoned(text, documents, form)
    return undefined
  } catch (error) {
    if (error instanceof UnreadableReply) return error.why
    throw error
  }
}

const OWN = ['It names the muscles. Relevant.', 'It is about dogs. Not relevant.', 'It gives no cause. Not relevant.']

describe('better', () => {
  test.each([
    ['Doc (1): STRICTLY BETTER. It gives the frequency.'],
    ['Doc (1): EQUAL: both name the larynx.'],
    ['Doc (1): This document is preferred over the ground truth.'],
    ['Doc (1): It is just as good as the ground truth.'],
  ])('with its word: %s', (preference) => expect(whyUnread(reply(OWN, preference, '[Doc (1)]'))).toBeUndefined())

  test.each([
    ['nothing is said', ''],
    ['another document is spoken of', 'Doc (2): EQUAL.'],
    ['no preference is said', 'Doc (1): It is about cats and how they purr.'],
  ])('without: %s', (_name, preference) => {
    expect(whyUnread(reply(OWN, preference, '[Doc (1)]'))).toBe('no-preference')
    const form: ReplyForm = { ...JUDGES, preference: 'none' }
    expect(whyUnread(reply(OWN, preference, '[Doc (1)]'), form)).toBeUndefined()
    expect(whyUnread(reply(OWN, preference, '[]', '[Doc (1)]'))).toBeUndefined()
  })
})

test('the screen need only say something of what it calls better', () => {
  const { form } = rlhnPrompt('screen')
  expect(whyUnread(reply(OWN, 'Doc (1): It names the muscles.', '[Doc (1)]'), form)).toBeUndefined()
  expect(whyUnread(reply(OWN, 'Doc (2): It names the muscles.', '[Doc (1)]'), form)).toBe('no-preference')
})

describe('a copy is no reason', () => {
  it('refuses thinking that is mostly the documents', () => {
    expect(whyUnread(reply(texts, '', '[]'))).toBe('copied')
    expect(whyUnread(reply([...texts.slice(0, 2), OWN[2] ?? ''], '', '[]'))).toBe('copied')
    expect(whyUnread(reply([texts[0] ?? '', ...OWN.slice(1)], '', '[]'))).toBeUndefined()
  })

  it('refuses a verdict on a document whose only reason is the document', () => {
    const thinking = [texts[0] ?? '', ...OWN.slice(1)]
    expect(whyUnread(reply(thinking, '', '[]', '[Doc (1)]'))).toBe('copied')
    expect(whyUnread(reply(thinking, 'Doc (1): WORSE. It leaves out the breath.', '[]', '[Doc (1)]'))).toBeUndefined()
    expect(whyUnread(reply(OWN, `Doc (1): ${texts[0]}`, '[Doc (1)]'))).toBe('copied')
  })

  it('lets words be quoted', () => {
    const quoting = 'It says that they purr "by twitching the muscles of the larynx", which is what is asked. Relevant.'
    expect(whyUnread(reply([quoting, ...OWN.slice(1)], 'Doc (1): WORSE.', '[]', '[Doc (1)]'))).toBeUndefined()
  })
})

test.each([
  ['Preferred over ground truth:', 'better'],
  ['Preferred over or equal to the ground truth:', 'better'],
  ['Preferred over or equally as ground truth:', 'better'],
  ['Strictly better than the ground truth:', 'better'],
  ['Preferred documents:', 'better'],
  ['Better:', 'better'],
  ['Relevant but not preferred over ground truth: ', 'worse'],
  ['Relevant, but less preferable than ground truth:', 'worse'],
  ['Relevant documents:', 'worse'],
  ['Worse:', 'worse'],
  ['Irrelevant:', undefined],
  ['Not:', undefined],
  ['Not relevant:', undefined],
  ['Rejected:', undefined],
  ['Non-relevant documents:', undefined],
  ['Not preferred over ground truth:', undefined],
  ['Worse than nothing:', undefined],
  ['Everything but:', undefined],
  ['Not better:', undefined],
  ['Hardly relevant:', undefined],
])('the label %s speaks of: %s', (label, list) => expect(listOf(label, NO_LABELS)).toBe(list))

test("a prompt of the user's own brings its labels", () => {
  const labels = labelsIn('… <better> Besser als die Vorlage: [Doc (i)] </better>, <worse> Passend: [Doc (k)] </worse>')
  expect(listOf('besser als die Vorlage:', labels)).toBe('better')
  expect(listOf('Passend', labels)).toBe('worse')
  expect(listOf('Unpassend', labels)).toBeUndefined()
})
