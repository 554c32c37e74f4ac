import { describe, expect, it } from 'vitest'
import { judgedRows, kindOf } from '../../test/support/judged.ts'
import { labelled, passageOf, type Row } from '../rows/row.ts'
import { ProbeSample, probesOf } from './canaries.ts'

const ROWS = judgedRows(120, 3)
const REQUEST = { count: 40, candidates: 6, canHoldOut: () => true, isKnown: () => false }

describe('probes', () => {
  const probes = probesOf(ROWS, REQUEST)

  it('are as many as were asked for, a quarter of them shown again in the opposite order', () => {
    expect(probes).toHaveLength(40)
    const turned = probes.filter(({ isTurned }) => isTurned)
    expect(turned).toHaveLength(10)
    for (const { of, row } of turned) {
      const first = probes.find((each) => each.of === of && !each.isTurned)
      expect(labelled(row, 'negative')).toEqual(labelled(first?.row as Row, 'negative').toReversed())
    }
  })

  it('hold one surely irrelevant and one surely relevant candidate', () => {
    for (const { of, row, irrelevant, relevant } of probes) {
      expect(kindOf(of.query, passageOf(row, irrelevant)?.text ?? '')).toBe('far')
      expect(kindOf(of.query, passageOf(row, relevant)?.text ?? '')).toBe('fits')
      expect(labelled(row, 'negative')).toHaveLength(6)
      expect(new Set(row.passages.map(({ id }) => id)).size).toBe(row.passages.length)
      expect(labelled(row, 'positive').some(({ text }) => text === passageOf(row, relevant)?.text)).toBe(false)
    }
  })

  it('hold a positive out where a row has several, unless told that it is not relevant by itself', () => {
    const { of, row } = probes.find((probe) => labelled(probe.of, 'positive').length === 2) as (typeof probes)[0]
    expect(labelled(row, 'positive')).toHaveLength(1)
    const whole = probesOf(ROWS, { ...REQUEST, canHoldOut: () => false }).find((probe) => probe.of === of)
    expect(labelled(whole?.row as Row, 'positive')).toEqual(labelled(of, 'positive'))
  })

  it('are the same for the same rows, and take every far passage once', () => {
    expect(probesOf(ROWS, REQUEST)).toEqual(probes)
    const far = probes.filter(({ isTurned }) => !isTurned).map(({ irrelevant }) => irrelevant)
    expect(new Set(far).size).toBe(far.length)
  })

  it('never show what is known to be relevant, and none is made where nothing is far', () => {
    expect(probesOf(ROWS, { ...REQUEST, isKnown: () => true })).toEqual([])
    const twins = Array.from({ length: 30 }, (_all, at) => ({ ...(ROWS[0] as Row), id: `twin ${at}` }))
    expect(probesOf(twins, REQUEST)).toEqual([])
  })
})

describe('the sample of a file', () => {
  const sampleOf = (rows: Row[], size = 10, limit = Infinity) => {
    const sample = new ProbeSample(size, limit, ({ id }) => !id.endsWith('7'))
    for (const row of rows) sample.add(row)
    return sample.rows().map(({ id }) => id)
  }

  it('is drawn by the ids of its rows, whatever their order, and holds only what is asked about', () => {
    const ids = sampleOf(ROWS)
    expect(ids).toHaveLength(10)
    expect(sampleOf(ROWS.toReversed())).toEqual(ids)
    expect(sampleOf(ROWS, 200).some((id) => id.endsWith('7'))).toBe(false)
  })

  it('goes no further than the run', () => {
    const first = new Set(ROWS.slice(0, 20).map(({ id }) => id))
    expect(sampleOf(ROWS, 200, 20).every((id) => first.has(id))).toBe(true)
  })
})
