import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossedEffect, type Effect } from '../../statistics/crossed.ts'
import { randomFrom } from '../../base/random.ts'
import { chooseOn, judge, type Choice, type Findings, type HalfEffect } from './choose.ts'

const effect = (mean: number, p: number, spread = 0.02): Effect => ({
  mean,
  p,
  interval: { low: mean - spread, high: mean + spread },
  standardError: spread / 2,
  degrees: 10,
})
const half = (mean: number, p: number, beyond: Effect | undefined = effect(mean, p)): HalfEffect => ({
  effect: effect(mean, p),
  beyondRandom: beyond,
})
const chosen = (effects: HalfEffect[]) => chooseOn(effects).map(({ isChosen }) => isChosen)

describe('choosing on one half', () => {
  it('adjusts for all datasets, step by step (Holm)', () => {
    const effects = [half(0.02, 0.01), half(0.02, 0.02), half(0.02, 0.03), half(-0.01, 0.5)]
    const found = chooseOn(effects)
    expect(found.map(({ pHolm }) => pHolm)).toEqual([0.04, 0.06, 0.06, 1])
    expect(found.map(({ isChosen }) => isChosen)).toEqual([true, false, false, false])
  })

  it('takes gains only, however sure a loss is', () => {
    expect(chosen([half(-0.05, 1e-9), half(0.05, 1e-9)])).toEqual([false, true])
  })

  it('asks for more than as many random rows give', () => {
    const noBetter = half(0.03, 0.001, effect(0.001, 0.9))
    const worse = half(0.03, 0.001, effect(-0.01, 0.001))
    expect(chosen([noBetter, worse, half(0.03, 0.001)])).toEqual([false, false, true])
    expect(chosen([half(0.03, 0.001, undefined), half(-0.01, 1)])).toEqual([true, false])
  })

  it('never chooses all: what gains least stays', () => {
    expect(chosen([half(0.05, 1e-6), half(0.02, 1e-6), half(0.04, 1e-6)])).toEqual([true, false, true])
  })

  it('seldom chooses where nothing has an effect', () => {
    const random = randomFrom(5)
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    let wrong = 0
    for (let round = 0; round < 60; round++) {
      const effects = Array.from({ length: 4 }, () => {
        const values = Array.from({ length: 5 }, () => {
          const ofSeed = normal() * 0.2
          return Array.from({ length: 20 }, () => normal() + ofSeed)
        })
        return { effect: crossedEffect([values]), beyondRandom: undefined }
      })
      if (chooseOn(effects).some(({ isChosen }) => isChosen)) wrong += 1
    }
    // 2.5% of 60 are 1.5; at this rate 6 or more happen once in 200 times.
    expect(wrong).toBeLessThan(6)
  })
})

const NOTHING: HalfEffect & Choice = { ...half(0, 1), isChosen: false, pHolm: 1 }
const harmful = (isChosen: boolean, mean = 0.03): HalfEffect & Choice => ({
  ...half(mean, 0.001),
  isChosen,
  pHolm: 0.01,
})
const found = (more: Partial<Findings> = {}): Findings => ({
  halves: [NOTHING, NOTHING],
  effect: effect(0, 0.9, 0.005),
  pHolm: 1,
  sets: [],
  ...more,
})
const RULES = { keepIfAnyLoses: false, leastHarm: 0.01 }
const judged = (findings: Findings, rules = RULES) => judge([findings, found()], rules)[0]

describe('judging a dataset', () => {
  it('prunes what one half chooses and the other confirms', () => {
    expect(judged(found({ halves: [harmful(true), harmful(true)] }))).toMatchObject({
      verdict: 'pruned',
      grounds: 'harmful',
    })
    expect(judged(found({ halves: [NOTHING, harmful(true)] }))).toMatchObject({
      verdict: 'undecided',
      grounds: 'unconfirmed',
    })
    expect(judged(found({ halves: [harmful(false), harmful(true)] }))).toMatchObject({ verdict: 'pruned' })
    expect(judged(found({ halves: [harmful(true), harmful(false, -0.01)] }))).toMatchObject({ verdict: 'undecided' })
    // It gains, but leaving out random rows would have gained more.
    const noBetter = { ...half(0.03, 0.3, effect(-0.01, 0.5)), isChosen: false, pHolm: 1 }
    expect(judged(found({ halves: [harmful(true), noBetter] }))).toMatchObject({ grounds: 'unconfirmed' })
    const untold = { ...noBetter, beyondRandom: undefined }
    expect(judged(found({ halves: [harmful(true), untold] }))).toMatchObject({ verdict: 'pruned' })
  })

  it('protects what an evaluation set needs, where that is asked for', () => {
    const sets = [
      { set: 'one', effect: effect(0.08, 0.001) },
      { set: 'other', effect: effect(-0.03, 0.01) },
      { set: 'third', effect: effect(-0.01, 0.4) },
    ]
    const findings = found({ halves: [harmful(true), harmful(true)], sets })
    expect(judged(findings)).toEqual({ verdict: 'pruned', grounds: 'harmful', neededBy: ['other'] })
    expect(judged(findings, { ...RULES, keepIfAnyLoses: true })).toEqual({
      verdict: 'kept',
      grounds: 'protected',
      neededBy: ['other'],
    })
  })

  it('says of what it cannot see that it is undecided, and calls harmless only what is shown to be', () => {
    expect(judged(found({ effect: effect(0.001, 0.9, 0.05) }))).toMatchObject({
      verdict: 'undecided',
      grounds: 'unclear',
    })
    expect(judged(found({ effect: effect(0.001, 0.9, 0.005) }))).toMatchObject({ verdict: 'kept', grounds: 'harmless' })
    expect(judged(found({ effect: effect(0.001, 0.9, 0.005) }), { ...RULES, leastHarm: 0.001 })).toMatchObject({
      verdict: 'undecided',
    })
    const needed = found({ effect: effect(-0.1, 1e-6, 0.02), pHolm: 1e-5 })
    expect(judged(needed)).toMatchObject({ verdict: 'kept', grounds: 'needed' })
  })

  it('never prunes everything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.double({ min: 0.001, max: 0.1, noNaN: true })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.boolean(),
        (datasets, keepIfAnyLoses) => {
          const findings = datasets.map(([one, other, mean]) =>
            found({ halves: [harmful(one, mean), harmful(other, mean)], effect: effect(mean, 0.001) }),
          )
          const judgements = judge(findings, { ...RULES, keepIfAnyLoses })
          expect(judgements.some(({ verdict }) => verdict !== 'pruned')).toBe(true)
          judgements.forEach(({ verdict }, index) => {
            const [one, other] = datasets[index] as [boolean, boolean, number]
            if (verdict === 'pruned') expect(one || other).toBe(true)
          })
        },
      ),
    )
  })
})
