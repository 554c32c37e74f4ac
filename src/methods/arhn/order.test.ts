import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { ARHN_POLICY_DEFAULTS, standingsIn } from './policy.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { permutationsOf, windowsOf } from './order.ts'

/** The most items in one question. */
const WINDOW = 20

const items = (kind: string, count: number) => Array.from({ length: count }, (_all, at) => ({ id: `${kind}${at}` }))
const lists = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 120 }), fc.string())
  .map(([anchors, candidates, seed]) => ({ anchors: items('p', anchors), candidates: items('n', candidates), seed }))

it('every window holds the anchors, every candidate stands in exactly one, and none has more than 20 items', () => {
  fc.assert(
    fc.property(lists, ({ anchors, candidates, seed }) => {
      const windows = windowsOf(anchors, candidates, seed)
      const [first] = windows
      const isAnchor = (item: { id: string }) => anchors.includes(item)
      const shown = first?.filter(isAnchor) ?? []
      const fitsInOne = anchors.length + candidates.length <= WINDOW
      expect(shown.length).toBe(fitsInOne ? anchors.length : Math.min(anchors.length, WINDOW / 2))
      expect(shown.toSorted((a, b) => anchors.indexOf(a) - anchors.indexOf(b))).toEqual(anchors.slice(0, shown.length))
      for (const window of windows) {
        expect(window.length).toBeLessThanOrEqual(WINDOW)
        expect(window.length).toBeGreaterThan(shown.length)
        expect(new Set(window.filter(isAnchor))).toEqual(new Set(shown))
      }
      const placed = windows.flatMap((window) => window.filter((item) => !isAnchor(item)))
      expect(placed.length).toBe(candidates.length)
      expect(new Set(placed)).toEqual(new Set(candidates))
    }),
  )
})

it('there are as few windows as will do, and they are even', () => {
  fc.assert(
    fc.property(lists, ({ anchors, candidates, seed }) => {
      const windows = windowsOf(anchors, candidates, seed)
      const room = WINDOW - Math.min(anchors.length, WINDOW / 2)
      expect(windows.length).toBe(Math.ceil(candidates.length / room))
      const sizes = windows.map(({ length }) => length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(windows.length)
    }),
  )
})

it('the order depends on the ids and the seed, and on nothing else', () => {
  fc.assert(
    fc.property(lists, ({ anchors, candidates, seed }) => {
      const windows = windowsOf(anchors, candidates, seed)
      expect(windowsOf(anchors, candidates.toReversed(), seed)).toEqual(windows)
    }),
  )
  const orders = Array.from({ length: 20 }, (_all, seed) => windowsOf(items('p', 1), items('n', 9), String(seed)))
  const places = orders.map(([window]) => window?.findIndex(({ id }) => id === 'p0'))
  expect(new Set(places).size).toBeGreaterThan(4)
})

it('a model that goes by places alone promotes nothing, however few candidates there are', () => {
  const orders = fc.tuple(fc.integer({ min: 1, max: 45 }), fc.integer({ min: 2, max: 9 }), fc.string(), fc.boolean())
  fc.assert(
    fc.property(orders, ([count, permutations, seed, isFirstBest]) => {
      const [anchors, candidates] = [items('p', 1), items('n', count)]
      const base = { stage: 'rank', model: 'm', prompt: 'p@1' }
      const shown = permutationsOf(anchors, candidates, permutations, (order) => `${seed} ${order}`)
      const evidence = [...anchors, ...candidates].map(({ id }): Evidence => {
        return { kind: 'verdict', passage: id, ...base, verdict: 'answers' }
      })
      for (const { order, window, items: list } of shown) {
        const ranked = isFirstBest ? list : list.toReversed()
        ranked.forEach(({ id }, at) =>
          evidence.push({ kind: 'rank', passage: id, ...base, order, window, rank: at + 1 }),
        )
      }
      const passages = [...anchors, ...candidates].map(({ id }) => {
        return { id, text: id, label: id.startsWith('p') ? 'positive' : 'negative', origin: 'given' } as const
      })
      const standings = standingsIn({ id: 'r', query: 'q', passages }, evidence, ARHN_POLICY_DEFAULTS)
      expect(standings.filter(({ isAbove }) => isAbove)).toEqual([])
      expect(standings.every(({ isTorn }) => isTorn)).toBe(true)
    }),
  )
})

it('one order is the first of several', () => {
  const of = (permutations: number) => permutationsOf(items('p', 1), items('n', 30), permutations, String)
  expect(of(4).filter(({ order }) => order === 1)).toEqual(of(1))
  expect(new Set(of(4).map(({ items: list }) => list.map(({ id }) => id).join())).size).toBe(8)
})
