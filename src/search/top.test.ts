import { array, assert, constantFrom, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { topOf } from './top.ts'

/** Finds the best by sorting all of them. */
function sorted(scores: readonly number[], depth: number) {
  const ordinals = [...scores.keys()].toSorted(
    (one, other) => (scores[other] as number) - (scores[one] as number) || one - other,
  )
  return ordinals.slice(0, depth)
}

function best(scores: readonly number[], depth: number) {
  const top = topOf(depth)
  for (const [ordinal, score] of scores.entries()) if (score > top.bar) top.add(ordinal, score)
  return top.ranking()
}

test('keeps the best of all, equal scores in the order of the corpus', () => {
  const scores = array(constantFrom(-1, 0, 0.5, 2, 3.25, 7), { maxLength: 60 })
  assert(
    property(scores, integer({ min: 0, max: 70 }), (all, depth) => {
      const ranking = best(all, depth)
      expect([...ranking.ordinals]).toEqual(sorted(all, depth))
      expect([...ranking.scores]).toEqual(sorted(all, depth).map((ordinal) => all[ordinal]))
    }),
  )
})

test('has room for any depth', () => {
  const scores = Array.from({ length: 20_000 }, (_each, at) => (at * 7919) % 4999)
  for (const depth of [1, 1024, 1025, 5000, 30_000]) {
    expect([...best(scores, depth).ordinals]).toEqual(sorted(scores, depth))
  }
})
