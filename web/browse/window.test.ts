import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowsInView, scrolledTo, sheetOf, spotAt, type Sheet, type Spot } from './window.ts'

const EACH = 118
const VIEW = 900
const topOf = ({ scroll, shift }: Spot) => scroll + shift

describe('a list that fits', () => {
  const sheet = sheetOf(1000, EACH, VIEW)
  test('is drawn as long as it is', () => {
    expect(sheet.height).toBe(118_000)
    expect(scrolledTo(5000, { scroll: 0, shift: 0 }, sheet)).toEqual({ scroll: 5000, shift: 0 })
    expect(rowsInView({ scroll: 5000, shift: 0 }, sheet, 0)).toEqual([42, 50])
  })
})

describe('680,000 rows', () => {
  const sheet: Sheet = sheetOf(680_000, EACH, VIEW)

  test('are drawn on a sheet that every browser draws', () => {
    expect(sheet.height).toBeLessThan(17_000_000)
  })

  test('the scroll bar reaches the first and the last', () => {
    const end = scrolledTo(sheet.height - VIEW, { scroll: 0, shift: 0 }, sheet)
    expect(rowsInView(end, sheet, 0)[1]).toBe(680_000)
    expect(topOf(scrolledTo(0, end, sheet))).toBe(0)
  })

  test('a small step moves as many pixels as were scrolled', () => {
    const place = fc.integer({ min: 2000, max: sheet.height - 3000 })
    const step = fc.integer({ min: -VIEW, max: VIEW })
    fc.assert(
      fc.property(place, step, (scroll, by) => {
        const there = scrolledTo(scroll, { scroll: 0, shift: 0 }, sheet)
        expect(topOf(scrolledTo(scroll + by, there, sheet)) - topOf(there)).toBe(by)
      }),
    )
  })

  test('a row is in view where the list is told to show it, and stays when the browser says where it scrolled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 679_990 }), (row) => {
        const spot = spotAt(row * EACH, sheet)
        const [from, to] = rowsInView(spot, sheet, 0)
        expect(from).toBeLessThanOrEqual(row)
        expect(to).toBeGreaterThan(row)
        expect(spot.scroll).toBeGreaterThanOrEqual(0)
        expect(spot.scroll).toBeLessThanOrEqual(sheet.height - VIEW)
        if (spot.scroll > 0 && spot.scroll < sheet.height - VIEW) {
          expect(topOf(scrolledTo(spot.scroll, spot, sheet))).toBe(topOf(spot))
        }
      }),
    )
  })
})
