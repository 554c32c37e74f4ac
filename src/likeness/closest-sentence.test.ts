// Covers the sentence that is marked where no model quoted the words behind its verdict.
import { array, assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { closestSentence } from './closest-sentence.ts'

const POSITIVE =
  'The growing fruit gets too little calcium, mostly because uneven watering interrupts the flow that carries it.'

const marked = (
  text: string,
  { query = 'What rots my tomatoes?', reason = '', positives = [POSITIVE], others = [] as string[] } = {},
) => closestSentence(text, { query, reason, positives, row: [...positives, text, ...others] })?.text

test('the sentence that shares most words with a positive', () => {
  expect(marked('Tomatoes rot. Without even watering no calcium reaches the fruit. Eat them soon.')).toBe(
    'Without even watering no calcium reaches the fruit.',
  )
})

test('what the reason names counts before what a positive names', () => {
  const text = 'Calcium reaches the fruit by watering. Mulch keeps the soil damp for weeks.'
  expect(marked(text)).toBe('Calcium reaches the fruit by watering.')
  expect(marked(text, { reason: 'It says that mulch keeps soil damp.' })).toBe('Mulch keeps the soil damp for weeks.')
})

test('a short sentence with two common words does not win over one that says more', () => {
  const text = 'Mostly little. The fruit rots as calcium is missing, because the flow of water is uneven.'
  expect(marked(text)).toBe('The fruit rots as calcium is missing, because the flow of water is uneven.')
})

test('words of the query, and words of three letters, count for nothing', () => {
  expect(marked('My tomatoes rot and it is bad. The one for you is the big red one.')).toBeUndefined()
})

test('words that every passage of the row has count for little', () => {
  const others = ['watering fruit', 'fruit and watering', 'fruit watering']
  expect(marked('Watering the fruit helps. Calcium flow is interrupted.', { others })).toBe(
    'Calcium flow is interrupted.',
  )
})

test('nothing in a single sentence, in an empty text, or where nothing is shared', () => {
  expect(marked('Uneven watering keeps calcium from the fruit')).toBeUndefined()
  expect(marked('')).toBeUndefined()
  expect(marked('One thing here. Another thing there.')).toBeUndefined()
  expect(marked('Uneven watering keeps calcium away. Yes.', { positives: [] })).toBeUndefined()
})

test('texts without spaces between words', () => {
  const found = marked('这是一个句子。钙不足会导致番茄腐烂，浇水不均匀。', {
    query: '为什么',
    positives: ['浇水不均匀，番茄的钙不足。'],
  })
  expect(found).toBe('钙不足会导致番茄腐烂，浇水不均匀。')
})

test('its place counts code points, and is what it says, whatever the text', () => {
  assert(
    property(array(string({ unit: 'grapheme' })), string({ unit: 'grapheme' }), (parts, positive) => {
      const text = ['🦢 calcium watering.', ...parts, 'Calcium from watering 🦢. '].join(' ')
      const positives = [`${positive} calcium watering flow`]
      const found = closestSentence(text, { query: 'q', reason: positive, positives, row: [text, ...positives] })
      expect(found === undefined || [...text].slice(found.start, found.end).join('') === found.text).toBe(true)
    }),
  )
})
