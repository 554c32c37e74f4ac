// The probe by text finds what was planted, and nothing else.
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../test/support/random.ts'
import type { Case } from './case.ts'
import { marksOf } from './marks.ts'
import { probeByText } from './probe.ts'

const WORDS = Array.from({ length: 400 }, (_, at) => `word${at}`)

/** Makes texts of random words; `plant` changes the generated ones. */
function textCases(seed: number, count: number, plant: (text: string) => string): Case[] {
  const random = randomFrom(seed)
  const text = () => Array.from({ length: 30 }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ')
  const texts = (length: number) => Array.from({ length }, text)
  return Array.from({ length: count }, (_, at) => ({
    query: `query ${at}`,
    positives: texts(1),
    mined: texts(6),
    generated: texts(3).map(plant),
  }))
}

describe('the probe by text', () => {
  it.each([
    ['a phrase', (text: string) => `${text} it should be noted`],
    ['a length', (text: string) => text.split(' ').slice(0, 15).join(' ')],
    ['a sign', (text: string) => text.replace(' ', ' — ')],
    [
      'a way of speaking',
      (text: string) => `${text.split(' ').slice(0, 6).join(' ')} it should of course be noted that this is not`,
    ],
    ['a letter case', (text: string) => text.replace('word', 'Word')],
    ['line breaks', (text: string) => text.replaceAll(/ (word1)/g, '\n$1')],
  ])('finds %s that was planted', (_, plant) => {
    expect(probeByText(textCases(1, 150, plant), 1)?.mean).toBeGreaterThan(0.9)
  })

  it('finds nothing where there is nothing', () => {
    const found = probeByText(textCases(1, 1500, String), 1)
    expect(Math.abs((found?.mean ?? 0) - 0.5)).toBeLessThan(0.03)
    expect(found).toMatchObject({ rows: 1500, untested: 0, folds: 5 })
  })

  it('is .5 exactly for copies of the mined', () => {
    const copies = textCases(4, 50, String).map((each) => ({ ...each, generated: each.mined }))
    expect(probeByText(copies, 1)?.mean).toBe(0.5)
  })

  it('knows no text that it has learned: sources that only repeat tell nothing', () => {
    // All rows have the same few mined documents and the same few generated texts.
    const [pool, written] = [textCases(5, 1, String)[0]?.mined ?? [], textCases(6, 1, String)[0]?.mined ?? []]
    const cases = textCases(7, 100, String).map((each) => ({ ...each, mined: pool, generated: written }))
    expect(probeByText(cases, 1)).toBeNull()
    // Half of the rows have other texts, unrelated to these.
    const random = randomFrom(9)
    const mixed = textCases(8, 200, String).map((each) => {
      const pick = (from: readonly string[]) => [from[Math.floor(random() * from.length)] as string]
      return { ...each, mined: [...each.mined, ...pick(pool)], generated: [...each.generated, ...pick(written)] }
    })
    expect(Math.abs((probeByText(mixed, 1)?.mean ?? 0) - 0.5)).toBeLessThan(0.05)
  })

  describe('knows nothing by heart of which some is changed', () => {
    // Documents that many queries have, as mining finds them, and texts made from them with other words in the middle.
    const documents = textCases(10, 100, String).flatMap(({ mined }) => mined)
    const random = randomFrom(11)
    const one = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T
    const variantOf = (text: string) => {
      const words = text.split(' ')
      const at = Math.floor(random() * 20)
      return [...words.slice(0, at), ...Array.from({ length: 8 }, () => one(WORDS)), ...words.slice(at + 8)].join(' ')
    }
    const casesOf = (mined: (document: string) => string, generated: (mined: string) => string): Case[] =>
      Array.from({ length: 300 }, (_, at) => {
        const own = Array.from({ length: 6 }, () => one(documents))
        return { query: `${at}`, positives: [], mined: own.map(mined), generated: own.slice(0, 3).map(generated) }
      })

    it.each([
      ['what is generated is made from what is mined', casesOf(String, variantOf)],
      ['what is mined is made from the same as what is generated', casesOf(variantOf, variantOf)],
    ])('%s', (_, cases) => {
      const found = probeByText(cases, 1)
      expect(Math.abs((found?.mean ?? 0) - 0.5)).toBeLessThan(0.05)
      expect(found?.untested).toBe(0)
    })
  })

  it('leaves equal queries in one fold', () => {
    const cases = textCases(1, 20, String).map((each) => ({ ...each, query: 'one query' }))
    expect(probeByText(cases, 1)).toBeNull()
  })
})

describe('marks', () => {
  it('are the words that were planted, the strongest first, no word twice', () => {
    const marks = marksOf(textCases(1, 150, (text) => `it should be noted ${text} mostly`))
    const words = marks.map((mark) => mark.words).join(' ')
    expect(words).toMatch(/should/)
    expect(words).toMatch(/mostly/)
    expect(marks.every(({ generated, mined }) => generated === 1 && mined === 0)).toBe(true)
    const all = words.split(' ').filter((word) => word !== '^' && word !== '$')
    expect(new Set(all).size).toBe(all.length)
  })

  it('may be what generated texts lack', () => {
    const cases = textCases(2, 150, String).map((each) => ({ ...each, mined: each.mined.map((text) => `${text}.`) }))
    expect(marksOf(cases)[0]).toMatchObject({ generated: 0, mined: 1 })
  })

  it('are none where nothing differs', () => expect(marksOf(textCases(3, 300, String))).toEqual([]))
})
