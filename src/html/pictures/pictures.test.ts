// Every picture: drawn at every width without a value that is no number, with labels that stay texts.
import * as fc from 'fast-check'
import { render } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { openDrawing } from '../draw.ts'
import { html } from '../template.ts'
import { rankColumns, shareBars } from './bars.ts'
import { curves } from './curves.ts'
import { extentOf } from './extent.ts'
import { histogram } from './histogram.ts'
import { intervals } from './intervals.ts'
import { labelPlaces } from './label-places.ts'
import { matrix } from './matrix.ts'
import { overTime } from './over-time.ts'
import type { Picture } from './picture.ts'
import { scatter } from './scatter.ts'
import { sortedBars } from './sorted-bars.ts'
import { stacked } from './stacked.ts'

const label = '<script>x</script> "\u202e'
const draw = await openDrawing()
const drawn = (picture: Picture) => render(draw(picture))

const interval = { mean: 1, low: -1, high: 2, value: label, note: label }
const point = (x: number | null) => ({ label, x, y: 0.5, low: 0.2, high: 0.9, note: label })
const cells = (count: number) => Array.from({ length: count }, (_, at) => (at === 1 ? undefined : interval))
const names = (count: number) => Array.from({ length: count }, (_, at) => `${at} ${label}`)

const PICTURES: Record<string, Picture> = {
  intervals: intervals([{ ...interval, label, isPale: true }], label),
  'no interval': intervals([], label),
  'one query': sortedBars([{ value: 1, note: label }], label),
  'no difference': sortedBars([{ value: 0 }, { value: 0 }], label),
  'many queries': sortedBars(
    Array.from({ length: 1000 }, (_, at) => ({ value: Math.sin(at) })),
    label,
  ),
  curves: curves([{ label, values: [3, null, 1], isControl: true, colour: 7 }], 10, label, label),
  histogram: histogram([{ label, shares: [0, 1], isDashed: true }], { from: -1, width: 0.5, unit: label }, label),
  'matrix of one': matrix(names(1), [{ label, isPale: false, cells: cells(1) }], label, label),
  'matrix of three': matrix(names(3), [{ label, isPale: true, cells: cells(3) }], label, label),
  'matrix of twenty': matrix(names(20), [{ label, isPale: true, cells: cells(20) }], label, label),
  scatter: scatter([0, 3, null, null].map(point), label, { x: label, y: label }),
  'scatter of unknown': scatter([point(null)], label, { x: 'x', y: 'y' }),
  'scatter of free': scatter([point(0), point(0)], label, { x: 'x', y: 'y' }),
  'share bars': shareBars(
    [
      { label, part: 0, all: 0 },
      { label, part: 3, all: 1200 },
    ],
    label,
  ),
  'rank columns': rankColumns(
    [
      { rank: 1, part: 1, all: 2 },
      { rank: 2, part: 0, all: 0 },
    ],
    label,
    { x: label },
  ),
  stacked: stacked(
    [
      { position: 1, part: label, count: 3 },
      { position: 1, part: 'b', count: 0 },
    ],
    [label, 'b'],
    label,
  ),
  'over time': overTime([{ at: '2026-01-01T00:00:00Z', value: 0 }], label, label),
}

describe('pictures', () => {
  it.each(Object.entries(PICTURES))(
    '%s: drawn three times, with a label for those who cannot see',
    (_name, picture) => {
      const markup = drawn(picture)
      expect(markup.match(/<svg /g)).toHaveLength(3)
      expect(markup.match(/role="img"/g)).toHaveLength(3)
      expect(markup.match(/aria-label=/g)).toHaveLength(3)
      expect(markup).toContain('aria-label="&lt;script>x&lt;/script> &quot;\\u202e"')
      expect(markup).not.toMatch(/<script|<style|NaN|Infinity|undefined|\u202e/)
      for (const width of ['343', '640', '928']) expect(markup).toContain(` width="${width}"`)
    },
  )

  it('draws a bar for each query that moved, and none for the others', () => {
    const bars = drawn(
      sortedBars(
        [1, 0, -2].map((value) => ({ value })),
        'moves',
      ),
    )
    expect(bars.match(/<rect/g)).toHaveLength(2 * 3)
    expect(bars.match(/fill="var\(--positive\)"/g)).toHaveLength(3)
    expect(bars.match(/fill="var\(--removed\)"/g)).toHaveLength(3)
  })

  it('has room for what it shows', () => {
    expect(extentOf([1, 1])).toEqual([0.94, 1.06])
    expect(extentOf([])).toEqual([0, 1])
  })
})

describe('labelPlaces', () => {
  it('puts no name on another', () => {
    const points = fc.array(
      fc.record({
        label: fc.constantFrom('a', 'judge', 'a model with a long name'),
        at: fc.integer({ min: 50, max: 600 }),
        height: fc.integer({ min: 30, max: 280 }),
        end: fc.constant(634),
      }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(points, (given) => {
        const placed = labelPlaces(given)
        expect(placed).toHaveLength(given.length)
        const boxes = placed.map(({ label: name, left, base, anchor }) => {
          const from = anchor === 'start' ? left : left - 7 * name.length
          return { from, to: from + 7 * name.length, base }
        })
        boxes.forEach((one, at) => {
          for (const other of boxes.slice(at + 1)) {
            const isBeside = one.to <= other.from || other.to <= one.from
            expect(isBeside || Math.abs(one.base - other.base) >= 12).toBe(true)
          }
        })
      }),
    )
  })
})

describe('elements', () => {
  it('write out what steers a line, and keep white space', () => {
    const evil = `<b>"1"</b>'&a\0b\u001bc\u202ed\te\r\nf`
    const written = "&lt;b>&quot;1&quot;&lt;/b>'&amp;a\\u0000b\\u001bc\\u202ed e\nf"
    expect(render(html`<p title=${evil}>${evil}${[evil, null, 3]}</p>`)).toBe(
      `<p title="${written}">${written}${written}3</p>`,
    )
  })

  it('refuse markup', () => {
    expect(() => html`<p dangerouslySetInnerHTML=${{ __html: '<b>' }} />`).toThrow(TypeError)
  })
})
