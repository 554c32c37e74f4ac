import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curveChart, intervalChart, sortedChart } from './charts.ts'
import { html } from './markup.ts'
import { scatterChart } from './scatter.ts'
import { extentOf, scaleOf, tickText } from './scale.ts'

describe('html', () => {
  it('escapes what stands in it, but not what is markup', () => {
    const evil = `<script>alert("1")</script>'&`
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;'
    expect(html`<p title="${evil}">${evil}${[html`<b>${evil}</b>`, undefined, 3]}</p>`.markup).toBe(
      `<p title="${escaped}">${escaped}<b>${escaped}</b>3</p>`,
    )
    expect(html`${'a\0b\x1bc\u202ed\te\r\nf'}`.markup).toBe('a\\u0000b\\u001bc\\u202ed e\nf')
  })

  it('lets no text out of its place', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(html`${text}`.markup)))
  })
})

describe('scaleOf', () => {
  it('puts round values between the ends', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0.001, max: 100, noNaN: true }),
        (low, size) => {
          const { at, ticks } = scaleOf([low, low + size], [0, 100])
          expect(ticks.length).toBeGreaterThanOrEqual(2)
          expect(ticks.length).toBeLessThanOrEqual(12)
          for (const tick of ticks) {
            expect(at(tick)).toBeGreaterThanOrEqual(-0.001)
            expect(at(tick)).toBeLessThanOrEqual(100.001)
          }
        },
      ),
    )
    expect(scaleOf([0, 10], [0, 100]).ticks.map(tickText)).toEqual(['0', '2', '4', '6', '8', '10'])
    expect(scaleOf([3, 3], [0, 100]).at(3)).toBe(50)
    expect(tickText(-0.30000000000000004)).toBe('−0.3')
    expect(extentOf([1, 1])).toEqual([0.94, 1.06])
  })
})

describe('charts', () => {
  it('escape labels and hold only numbers as places', () => {
    const label = '<script>x</script>'
    const charts = [
      intervalChart([{ label, mean: 1, low: -1, high: 2, isControl: false, note: label }], label),
      sortedChart([1, 0, -2], label),
      sortedChart(
        Array.from({ length: 1000 }, (_, at) => Math.sin(at)),
        label,
      ),
      scatterChart(
        [0, 3, null, null].map((x) => ({ label, x, y: 0.5, low: 0.2, high: 0.9, note: label })),
        label,
        { x: label, y: label },
      ),
      scatterChart([{ label, x: null, y: 0.5, low: 0.5, high: 0.5, note: label }], label, { x: 'x', y: 'y' }),
      curveChart([{ label, values: [3, 2, 1], isControl: true, colour: 7 }], 10, label, label),
    ]
    for (const { markup } of charts) {
      expect(markup).toContain('<svg')
      expect(markup).not.toContain('<script')
      expect(markup).not.toMatch(/NaN|Infinity|undefined/)
    }
    expect(charts[1]?.markup.match(/<rect/g)).toHaveLength(2)
  })
})
