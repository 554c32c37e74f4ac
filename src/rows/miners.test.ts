import { expect, test } from 'vitest'
import { minersOf, unreadMiners, withMinerAlike, withMiners } from './miners.ts'

test('miners are read leniently, and named once', () => {
  const [one, other] = [
    { name: 'a', identity: '1' },
    { name: 'b', identity: '2' },
  ]
  const named = (name: string) => ({ name, identity: undefined })
  const odd = { name: 3, identity: 'y' }
  expect(minersOf({ extra: { miners: [one, 'x', odd, { name: 'z' }] } })).toEqual([one, named('x'), named('z')])
  expect(minersOf({ extra: { miners: 'bm25' } })).toEqual([named('bm25')])
  expect(minersOf({ extra: { miners: null } })).toEqual([])
  expect(unreadMiners({ extra: { miners: [one, odd] } })).toEqual(odd)
  expect([[one, 'x'], 'x', null, undefined].map((miners) => unreadMiners({ extra: { miners } }))).toEqual(
    Array(4).fill(undefined),
  )
  expect(minersOf({})).toEqual([])
  expect(withMiners({ query: 'q', miners: [one] }, [one, other] as never)).toEqual({ query: 'q', miners: [one, other] })
  const kept = { name: 'c', version: 2 }
  expect(withMiners({ miners: ['my-ann', kept] }, [one])['miners']).toEqual([
    { name: 'my-ann', identity: null },
    kept,
    one,
  ])
  expect(withMinerAlike({ miners: ['my-ann'] }, one)['miners']).toEqual(['my-ann', 'a'])
  expect(withMinerAlike({ miners: 'my-ann' }, one)['miners']).toBe('my-ann+a')
  expect(withMinerAlike({ miners: [other] }, one)['miners']).toEqual([other, one])
})
