// What counting and cutting words keeps in memory: the words, and not the texts that they were in.
import { expect, test } from 'vitest'
import { heldNow } from '../../../test/support/held.ts'
import { openTokenizer } from './tokenizer.ts'
import { buildVocabulary, WordCounter } from './vocabulary.ts'

const [TEXTS, LENGTH] = [1_000, 20_000]
const filling = 'short words come again and again '.repeat(LENGTH / 33)
/** A word of fourteen letters, which V8 would keep as a part of its text. */
const wordOf = (number: number) =>
  `longer${String(number)
    .padStart(8, '0')
    .replaceAll(/\d/g, (digit) => 'abcdefghij'[+digit] as string)}`
const textOf = (number: number) => `${wordOf(number)} ${filling}${number % 10}`

async function keptBy(work: (text: string) => void): Promise<number> {
  const before = await heldNow()
  for (let number = 0; number < TEXTS; number++) work(textOf(number))
  return (await heldNow()) - before
}

test('counted words do not keep their texts, and are forgotten when the vocabulary is made', async () => {
  const counter = new WordCounter(1_000_000)
  expect(await keptBy((text) => counter.add(text))).toBeLessThan((TEXTS * LENGTH) / 5)
  expect(buildVocabulary(counter, 10).pieces[0]?.texts).toBe(TEXTS)
  expect(counter.drain()).toEqual([])
})

test('a tokenizer remembers words, not their texts', async () => {
  const counter = new WordCounter(1_000_000)
  counter.add(wordOf(1))
  const tokenizer = openTokenizer(buildVocabulary(counter, 10).tokenizer, 'tokenizer.json')
  expect(await keptBy((text) => tokenizer.encode(text, 3))).toBeLessThan((TEXTS * LENGTH) / 5)
  expect(tokenizer.encode(wordOf(7))).toEqual(tokenizer.encode(wordOf(7).toUpperCase()))
})
