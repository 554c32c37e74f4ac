// Near-duplicates on real texts: abstracts and claims of SciFact, edited as people and scrapers do.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { NEAR_DUPLICATE, NearDuplicateIndex, nearDuplicateFinder } from '../src/likeness/min-hash.ts'
import { jaccard } from '../src/likeness/shingles.ts'
import { shingleSet } from './support/shingles.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { randomFrom } from './support/random.ts'

const textsOf = (file: string) =>
  readFileSync(dataPath('scifact', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text)

/** Puts in, takes out, changes and swaps words, letters and punctuation, at places drawn at random; `edits` a hundred words. */
function edited(text: string, edits: number, random: () => number): string {
  const words = text.split(' ')
  const pick = (many: number) => Math.floor(random() * many)
  const times = Math.round((words.length * edits) / 100)
  for (let time = 0; time < times; time += 1) {
    const at = pick(words.length)
    const word = words[at] ?? ''
    const changes: (() => unknown)[] = [
      () => words.splice(at, 1),
      () => words.splice(at, 0, words[pick(words.length)] ?? ''),
      () => (words[at] = words[pick(words.length)] ?? ''),
      () => words.splice(at, 2, words[at + 1] ?? '', word),
      () => (words[at] = `${word.slice(0, 1)}${word.slice(2)}`),
      () => (words[at] = `${word},`),
      () => (words[at] = word.toUpperCase()),
    ]
    changes[pick(changes.length)]?.()
  }
  return words.join(' ')
}

describeWithData('scifact', 'near-duplicates of SciFact texts', () => {
  it.each([
    ['corpus.jsonl', 2500, 2],
    ['queries.jsonl', 1109, 8],
  ])('%s: what is at the threshold or above is found, and nothing below', (file, many, times) => {
    const texts = textsOf(file).slice(0, many)
    const index = new NearDuplicateIndex(texts)
    const random = randomFrom(20)
    const near = { pairs: 0, found: 0 }
    for (const [at, text] of texts.entries()) {
      for (let time = 0; time < times; time += 1) {
        const other = edited(text, random() * 20, random)
        const similarity = jaccard(shingleSet(text), shingleSet(other))
        const found = index.find(other)
        for (const each of found) expect(each.similarity).toBeGreaterThanOrEqual(NEAR_DUPLICATE)
        if (similarity >= NEAR_DUPLICATE) near.pairs += 1
        if (found.some((each) => each.index === at)) near.found += 1
      }
    }
    if (process.env['SHOW']) console.log(file, near)
    expect(near.pairs).toBeGreaterThan(1500)
    expect(near.found / near.pairs).toBeGreaterThanOrEqual(0.999)
  })

  it('the finder for a few texts agrees with comparing all', () => {
    const texts = textsOf('corpus.jsonl').slice(0, 300)
    const random = randomFrom(21)
    for (let start = 0; start + 5 <= texts.length; start += 5) {
      const few = texts.slice(start, start + 5)
      const find = nearDuplicateFinder(few)
      for (const [at, text] of few.entries()) {
        const other = edited(text, random() * 15, random)
        const isNear = jaccard(shingleSet(text), shingleSet(other)) >= NEAR_DUPLICATE
        expect(find(other)).toBe(isNear ? at : -1)
      }
    }
  })
})
