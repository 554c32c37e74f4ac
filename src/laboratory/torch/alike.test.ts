// Which queries are most like another, by their words.
import { expect, it } from 'vitest'
import { alikeByWords } from './alike.ts'

it('prefers rare words, leaves out what shares none, and keeps the order of equals', () => {
  const texts = ['the cause of rain', 'the price of tea', 'The cause of the war', 'le prix', 'the price of tea']
  expect(alikeByWords(['What is the price of TEA?', 'cause', '', 'zebra'], texts, 3)).toEqual([
    [1, 4, 0],
    [0, 2],
    [],
    [],
  ])
  expect(alikeByWords(['cause'], texts, 1)).toEqual([[0]])
})
