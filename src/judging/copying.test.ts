import { expect, it } from 'vitest'
import { isCopyOf } from './copying.ts'

const DOCUMENT =
  'Bread goes stale because its starch crystallises again, which happens fastest just above the freezing point, so a fridge makes it worse.'

it.each([
  ['the document', DOCUMENT, true],
  [
    'a stretch of it, in capitals',
    'ITS STARCH CRYSTALLISES AGAIN, which happens fastest just above the freezing point',
    true,
  ],
  [
    'a reason that quotes',
    'It explains that the "starch crystallises again" in the cold and so answers why the fridge is a bad place for bread.',
    false,
  ],
  [
    'a reason in words of its own',
    'The passage names the cause and says plainly that cold storage does not help.',
    false,
  ],
  ['too little', 'It is relevant.', undefined],
])('%s', (_name, text, isCopy) => expect(isCopyOf(text, DOCUMENT)).toBe(isCopy))

it('of scripts without spaces goes by characters', () => {
  const document = '面包变硬是因为其中的淀粉重新结晶，这在略高于冰点时最快。'
  expect(isCopyOf('淀粉重新结晶，这在略高于冰点时最快', document)).toBe(true)
  expect(isCopyOf('这段话说明了原因，并且回答了问题', document)).toBe(false)
})
