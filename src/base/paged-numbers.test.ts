// Lists on pages are lists, also when the pool is too small for all of them, and so is a table made of one.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { heldNow } from '../../test/support/held.ts'
import { PagedHashTable } from './paged-hash-table.ts'
import { PagedNumbers } from './paged-numbers.ts'

/** More than the pool holds. */
const MANY = 14_000_000

it('keeps every number of lists that do not fit into the pool', () => {
  const lists = [new PagedNumbers(), new PagedNumbers()]
  const valueOf = (list: number, at: number) => (at * 2_654_435_761 + list) >>> 0
  for (let at = 0; at < MANY / 2; at++) lists.forEach((list, which) => list.push(valueOf(which, at)))
  for (let at = 0; at < MANY / 2; at += 997) {
    lists.forEach((list, which) => expect(list.get(at)).toBe(valueOf(which, at)))
  }
  lists[0]?.clear()
  const after = new PagedNumbers()
  after.extend(MANY / 2)
  expect([after.get(0), after.get(MANY / 2 - 1), after.slice(5000, 9000).some((number) => number !== 0)]).toEqual([
    0,
    0,
    false,
  ])
  expect(lists[1]?.slice(1000, 1100)).toEqual(Uint32Array.from({ length: 100 }, (_, at) => valueOf(1, 1000 + at)))
})

it('gives the pool and the file back when no list has a page, and makes new ones when one needs them', async () => {
  const list = new PagedNumbers()
  for (let at = 0; at < MANY; at++) list.push(at)
  // Lists of the other tests are forgotten here.
  const filled = await heldNow()
  list.clear()
  expect(filled - (await heldNow())).toBeGreaterThan(48e6)
  for (let at = 0; at < MANY; at++) list.push(MANY - at)
  for (let at = 0; at < MANY; at += 997) expect(list.get(at)).toBe(MANY - at)
  list.clear()
})

it('does what an array does', () => {
  const numbers = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  fc.assert(
    fc.property(
      fc.array(numbers, { maxLength: 3000 }),
      fc.nat(3000),
      fc.nat(3000),
      numbers,
      (given, one, two, value) => {
        const list = new PagedNumbers()
        for (const number of given) list.push(number)
        const [from, to] = [one, two].map((each) => Math.min(each, given.length)).toSorted((a, b) => a - b) as [
          number,
          number,
        ]
        expect(Array.from(list.slice(from, to))).toEqual(given.slice(from, to))
        if (from === given.length) return
        list.set(from, value)
        expect(Array.from(list.slice(0, list.length))).toEqual(given.with(from, value))
      },
    ),
  )
})

it('gives each key its first number', () => {
  const key = fc.tuple(fc.nat(2 ** 32 - 1), fc.nat(3))
  fc.assert(
    fc.property(fc.array(key, { maxLength: 2000 }), (keys) => {
      const [table, map] = [new PagedHashTable((each: [number, number]) => each), new Map<string, number>()]
      keys.forEach((each, at) => {
        expect(table.setIfNew(each, at + 1)).toBe(map.get(each.join()) ?? 0)
        if (!map.has(each.join())) map.set(each.join(), at + 1)
      })
      for (const each of keys) expect(table.get(each)).toBe(map.get(each.join()))
      expect(table.get([7, 9])).toBe(0)
    }),
  )
})
