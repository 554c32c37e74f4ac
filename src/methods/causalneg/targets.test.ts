// Targets of a row: only critical requirements, none twice, and as many of each kind over a whole file.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { STRATEGIES, type Analysis } from '../../evidence/evidence.ts'
import { strategyOrder, targetsOf } from './targets.ts'

const analysisOf = (critical: boolean[], perturbations: Analysis['perturbations']): Analysis => ({
  kind: 'analysis',
  stage: 'analyse',
  model: 'm',
  prompt: 'p',
  need: 'n',
  meets: 'm',
  boundary: 'b',
  requirements: critical.map((isCritical, index) => ({ text: `requirement ${index}`, isCritical })),
  perturbations,
})
const by = (requirement: number, strategy: Analysis['perturbations'][number]['strategy'], how = '') => ({
  requirement,
  strategy,
  how,
})

/** An analysis in which each strategy can break each requirement. */
const FULL = analysisOf(
  [true, true, true, true],
  [1, 2, 3, 4].flatMap((requirement) => STRATEGIES.map((strategy) => by(requirement, strategy))),
)

test('strategies in their order, requirements in turn', () => {
  const order = ['relation_break', 'entity_shift', 'intent_drift'] as const
  expect(targetsOf(FULL, order, 5).map(({ requirement, strategy }) => `${requirement} ${strategy}`)).toEqual([
    '1 relation_break',
    '2 entity_shift',
    '3 intent_drift',
    '4 relation_break',
    '1 entity_shift',
  ])
})

test('only critical requirements, only the strategies that may be used, and nothing twice', () => {
  const analysis = analysisOf(
    [true, false, true, true],
    [
      by(2, 'entity_shift'),
      by(1, 'entity_shift', 'first'),
      by(1, 'entity_shift', 'again'),
      by(3, 'attribute_shift'),
      by(4, 'intent_drift'),
    ],
  )
  expect(targetsOf(analysis, ['intent_drift', 'entity_shift'], 9)).toEqual([
    by(4, 'intent_drift'),
    by(1, 'entity_shift', 'first'),
  ])
  expect(targetsOf(analysis, ['upstream_downstream'], 9)).toEqual([])
})

test('whatever the analysis: at most so many, each critical and of an allowed strategy, none twice, as many as there can be', () => {
  const perturbation = fc.record({
    requirement: fc.integer({ min: 1, max: 6 }),
    strategy: fc.constantFrom(...STRATEGIES),
    how: fc.string(),
  })
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      fc.array(perturbation, { maxLength: 20 }),
      fc.subarray([...STRATEGIES]),
      fc.integer({ min: 1, max: 20 }),
      (critical, perturbations, order, count) => {
        const targets = targetsOf(analysisOf(critical, perturbations), order, count)
        const names = targets.map(({ requirement, strategy }) => `${requirement} ${strategy}`)
        const possible = perturbations.filter((each) => critical[each.requirement - 1] && order.includes(each.strategy))
        expect(new Set(names).size).toBe(names.length)
        expect(targets.every((each) => possible.includes(each))).toBe(true)
        const distinct = new Set(possible.map(({ requirement, strategy }) => `${requirement} ${strategy}`))
        expect(targets.length).toBe(Math.min(count, distinct.size))
      },
    ),
  )
})

test('over many rows every strategy and every requirement comes up as often as any other', () => {
  const rows = 3000
  const counts = new Map<string, number>()
  for (let row = 0; row < rows; row++) {
    for (const { strategy } of targetsOf(FULL, strategyOrder(STRATEGIES, 1, `row ${row}`), 3)) {
      counts.set(strategy, (counts.get(strategy) ?? 0) + 1)
    }
  }
  // Half of the six appear in each row; the standard deviation of a count is √(3000 · ¼) ≈ 27.
  expect(counts.size).toBe(STRATEGIES.length)
  for (const count of counts.values()) expect(Math.abs(count - rows / 2)).toBeLessThan(5 * 27.4)
})

test('the order hangs on the seed and the row alone, and holds every strategy once', () => {
  const order = strategyOrder(STRATEGIES, 1, 'a')
  expect(strategyOrder(STRATEGIES, 1, 'a')).toEqual(order)
  expect(strategyOrder(STRATEGIES.toReversed(), 1, 'a')).toEqual(order)
  expect(order.toSorted()).toEqual(STRATEGIES.toSorted())
  const orders = (name: (index: number) => [number, string]) =>
    new Set(Array.from({ length: 40 }, (_all, index) => strategyOrder(STRATEGIES, ...name(index)).join())).size
  expect(orders((index) => [index, 'a'])).toBeGreaterThan(20)
  expect(orders((index) => [1, `row ${index}`])).toBeGreaterThan(20)
})
