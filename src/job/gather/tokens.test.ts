// Tokens of texts without a word boundary: genes, encoded files, languages that write no spaces.
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { expect, test } from 'vitest'
import { openAiCounter } from './tokens.ts'

test('a text is counted as the tokenizer counts it', async () => {
  const { text } = await openAiCounter('gpt-4o')
  for (const words of [
    'Why salt the water?\n\n1,234 g',
    '水在多少度沸腾？在标准大气压下。'.repeat(200),
    'a b '.repeat(3000),
  ])
    expect(text(words)).toBe(countTokens(words))
})

test.each([
  ['letters', 'acgt'],
  ['letters without spaces', 'พรุ่งนี้ฝนตกไหม'],
  ['signs', '=-'],
  ['spaces', ' \n'],
])('%s in one run of 300,000 are counted in pieces, to a token for each', async (_name, unit) => {
  const { text } = await openAiCounter('gpt-4o')
  const piece = unit.repeat(Math.ceil(3000 / unit.length))
  const [short, long] = [countTokens(piece), text(piece.repeat(100))]
  expect(Math.abs(long / (100 * short) - 1)).toBeLessThan(0.02)
})
