// The tables of bench/results/laboratories.md.
import { crossedEffect, type Effect, type SeedValues } from '../../src/statistics/crossed.ts'
import { kendallTau } from '../../src/statistics/intervals.ts'
import { meanOf } from '../../src/statistics/mean.ts'
import { rate } from '../rate.ts'
import { averaged, effectOf, isBeyondChance, less, resultsOf, valuesIn } from './results.ts'
import type { LaboratoryResult } from './train.ts'
import { RATES } from './write.ts'

type Results = ReadonlyMap<string, LaboratoryResult>

const digits = (number: number) => number.toFixed(4).replace(/^0/, '')
const points = (number: number) => (100 * number).toFixed(2).replace('-', '−')
const table = (head: readonly string[], lines: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('')

/** Returns tables in Markdown by name; those without results are left out. */
export function report(folder: string): Map<string, string> {
  const [variants, damage, halves] = [
    resultsOf(folder, 'variants'),
    resultsOf(folder, 'damage'),
    resultsOf(folder, 'halves'),
  ]
  const tables = new Map<string, string>()
  if (variants.size > 0) tables.set('laboratories', laboratories(variants)).set('variants', differences(variants))
  if (variants.size > 1) tables.set('agreement', agreement(variants))
  if (damage.size > 0) tables.set('damage', curve(damage))
  if (damage.size > 0 || halves.size > 0) tables.set('errors', errors(damage, halves))
  return tables
}

const setsOf = (results: Results) => ([...results.values()][0] as LaboratoryResult).collections
const variantsIn = (results: Results) =>
  Object.keys(([...results.values()][0] as LaboratoryResult).arms).filter((name) => name !== 'clean')
const cell = (effect: Effect) => {
  const text = `${points(effect.mean)} (${points(effect.interval.low)} to ${points(effect.interval.high)})`
  return isBeyondChance(effect) ? `**${text}**` : text
}

function laboratories(results: Results): string {
  const sets = setsOf(results)
  const value = (values: SeedValues) => digits(meanOf(values.map(meanOf)))
  const head = [
    'laboratory',
    ...sets.flatMap((set) => [`${set}, untrained`, `${set}, clean rows`]),
    'steps',
    'variants beyond chance',
  ]
  const lines = [...results].map(([name, result]) => [
    name,
    ...sets.flatMap((_, set) => [value(result.untrained[set] as SeedValues), value(valuesIn(result, 'clean', set))]),
    String(result.steps),
    sets
      .map((set, at) => {
        const effects = variantsIn(results).map((arm) => effectOf(result, arm, 'clean', at))
        return `${set} ${effects.filter(isBeyondChance).length} of ${effects.length}`
      })
      .join(', '),
  ])
  return table(head, lines)
}

function differences(results: Results): string {
  const names = [...results.keys()]
  return setsOf(results)
    .map((set, at) => {
      const lines = variantsIn(results).map((arm) => [
        arm,
        ...names.map((name) => cell(effectOf(results.get(name) as LaboratoryResult, arm, 'clean', at))),
      ])
      return `**${set}**\n\n${table(['rows', ...names], lines)}`
    })
    .join('\n')
}

function agreement(results: Results): string {
  const names = [...results.keys()]
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const))
  const lines = pairs.flatMap(([one, other]) =>
    setsOf(results).map((set, at) => {
      const effects = variantsIn(results).map(
        (arm) =>
          [one, other].map((name) => effectOf(results.get(name) as LaboratoryResult, arm, 'clean', at)) as [
            Effect,
            Effect,
          ],
      )
      const isSame = ([first, second]: [Effect, Effect]) => Math.sign(first.mean) === Math.sign(second.mean)
      const sure = effects.filter((each) => each.every(isBeyondChance))
      const tau = kendallTau(effects.map(([first, second]) => [first.mean, second.mean] as const))
      return [
        `${one}, ${other}`,
        set,
        sure.length === 0 ? 'none' : rate(sure.filter(isSame).length, sure.length),
        rate(effects.filter(isSame).length, effects.length),
        tau.toFixed(2).replace('-', '−'),
      ]
    }),
  )
  return table(
    ['laboratories', 'test queries', 'same sign, both intervals without 0', 'same sign, all variants', 'Kendall’s τ'],
    lines,
  )
}

const drawsAt = ({ arms }: LaboratoryResult, rateOf: number) =>
  Object.keys(arms).filter((name) => name.startsWith(`${rateOf}% `))

function curve(results: Results): string {
  const lines = [...results].flatMap(([name, result]) =>
    result.collections.flatMap((set, at) =>
      RATES.filter((share) => drawsAt(result, share).length > 0).map((share) => {
        const draws = drawsAt(result, share)
        const clean = valuesIn(result, 'clean', at)
        const each = draws.map((arm) => less(valuesIn(result, arm, at), clean))
        const means = each.map((values) => meanOf(values.map(meanOf)))
        return [
          name,
          set,
          `${share}%`,
          String(draws.length),
          digits(meanOf(clean.map(meanOf)) + meanOf(means)),
          cell(crossedEffect([averaged(each)])),
          `${points(Math.min(...means))} to ${points(Math.max(...means))}`,
        ]
      }),
    ),
  )
  const head = ['laboratory', 'test queries', 'rows hit', 'draws', 'nDCG@10', 'points against clean', 'single draws']
  return table(head, lines)
}

function errors(damage: Results, halves: Results): string {
  const power = [...damage].flatMap(([name, result]) =>
    result.collections.flatMap((set, at) =>
      RATES.filter((share) => drawsAt(result, share).length > 0).map((share) => {
        const effects = drawsAt(result, share).map((arm) => effectOf(result, arm, 'clean', at))
        const found = effects.filter(({ p, mean }) => p < 0.05 && mean < 0)
        return [name, set, `${share}% of the rows hit: found`, rate(found.length, effects.length), spread(effects)]
      }),
    ),
  )
  const wrong = [...halves].flatMap(([name, result]) =>
    result.collections.map((set, at) => {
      const pairs = Object.keys(result.arms).filter((arm) => arm.endsWith(' first'))
      const effects = pairs.map((arm) => effectOf(result, arm, arm.replace('first', 'second'), at))
      const found = effects.filter(({ p }) => p < 0.05)
      return [name, set, 'two halves of the clean rows: p < .05', rate(found.length, effects.length), spread(effects)]
    }),
  )
  const head = ['laboratory', 'test queries', 'what', 'how often', 'differences spread by, standard errors say']
  return table(head, [...power, ...wrong])
}

/** Returns how far single differences lie from their mean, and how far their standard errors say they would. */
function spread(effects: readonly Effect[]): string {
  const mean = meanOf(effects.map((effect) => effect.mean))
  const found = Math.sqrt(meanOf(effects.map((effect) => (effect.mean - mean) ** 2)))
  const said = Math.sqrt(meanOf(effects.map(({ standardError }) => standardError ** 2)))
  return `${points(found)}, ${points(said)}`
}
