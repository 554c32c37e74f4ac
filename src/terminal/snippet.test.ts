// Covers marking the words of a snippet in place, with any characters and across line ends.
import { expect, test } from 'vitest'
import { hanging, type PageStyle } from './page.ts'
import { inContext, withMarks } from './snippet.ts'

const plain: PageStyle = { width: 80, heading: String, faint: String, marked: (text) => `«${text}»` }
const coloured: PageStyle = { ...plain, marked: (text) => `\u001b[1m${text}\u001b[22m` }

const show = (
  passage: { title?: string; text: string },
  start: number,
  end: number,
  where: 'text' | 'title' = 'text',
) => withMarks([inContext(passage, { text: '', in: where, start, end })], plain).join('\n')

test('positions count code points', () => {
  expect(show({ text: '🦢🦢 says the goose 🦢' }, 3, 7)).toBe('🦢🦢 «says» the goose 🦢')
})

test('the whole, the beginning, the end, and words of the title', () => {
  expect(show({ text: 'all of it' }, 0, 9)).toBe('«all of it»')
  expect(show({ text: 'all of it' }, 0, 3)).toBe('«all» of it')
  expect(show({ text: 'all of it' }, 7, 9)).toBe('all of «it»')
  expect(show({ title: 'The title', text: 'not here' }, 4, 9, 'title')).toBe('The «title»')
})

test('a long passage is cut at words on both sides, and is one line', () => {
  const text = `${'before '.repeat(40)}the\nanswer ${'after '.repeat(40)}`
  const start = text.indexOf('the\n')
  const shown = show({ text }, start, start + 10)
  expect(shown).toMatch(/^…before (before )+«the answer» (after )+after…$/)
  expect(shown.length).toBeLessThan(200)
})

test('placeholders in the passage itself are no marks', () => {
  expect(show({ text: 'a \ue000 b \ue001 c' }, 4, 5)).toBe('a «b» c')
})

test('marks that go over the end of a line begin anew on the next, behind its indent', () => {
  const lines = hanging('  ', inContext({ text: 'one two three four' }, { text: '', in: 'text', start: 4, end: 13 }), 9)
  expect(withMarks(lines, plain)).toEqual(['  one', '  «two', '  three»', '  four'])
  expect(withMarks(lines, coloured)).toEqual([
    '  one',
    '  \u001b[1mtwo\u001b[22m',
    '  \u001b[1mthree\u001b[22m',
    '  four',
  ])
})
