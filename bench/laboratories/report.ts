// The tables of bench/results/laboratories.md.
import { componentsOf, crossedEffect, meansOver, type Effect, type SeedValues } from '../../src/statistics/crossed.ts'
import { kendallTau } from '../../src/statistics/intervals.ts'
import { meanOf } from '../../src/statistics/mean.ts'
import { smallestEffect } from '../../src/statistics/smallest-effect.ts'
import { ofSeedsAlone } from '../../src/statistics/seeds-alone.ts'
import { rate } from '../rate.ts'
import { byDraw } from '../recovery/planting.ts'
import { averaged, effectOf, isBeyondChance, less, resultsOf, valuesIn } from './results.ts'
import type { LaboratoryResult } from './train.ts'
import { RATES } from './write.ts'

/** Pairs of seeds that are drawn, and seeds on each side. */
const [PAIRS, SEEDS] = [200, 5]

type Results = ReadonlyMap<string, LaboratoryResult>

const digits = (number: number) => number.toFixed(4).replace(/^0/, '')
const points = (number: number) => (100 * number).toFixed(2).replace('-', '−')
const table = (head: readonly string[], lines: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('')

/** Returns tables in Markdown by name; those without results are left out. */
export function report(folder: string): Map<string, string> {
  const of = (files: string): Results => resultsOf(folder, files)
  const [variants, damage, halves, same] = [of('variants'), of('damage'), of('halves'), of('same')]
  const tables = new Map<string, string>()
  if (variants.size > 0) tables.set('laboratories', laboratories(variants)).set('variants', differences(variants))
  if (variants.size > 1) tables.set('agreement', agreement(variants))
  if (damage.size > 0) tables.set('damage', `${curve(damage)}\n${limits(damage)}`)
  if (damage.size + halves.size + same.size > 0) tables.set('errors', errors({ damage, halves, same }))
  return tables
}

/** Returns what any laboratory has: one that is slow may have fewer collections and variants than others. */
const inAny = (results: Results, of: (result: LaboratoryResult) => readonly string[]) => [
  ...new Set([...results.values()].flatMap(of)),
]
const setsOf = (results: Results) => inAny(results, ({ collections }) => collections)
const variantsOf = ({ arms }: LaboratoryResult) => Object.keys(arms).filter((name) => name !== 'clean')
/** Returns the effect of a variant on a collection against the clean rows; undefined if the laboratory was not asked. */
function effectIn(result: LaboratoryResult, arm: string, set: string): Effect | undefined {
  const at = result.collections.indexOf(set)
  return at < 0 || result.arms[arm] === undefined ? undefined : effectOf(result, arm, 'clean', at)
}
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
    'seeds',
    'steps',
    'variants beyond chance',
  ]
  const lines = [...results].map(([name, result]) => [
    name,
    ...sets.flatMap((set) => {
      const at = result.collections.indexOf(set)
      return at < 0 ? ['', ''] : [value(result.untrained[at] as SeedValues), value(valuesIn(result, 'clean', at))]
    }),
    String((result.untrained[0] as SeedValues).length),
    String(result.steps),
    result.collections
      .map((set, at) => {
        const effects = variantsOf(result).map((arm) => effectOf(result, arm, 'clean', at))
        return `${set} ${effects.filter(isBeyondChance).length} of ${effects.length}`
      })
      .join(', '),
  ])
  return table(head, lines)
}

function differences(results: Results): string {
  const names = [...results.keys()]
  return setsOf(results)
    .map((set) => {
      const asked = names.filter((name) => results.get(name)?.collections.includes(set))
      const lines = inAny(results, variantsOf).map((arm) => [
        arm,
        ...asked.map((name) => {
          const effect = effectIn(results.get(name) as LaboratoryResult, arm, set)
          return effect === undefined ? '' : cell(effect)
        }),
      ])
      return `**${set}**\n\n${table(['rows', ...asked], lines)}`
    })
    .join('\n')
}

function agreement(results: Results): string {
  const names = [...results.keys()]
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const))
  const lines = pairs.flatMap(([one, other]) =>
    setsOf(results).flatMap((set) => {
      const effects = inAny(results, variantsOf).flatMap((arm): [Effect, Effect][] => {
        const [first, second] = [one, other].map((name) => effectIn(results.get(name) as LaboratoryResult, arm, set))
        return first === undefined || second === undefined ? [] : [[first, second]]
      })
      if (effects.length === 0) return []
      const isSame = ([first, second]: [Effect, Effect]) => Math.sign(first.mean) === Math.sign(second.mean)
      const sure = effects.filter((each) => each.every(isBeyondChance))
      const tau = kendallTau(effects.map(([first, second]) => [first.mean, second.mean] as const))
      return [
        [
          `${one}, ${other}`,
          set,
          sure.length === 0 ? 'none' : rate(sure.filter(isSame).length, sure.length),
          rate(effects.filter(isSame).length, effects.length),
          tau.toFixed(2).replace('-', '−'),
        ],
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

/** Returns why a difference is hard to see: how few queries it moves, and how many it would take. */
function limits(results: Results): string {
  const lines = [...results].flatMap(([name, result]) =>
    result.collections.flatMap((set, at) =>
      RATES.filter((share) => drawsAt(result, share).length > 0).map((share) => {
        const draws = drawsAt(result, share).map((arm) => differencesOf(result, arm, 'clean', at))
        return [name, set, `${share}%`, ...limitsOf(draws)]
      }),
    ),
  )
  const head = [
    'laboratory',
    'test queries',
    'rows hit',
    'queries that moved, in single draws',
    'standard error of a draw',
    'with any number of seeds',
    'queries to find the mean difference in four draws of five',
  ]
  return table(head, lines)
}

/** Beyond this, the number of queries is not told. */
const MOST_QUERIES = 100_000

function limitsOf(draws: readonly SeedValues[]): string[] {
  const [first] = draws as [SeedValues]
  const [seeds, queries] = [first.length, first[0]?.length ?? 0]
  const moved = draws.map((values) => meansOver(values).filter((value) => Math.abs(value) > 1e-12).length)
  const parts = draws.map(componentsOf)
  const components = {
    queries: meanOf(parts.map((part) => part.queries)),
    seeds: meanOf(parts.map((part) => part.seeds)),
    cells: meanOf(parts.map((part) => part.cells)),
  }
  const found = Math.sqrt(meanOf(draws.map((values) => crossedEffect([values]).standardError ** 2)))
  const effect = Math.abs(meanOf(draws.map((values) => meanOf(values.map(meanOf)))))
  let needed = 10
  while (needed < MOST_QUERIES && smallestEffect({ sets: [{ queries: needed, components }], seeds }) > effect)
    needed += 10
  return [
    `${Math.min(...moved)} to ${Math.max(...moved)} of ${queries}`,
    points(found),
    points(Math.sqrt(components.queries / queries)),
    needed < MOST_QUERIES ? String(needed) : `more than ${MOST_QUERIES}`,
  ]
}

function errors({ damage, halves, same }: Record<'damage' | 'halves' | 'same', Results>): string {
  const power = [...damage].flatMap(([name, result]) =>
    result.collections.flatMap((set, at) =>
      RATES.filter((share) => drawsAt(result, share).length > 0).map((share) => {
        const pairs = drawsAt(result, share).map((arm) => differencesOf(result, arm, 'clean', at))
        return [name, set, `${share}% of the rows hit: found`, ...timesFound(pairs, isWorse), spread(pairs)]
      }),
    ),
  )
  const apart = [...halves].flatMap(([name, result]) =>
    result.collections.map((set, at) => {
      const arms = Object.keys(result.arms).filter((arm) => arm.endsWith(' first'))
      const pairs = arms.map((arm) => differencesOf(result, arm, arm.replace('first', 'second'), at))
      const [ofOthers] = timesFound(pairs, () => true)
      return [name, set, 'two halves of the clean rows: p < .05', ofOthers as string, 'they do differ', spread(pairs)]
    }),
  )
  const again = [...same].flatMap(([name, result]) =>
    result.collections.map((set, at) => {
      const pairs = pairsOfSeeds(valuesIn(result, 'clean', at))
      return [
        name,
        set,
        'the clean rows, twice with other seeds: p < .05',
        ...timesFound(pairs, () => true),
        spread(pairs),
      ]
    }),
  )
  const head = [
    'laboratory',
    'test queries',
    'what',
    'how often',
    'taking the queries as given',
    'differences spread by, standard errors say',
  ]
  return table(head, [...power, ...apart, ...again])
}

const differencesOf = (result: LaboratoryResult, arm: string, base: string, set: number): number[][] =>
  less(valuesIn(result, arm, set), valuesIn(result, base, set))

const isWorse = (values: SeedValues) => meanOf(values.map(meanOf)) < 0

/** Returns how often a difference has p < .05 for other queries, and for these. */
function timesFound(pairs: readonly SeedValues[], counts: (values: SeedValues) => boolean): string[] {
  const some = pairs.filter(counts)
  return [
    rate(some.filter((values) => crossedEffect([values]).p < 0.05).length, pairs.length),
    rate(some.filter((values) => ofSeedsAlone([values]).p < 0.05).length, pairs.length),
  ]
}

/** Draws pairs of five seeds and five others. */
function pairsOfSeeds(values: SeedValues): number[][][] {
  return Array.from({ length: PAIRS }, (_, pair) => {
    const drawn = byDraw([...values.keys()], (seed) => `laboratories seeds ${pair} ${seed}`)
    const take = (from: number) => drawn.slice(from, from + SEEDS).map((seed) => values[seed] as number[])
    return less(take(0), take(SEEDS))
  })
}

/** Returns how far single differences lie from their mean, and how far their standard errors say they would. */
function spread(pairs: readonly SeedValues[]): string {
  const effects = pairs.map((values) => crossedEffect([values]))
  const mean = meanOf(effects.map((effect) => effect.mean))
  const found = Math.sqrt(meanOf(effects.map((effect) => (effect.mean - mean) ** 2)))
  const said = Math.sqrt(meanOf(effects.map(({ standardError }) => standardError ** 2)))
  return `${points(found)}, ${points(said)}`
}
