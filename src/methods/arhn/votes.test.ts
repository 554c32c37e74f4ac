import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../llm/read.ts'
import type { Extraction } from './reply.ts'
import { majority, meanRanks } from './votes.ts'

const found = (start: number): Reading<Extraction> => ({
  read: true,
  value: { text: 'words', in: 'text', start, end: start + 5 },
})
const none: Reading<Extraction> = { read: true, value: null }
const unread = { read: false, why: 'empty', detail: 'it was empty', raw: '' } as const

describe('majority', () => {
  it.each<[string, Reading<Extraction>[], object]>([
    ['one answer', [found(1)], { read: true, agree: 1, of: 1 }],
    ['one without', [none], { read: true, value: null, agree: 1, of: 1 }],
    ['one unread', [unread], { read: false, why: 'empty' }],
    ['2 of 3 answer', [found(1), none, found(1)], { read: true, agree: 2, of: 3 }],
    ['1 of 3 answers', [found(1), none, none], { read: true, value: null, agree: 2, of: 3 }],
    ['a tie', [found(1), none], { read: false, why: 'contradictory', raw: 'words' }],
    ['a tie of those read', [found(1), none, unread], { read: false, why: 'contradictory' }],
    ['half unread', [found(1), unread], { read: false, why: 'empty' }],
    ['one of three unread', [found(1), unread, found(2)], { read: true, agree: 2, of: 2 }],
    ['most unread', [found(1), unread, unread], { read: false, why: 'empty' }],
  ])('%s', (_what, readings, vote) => expect(majority(readings)).toMatchObject(vote))

  it.each([
    ['the words most often copied', [3, 8, 8], 8],
    ['of equals the first', [8, 3, 3, 8], 8],
  ])('takes %s', (_what, starts, start) => expect(majority(starts.map(found))).toMatchObject({ value: { start } }))

  it('is what more than half of the samples read say, whatever their order', () => {
    const samples = fc.array(fc.constantFrom(found(1), found(2), none, unread), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(samples, (readings) => {
        const answering = readings.filter((reading) => reading.read && reading.value !== null).length
        const silent = readings.filter((reading) => reading.read && reading.value === null).length
        const vote = majority(readings)
        expect(vote.read).toBe(answering !== silent && 2 * (answering + silent) > readings.length)
        if (vote.read) expect(vote.value !== null).toBe(answering > silent)
        const turned = majority(readings.toReversed())
        expect([turned.read, turned.read && turned.value === null]).toEqual([
          vote.read,
          vote.read && vote.value === null,
        ])
      }),
    )
  })
})

describe('meanRanks', () => {
  const order = (value: number[]): Reading<number[]> => ({ read: true, value })

  it.each<[string, Reading<number[]>[], number[]]>([
    ['one order', [order([2, 3, 1])], [3, 1, 2]],
    ['two orders', [order([2, 3, 1]), order([1, 2, 3])], [2, 1.5, 2.5]],
    ['two read of three', [order([1, 2]), unread, order([1, 2])], [1, 2]],
  ])('%s', (_what, readings, value) => expect(meanRanks(readings)).toMatchObject({ read: true, value }))

  it('is unread when no more than half of the orders are read', () => {
    expect(meanRanks([order([1, 2]), unread])).toBe(unread)
  })

  it('keeps an order that all samples give, and the sum of ranks', () => {
    const orders = fc.integer({ min: 1, max: 20 }).chain((count) =>
      fc.array(
        fc.shuffledSubarray(
          [...Array(count).keys()].map((index) => index + 1),
          { minLength: count },
        ),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
    )
    fc.assert(
      fc.property(orders, (all) => {
        const [first = []] = all
        const same = meanRanks(all.map(() => order(first)))
        expect(same.read && first.map((candidate) => same.value[candidate - 1])).toEqual(first.map((_c, at) => at + 1))
        const mixed = meanRanks(all.map(order))
        const sum = mixed.read ? mixed.value.reduce((total, rank) => total + rank, 0) : 0
        expect(sum).toBeCloseTo((first.length * (first.length + 1)) / 2, 6)
      }),
    )
  })
})
