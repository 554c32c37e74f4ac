// Covers how texts are split into tokens, and the vectors that training starts from.
import { Tokenizer } from '@huggingface/tokenizers'
import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { innerProduct } from '../vectors.ts'
import { initialVectors } from './initial.ts'
import { openTokenizer } from './tokenizer.ts'
import { buildVocabulary, WordCounter } from './vocabulary.ts'
import { wordsOf } from './words.ts'

const TEXTS = [
  'The kinase phosphorylates proteins; kinases do, too.',
  'Kinase inhibitors in 2024: a review of 12 trials',
  '我们使用新的方法来训练检索模型。模型很小。',
  'ประเทศไทยมีอากาศร้อนและฝนตกชุก',
  '日本語の文章を検索する',
  'Η οδός της ΟΔΟΣ, ένα παράδειγμα',
  'Ein Herzschrittmacher für Herzkranke',
]

function vocabularyOf(texts: string[], limit = 1000) {
  const counter = WordCounter.for(100)
  for (const text of texts) counter.add(text)
  return buildVocabulary(counter, limit)
}

const vocabulary = vocabularyOf(TEXTS)
const ours = openTokenizer(vocabulary.tokenizer, 'ours')
const wordOfToken = (token: number) => vocabulary.pieces[token]?.word

describe('words', () => {
  it('are folded; letters, digits and signs stand apart', () => {
    expect(wordsOf('Naïve ＦＵＬＬ p53-mediated 😀 ½')).toEqual([
      'naïve',
      'full',
      'p',
      '53',
      'mediated',
      '😀',
      '1',
      '2',
    ])
    expect(wordsOf('ΟΔΟΣ')).toEqual(wordsOf('οδος'))
    expect(wordsOf('DNA测序 ไทย')).toEqual(['dna', '测序', 'ไทย'])
  })

  it('have bounded length', () => {
    expect(
      Math.max(...wordsOf(`${'x'.repeat(500)} ${'1'.repeat(500)} ${'测'.repeat(500)}`).map((word) => word.length)),
    ).toBe(48)
  })
})

describe('the tokenizer of a vocabulary', () => {
  const library = new Tokenizer(JSON.parse(JSON.stringify(vocabulary.tokenizer)) as object, {})
  const fromLibrary = (text: string) => library.encode(text, { add_special_tokens: false }).ids

  it('cuts any text as the library does that runs its file', () => {
    const text = oneof(
      string({ unit: 'binary', maxLength: 60 }),
      array(constantFrom(...TEXTS, 'kinasing', 'zzz', '测试', '　', 'ſ', 'İ', '\u0301', '\u{20000}'), {
        maxLength: 6,
      }).map((parts) => parts.join('')),
    )
    assert(
      property(text, (each) => {
        expect(ours.encode(each)).toEqual(fromLibrary(each))
      }),
      { numRuns: 400 },
    )
  })

  it('knows words whole, later ones by their beginning, and runs by groups of characters', () => {
    const words = (text: string) => ours.encode(text).map(wordOfToken)
    expect(words('Kinase KINASES')).toEqual(['kinase', 'kinases'])
    expect(words('kinaseful')).toEqual(['kinase', '', '', ''])
    expect(words('检索模型')).toEqual(['检索模', '型'])
    expect(words('。小模型')).toEqual(['小', '模型'])
  })

  it('knows Korean words by their first syllables, whatever particle comes after', () => {
    const { tokenizer, pieces } = vocabularyOf(['학교에 갔다', '학교를 보았다', 'tent tell'])
    const { encode } = openTokenizer(tokenizer, 'ours')
    const words = (text: string) => encode(text).map((id) => pieces[id]?.word)
    expect(words('학교에서')[0]).toBe('학교에')
    expect(words('학교가')[0]).toBe('학교')
    // Two letters of another script carry too little meaning.
    expect(words('tear').every((word) => word === '')).toBe(true)
  })

  it('has beginnings that two words share, and none of one word alone', () => {
    const words = new Set(vocabularyOf(['shared sharing', 'alone']).pieces.map(({ word }) => word))
    for (const beginning of ['sha', 'shar', 'alone']) expect(words).toContain(beginning)
    for (const beginning of ['share', 'sh', 'alo', 'alon']) expect(words).not.toContain(beginning)
  })

  it('has no unknown: every byte is a token', () => {
    assert(
      property(string({ unit: 'grapheme' }), (text) => {
        for (const id of ours.encode(text)) expect(id).toBeLessThan(vocabulary.pieces.length)
      }),
    )
    expect(Object.keys((vocabulary.tokenizer as { model: { vocab: object } }).model.vocab).length).toBe(
      vocabulary.pieces.length,
    )
  })

  it('keeps the words of most texts, and forgets the rarest when there are too many', () => {
    const counter = new WordCounter(10)
    for (let at = 0; at < 50; at++) counter.add(`often word${'abcdefghij'[at % 10]}${'abcde'[at % 5]}`)
    const ranked = counter.drain()
    expect(ranked[0]).toEqual({ word: 'often', texts: 50 })
    expect(ranked.length).toBeLessThanOrEqual(10)
    const small = vocabularyOf(TEXTS, 2)
    expect(small.pieces.filter(({ texts, word }) => texts > 0 && word !== '').length).toBeLessThanOrEqual(2 * 2 * 2)
  })

  it('cuts after a limit', () => expect(ours.encode('kinase kinases kinase', 2)).toHaveLength(2))
})

describe('initial vectors', () => {
  const vectors = initialVectors(vocabulary, 64, 1)
  const row = (word: string) => {
    const token = vocabulary.pieces.findIndex((piece) => piece.word === word)
    return vectors.subarray(token * 64, (token + 1) * 64)
  }
  const cosine = (one: Float32Array, other: Float32Array) =>
    innerProduct(one, other) / Math.sqrt(innerProduct(one, one) * innerProduct(other, other))

  it('are alike for words of one stem and for both forms of a group, unlike for others', () => {
    expect(cosine(row('kinase'), row('kinases'))).toBeCloseTo(1, 6)
    expect(Math.abs(cosine(row('kinase'), row('trials')))).toBeLessThan(0.5)
    const groups = vocabulary.pieces.flatMap(({ word }, token) =>
      word === '模型' ? [vectors.subarray(token * 64, (token + 1) * 64)] : [],
    )
    expect(groups).toHaveLength(2)
    expect(groups[0]).toEqual(groups[1])
  })

  it('are longer for rare words and zero for lone bytes', () => {
    const length = (vector: Float32Array) => Math.sqrt(innerProduct(vector, vector))
    const common = vocabularyOf([...Array<string>(9).fill('common'), 'common rare'])
    const both = initialVectors(common, 32, 1)
    const of = (word: string) =>
      both.subarray(common.pieces.findIndex((piece) => piece.word === word) * 32).subarray(0, 32)
    expect(length(of('rare'))).toBeGreaterThan(10 * length(of('common')))
    expect(length(row(''))).toBe(0)
  })

  it('of a word do not hang on what else there is', () => {
    const smaller = vocabularyOf(TEXTS.slice(1))
    const other = initialVectors(smaller, 64, 1)
    const token = smaller.pieces.findIndex(({ word }) => word === 'trials')
    expect(cosine(other.subarray(token * 64, (token + 1) * 64), row('trials'))).toBeCloseTo(1, 6)
    expect(initialVectors(vocabulary, 64, 2)).not.toEqual(vectors)
  })
})
